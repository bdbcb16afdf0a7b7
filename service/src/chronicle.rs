//! What happened to some services in some environments, newest first: one query, however many there are.

use entity::validation_runs::RunSummary;
use entity::{golden_branches, validation_runs};
use sea_orm::{ConnectionTrait, QuerySelect};
use uuid::Uuid;

use crate::error::ServiceError;
use crate::joined;
use crate::page::{Cursor, Page, Rows};

/// A service and an environment.
pub type Place = (String, String);

/// A page of the runs of these places, newest first.
pub async fn runs(db: &impl ConnectionTrait, places: &[Place], page: Page) -> Result<Rows<RunSummary>, ServiceError> {
    let part = |(service, environment): &Place| {
        let rows = validation_runs::Entity::newest_of(service, environment, page.after).limit(page.fetch());
        RunSummary::select(rows)
    };
    let mut rows: Vec<RunSummary> = joined::all_as(db, places.iter().map(part).collect()).await?;
    rows.sort_by_key(|run| std::cmp::Reverse((run.created_at, run.id)));
    Ok(page.cut(rows, |run| Cursor { created_at: run.created_at.to_utc(), id: run.id }))
}

/// The newest runs of each of these places, at most `each`, newest first.
pub async fn newest_of_each(
    db: &impl ConnectionTrait,
    places: &[Place],
    each: u64,
) -> Result<Vec<RunSummary>, ServiceError> {
    let part = |(service, environment): &Place| {
        RunSummary::select(validation_runs::Entity::newest_of(service, environment, None).limit(each))
    };
    let mut rows: Vec<RunSummary> = joined::all_as(db, places.iter().map(part).collect()).await?;
    rows.sort_by_key(|run| std::cmp::Reverse((run.created_at, run.id)));
    Ok(rows)
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

/// The run of the same service and environment before this one.
pub async fn run_before(db: &impl ConnectionTrait, run: &validation_runs::Model) -> Result<Option<Uuid>, ServiceError> {
    let cursor = Cursor { created_at: run.created_at.to_utc(), id: run.id };
    let before = validation_runs::Entity::newest_of(&run.service_name, &run.environment, Some(cursor));
    Ok(before.one(db).await?.map(|run| run.id))
}
