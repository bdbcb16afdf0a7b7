//! What happened to some services in some environments, newest first: one query, however many there are.

use entity::golden_branches;
use entity::validation_runs::{Column, Entity, RunSummary};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter, QuerySelect, Select};
use uuid::Uuid;

use crate::error::ServiceError;
use crate::joined;
use crate::page::{Cursor, Page, Rows};

/// A service and an environment.
pub type Place = (String, String);

/// A page of the runs of these places, newest first.
pub async fn runs(db: &impl ConnectionTrait, places: &[Place], page: Page) -> Result<Rows<RunSummary>, ServiceError> {
    let part = |(service, environment): &Place| {
        let rows = Entity::newest_of(service, environment, page.after).limit(page.fetch());
        RunSummary::select(rows)
    };
    let mut rows: Vec<RunSummary> = joined::all_as(db, places.iter().map(part).collect()).await?;
    rows.sort_by_key(|run| std::cmp::Reverse((run.created_at, run.id)));
    Ok(page.cut(rows, |run| Cursor { created_at: run.created_at.to_utc(), id: run.id }))
}

/// The newest runs of each of these places, newest first: at most `standing` against a golden branch, which tell where
/// a service stands, and at most `comparisons` with a revision, which do not.
pub async fn newest_of_each(
    db: &impl ConnectionTrait,
    places: &[Place],
    (standing, comparisons): (u64, u64),
) -> Result<Vec<RunSummary>, ServiceError> {
    let parts = places.iter().flat_map(|(service, environment)| {
        [(true, standing), (false, comparisons)].map(|(certifiable, most)| {
            let runs = Entity::newest_of(service, environment, None).filter(Column::Certifiable.eq(certifiable));
            RunSummary::select(runs).limit(most)
        })
    });
    let mut rows: Vec<RunSummary> = joined::all_as(db, parts.collect()).await?;
    rows.sort_by_key(|run| std::cmp::Reverse((run.created_at, run.id)));
    Ok(rows)
}

/// The newest runs of a place that have a decision, at most so many: only these have deltas to compare.
pub async fn decided(
    db: &impl ConnectionTrait,
    (service, environment): (&str, &str),
    most: u64,
) -> Result<Vec<RunSummary>, ServiceError> {
    Ok(RunSummary::all(db, with_decision(service, environment, None).limit(most)).await?)
}

fn with_decision(service: &str, environment: &str, after: Option<Cursor>) -> Select<Entity> {
    Entity::newest_of(service, environment, after).filter(Column::Decision.is_not_null())
}

/// A page of the golden branches of these places, newest first.
pub async fn branches(
    db: &impl ConnectionTrait,
    places: &[Place],
    page: Page,
) -> Result<Rows<golden_branches::Model>, ServiceError> {
    let part = |(service, environment): &Place| {
        golden_branches::Entity::newest_of(service, environment, page.after).limit(page.fetch())
    };
    let mut rows = joined::all(db, places.iter().map(part).collect()).await?;
    rows.sort_by_key(|branch| std::cmp::Reverse((branch.created_at, branch.id)));
    Ok(page.cut(rows, |branch| Cursor { created_at: branch.created_at.to_utc(), id: branch.id }))
}

/// The run of the same service and environment before this one that has a decision.
pub async fn run_before(db: &impl ConnectionTrait, run: &RunSummary) -> Result<Option<Uuid>, ServiceError> {
    let cursor = Cursor { created_at: run.created_at.to_utc(), id: run.id };
    let before = with_decision(&run.service_name, &run.environment, Some(cursor)).select_only().column(Column::Id);
    Ok(before.into_tuple::<Uuid>().one(db).await?)
}
