//! Keys that runs found changed: kept once each, searched by prefix, told with who certified what.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use drift::delta::Delta;
use entity::config_keys::{ActiveModel, Column, Entity};
pub use entity::config_keys::{After, Model, SearchIn};
use entity::{golden_branches, validation_runs};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use uuid::Uuid;

use crate::clock::Clock;
use crate::delta;
use crate::error::ServiceError;
use crate::page::{MOST_ROWS, Page, Rows};

/// Keeps the keys of a run's deltas that are not known yet.
pub async fn keep(
    db: &impl ConnectionTrait,
    (service, environment): (&str, &str),
    deltas: &[Delta],
    clock: &Clock,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    // In one order for everybody: two runs that keep the same keys wait for each other and never in a circle.
    let keys: BTreeMap<&str, &Delta> = deltas.iter().map(|delta| (delta.fingerprint.as_str(), delta)).collect();
    let keys: Vec<&Delta> = keys.into_values().collect();
    for chunk in keys.chunks(delta::ROWS_AT_ONCE) {
        let row = |delta: &&Delta| ActiveModel {
            id: Set(clock.id()),
            created_at: Set(now.fixed_offset()),
            fingerprint: Set(delta.fingerprint.clone()),
            service_name: Set(service.to_owned()),
            environment: Set(environment.to_owned()),
            file: Set(delta.file.clone()),
            key_path: Set(delta.key_path.clone()),
            document: Set(i64::from(delta.document)),
        };
        Entity::insert_many(chunk.iter().map(row))
            .on_conflict(OnConflict::column(Column::Fingerprint).do_nothing().to_owned())
            .try_insert()
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// Keys of a service whose file or key path starts with a text, in the order of their bytes, and where to go on.
pub async fn search(
    db: &impl ConnectionTrait,
    service: &str,
    (column, prefix): (SearchIn, &str),
    after: Option<&After>,
    limit: u64,
) -> Result<(Vec<Model>, Option<After>), ServiceError> {
    let limit = limit.clamp(1, MOST_ROWS);
    let mut rows = Entity::starting_with(service, column, prefix, after).limit(limit + 1).all(db).await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|row| {
        let (first, second) = match column {
            SearchIn::File => (&row.file, &row.key_path),
            SearchIn::KeyPath => (&row.key_path, &row.file),
        };
        After { first: first.clone(), second: second.clone(), id: row.id }
    });
    Ok((rows, next))
}

/// One change of a key: the delta, its run, and the golden branches that were certified from that run.
#[derive(Clone, Debug)]
pub struct KeyChange {
    /// What changed.
    pub delta: Delta,
    /// The run that found it.
    pub run: validation_runs::Model,
    /// What was certified from the run, oldest first.
    pub certified: Vec<golden_branches::Model>,
}

/// How one key changed, newest first: four queries, whatever the length of the page.
pub async fn changes(
    db: &impl ConnectionTrait,
    fingerprint: &str,
    page: Page,
) -> Result<Rows<KeyChange>, ServiceError> {
    let found = delta::history(db, fingerprint, page).await?;
    let ids: Vec<Uuid> = found.rows.iter().map(|(run, ..)| *run).collect();
    let runs = validation_runs::Entity::find().filter(validation_runs::Column::Id.is_in(ids.clone())).all(db).await?;
    let runs: HashMap<Uuid, validation_runs::Model> = runs.into_iter().map(|run| (run.id, run)).collect();
    let mut certified: HashMap<Uuid, Vec<golden_branches::Model>> = HashMap::new();
    let mut branches =
        golden_branches::Entity::find().filter(golden_branches::Column::RunId.is_in(ids)).all(db).await?;
    branches.sort_by_key(|branch| (branch.created_at, branch.id));
    for branch in branches {
        if let Some(run) = branch.run_id {
            certified.entry(run).or_default().push(branch);
        }
    }
    let change = |(id, _, delta): (Uuid, DateTime<Utc>, Delta)| {
        let run = runs.get(&id).cloned();
        let run = run.ok_or_else(|| ServiceError::NotFound { what: "run", id: id.to_string() })?;
        Ok(KeyChange { delta, run, certified: certified.get(&id).cloned().unwrap_or_default() })
    };
    let rows = found.rows.into_iter().map(change).collect::<Result<_, ServiceError>>()?;
    Ok(Rows { rows, next: found.next })
}
