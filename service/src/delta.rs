//! Deltas: stored in the order of their run, listed by bucket, looked up by id and by history.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use drift::cascade::Cascades;
use drift::delta::{Class, Delta};
use drift::risk::Risk;
use entity::config_deltas::{ActiveModel, Column, Entity, Model};
use entity::stored::Stored;
use entity::validation_runs::{Model as Run, RunStatus};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, Set};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::clock::Clock;
use crate::error::{ServiceError, document};
use crate::joined;
use crate::page::{Cursor, Page, Rows};

/// Rows in one INSERT: each is prepared once and used for all that are as long, so that a statement of more rows takes
/// longer to prepare than it saves; far below the 32,766 parameters that SQLite takes.
pub const ROWS_AT_ONCE: usize = 200;

/// Stores the deltas of a run in their order.
pub async fn store(
    db: &impl ConnectionTrait,
    run: Uuid,
    bundle: Uuid,
    deltas: &[Delta],
    clock: &Clock,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let mut position = 0;
    for chunk in deltas.chunks(ROWS_AT_ONCE) {
        let rows = chunk.iter().map(|delta| {
            position += 1;
            row(delta, (run, bundle, clock.id()), position, now)
        });
        let rows: Vec<ActiveModel> = rows.collect();
        Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

fn row(delta: &Delta, (run, bundle, id): (Uuid, Uuid, Uuid), position: i64, now: DateTime<Utc>) -> ActiveModel {
    ActiveModel {
        id: Set(id),
        created_at: Set(now.fixed_offset()),
        run_id: Set(run),
        bundle_id: Set(bundle),
        delta_id: Set(delta.id.clone()),
        fingerprint: Set(delta.fingerprint.clone()),
        file: Set(delta.file.clone()),
        path: Set(delta.path.clone()),
        key_path: Set(delta.key_path.clone()),
        from_file: Set(delta.from_file.clone()),
        from_path: Set(delta.from_path.clone()),
        similarity: Set(delta.similarity.map(i16::from)),
        kind: Set(delta.kind.stored().to_owned()),
        class: Set(delta.class.stored().to_owned()),
        category: Set(delta.category.clone()),
        old_value: Set(delta.has_old().then(|| delta.old.clone())),
        new_value: Set(delta.has_new().then(|| delta.new.clone())),
        is_secret: Set(delta.secret),
        risk: Set(delta.risk.stored().to_owned()),
        risk_reason: Set(delta.reason.clone()),
        policy_tag: Set(delta.rule.as_ref().map(|_| "policy".to_owned())),
        policy_rule: Set(delta.rule.clone()),
        document: Set(i64::from(delta.document)),
        line_number: Set(i64::from(delta.line)),
        column_number: Set(i64::from(delta.column)),
        position: Set(position),
    }
}

/// A row as the engine made its delta, but for what the facts of its run say of it ([`effects`]).
fn read(row: Model) -> Result<Delta, ServiceError> {
    let (kind, class, risk) = (row.kind()?, row.class()?, row.risk()?);
    let number = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(Delta {
        id: row.delta_id,
        fingerprint: row.fingerprint,
        file: row.file,
        path: row.path,
        key_path: row.key_path,
        document: number(row.document),
        from_file: row.from_file,
        from_path: row.from_path,
        similarity: row.similarity.and_then(|similarity| u8::try_from(similarity).ok()),
        kind,
        class,
        category: row.category,
        old: row.old_value.unwrap_or(Json::Null),
        new: row.new_value.unwrap_or(Json::Null),
        secret: row.is_secret,
        risk,
        reason: row.risk_reason,
        rule: row.policy_rule,
        line: number(row.line_number),
        column: number(row.column_number),
        environments: None,
    })
}

/// All deltas of a run in their order, in one query along the index of its buckets.
pub async fn of_run(db: &impl ConnectionTrait, run: &Run) -> Result<Vec<Delta>, ServiceError> {
    let mut rows = Entity::find().filter(Column::RunId.eq(run.id)).all(db).await?;
    rows.sort_by_key(|row| row.position);
    told(run, rows)
}

/// What the facts of runs say of where their deltas take effect; runs without base files are absent.
async fn effects(db: &impl ConnectionTrait, runs: &[Uuid]) -> Result<HashMap<Uuid, Cascades>, ServiceError> {
    use entity::validation_runs::{Column, Entity};
    let query = Entity::find().select_only().columns([Column::Id, Column::Facts]);
    let rows: Vec<(Uuid, Option<Json>)> = query.filter(Column::Id.is_in(runs.to_vec())).into_tuple().all(db).await?;
    let mut found = HashMap::new();
    for (run, facts) in rows {
        if let Some(cascades) = cascades_of(run, facts.as_ref())? {
            found.insert(run, cascades);
        }
    }
    Ok(found)
}

fn cascades_of(run: Uuid, facts: Option<&Json>) -> Result<Option<Cascades>, ServiceError> {
    let stored = facts.and_then(|facts| facts.get("cascades"));
    stored.map(|cascades| document(cascades.clone(), "validation_runs", "facts", run)).transpose()
}

fn apply<'d>(effects: &HashMap<Uuid, Cascades>, run: Uuid, deltas: impl IntoIterator<Item = &'d mut Delta>) {
    if let Some(cascades) = effects.get(&run) {
        cascades.apply(deltas);
    }
}

/// One delta of a run by its id, or by the beginning of it.
pub async fn get(db: &impl ConnectionTrait, run: Uuid, id: &str) -> Result<Delta, ServiceError> {
    let not_found = || ServiceError::NotFound { what: "delta", id: id.to_owned() };
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(not_found());
    }
    let found = Entity::find()
        .filter(Column::RunId.eq(run))
        .filter(Column::DeltaId.starts_with(id.to_ascii_lowercase()))
        .order_by_asc(Column::DeltaId)
        .limit(2)
        .all(db)
        .await?;
    match <[Model; 1]>::try_from(found) {
        Ok([row]) => {
            let mut delta = read(row)?;
            apply(&effects(db, &[run]).await?, run, [&mut delta]);
            Ok(delta)
        }
        Err(found) if found.is_empty() => Err(not_found()),
        Err(found) => {
            let found = found.into_iter().map(|row| row.delta_id).collect();
            Err(ServiceError::Ambiguous { what: "delta", id: id.to_owned(), found })
        }
    }
}

/// How one key changed: its deltas in all runs, newest first, with the run of each.
pub async fn history(
    db: &impl ConnectionTrait,
    fingerprint: &str,
    page: Page,
) -> Result<Rows<(Uuid, DateTime<Utc>, Delta)>, ServiceError> {
    let rows = Entity::history_of(fingerprint, page.after).limit(page.fetch()).all(db).await?;
    let page = page.cut(rows, |row| Cursor { created_at: row.created_at.to_utc(), id: row.id });
    let effects = effects(db, &page.rows.iter().map(|row| row.run_id).collect::<Vec<_>>()).await?;
    let read = |row: Model| {
        let (run, at) = (row.run_id, row.created_at.to_utc());
        let mut delta = read(row)?;
        apply(&effects, run, [&mut delta]);
        Ok((run, at, delta))
    };
    Ok(Rows { rows: page.rows.into_iter().map(read).collect::<Result<_, ServiceError>>()?, next: page.next })
}

/// Which deltas of a run to list.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    /// In this bucket; without one worst first.
    pub risk: Option<Risk>,
    /// Of this class.
    pub class: Option<Class>,
    /// Of this file.
    pub file: Option<String>,
}

/// The last delta of a page: its bucket and its position in the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The bucket.
    pub risk: Risk,
    /// The position.
    pub position: i64,
}

/// A place as callers see it.
pub fn write_place(place: &Place) -> String {
    format!("{}_{}", place.risk, place.position)
}

/// A place as a list wrote it; anything else is an error.
pub fn read_place(text: &str) -> Result<Place, ServiceError> {
    let parse = || {
        let (risk, position) = text.split_once('_')?;
        Some(Place { risk: risk.parse().ok()?, position: position.parse().ok()? })
    };
    parse().ok_or_else(|| ServiceError::Cursor(text.to_owned()))
}

/// A page of the deltas of a run, worst bucket first and then in the order of the run, and where to go on; one query.
pub async fn list(
    db: &impl ConnectionTrait,
    run: &Run,
    chosen: &Chosen,
    after: Option<Place>,
    limit: u64,
) -> Result<(Vec<Delta>, Option<Place>), ServiceError> {
    let limit = limit.clamp(1, crate::page::MOST_ROWS);
    // One more than is shown says whether there is another page.
    let mut rows = joined::all(db, buckets(run.id, chosen, after, limit + 1)).await?;
    let mut placed = Vec::with_capacity(rows.len());
    for row in rows.drain(..) {
        placed.push((Place { risk: row.risk()?, position: row.position }, row));
    }
    placed.sort_by_key(|(place, _)| (place.risk, place.position));
    let more = placed.len() as u64 > limit;
    placed.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = placed.last().filter(|_| more).map(|(place, _)| *place);
    Ok((told(run, placed.into_iter().map(|(_, row)| row).collect())?, next))
}

/// Rows of one run as the engine made them.
fn told(run: &Run, rows: Vec<Model>) -> Result<Vec<Delta>, ServiceError> {
    let mut deltas: Vec<Delta> = rows.into_iter().map(read).collect::<Result<_, _>>()?;
    if let Some(cascades) = cascades_of(run.id, run.facts.as_ref())? {
        cascades.apply(&mut deltas);
    }
    Ok(deltas)
}

/// The buckets that a page may reach into, each along its index and no longer than the page.
fn buckets(run: Uuid, chosen: &Chosen, after: Option<Place>, most: u64) -> Vec<Select<Entity>> {
    let wanted = Risk::ALL.iter().copied().filter(|risk| chosen.risk.is_none_or(|chosen| chosen == *risk));
    let wanted = wanted.filter(|risk| after.is_none_or(|after| *risk >= after.risk));
    let bucket = |risk: Risk| {
        let behind = after.filter(|after| after.risk == risk).map(|after| after.position);
        let mut bucket = Entity::of_run_by_risk(run, risk, behind).limit(most);
        if let Some(class) = chosen.class {
            bucket = bucket.filter(Column::Class.eq(class.stored()));
        }
        if let Some(file) = &chosen.file {
            bucket = bucket.filter(Column::File.eq(file.as_str()));
        }
        bucket
    };
    wanted.map(bucket).collect()
}

/// What two runs share and what only one has, by delta id.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// Only in the later run.
    pub came: Vec<Delta>,
    /// Only in the earlier run.
    pub went: Vec<Delta>,
    /// In both, judged otherwise; as in the later run.
    pub differ: Vec<Delta>,
    /// How many are the same.
    pub same: usize,
}

/// Compares the deltas of two runs. Refused unless both succeeded: another run has no deltas, whatever there was.
pub async fn compare(db: &impl ConnectionTrait, left: &Run, right: &Run) -> Result<Compared, ServiceError> {
    for run in [left, right] {
        let status = run.status()?;
        if status != RunStatus::Succeeded {
            return Err(ServiceError::RunStatus { run: run.id.to_string(), status, wanted: RunStatus::Succeeded });
        }
    }
    let index =
        |deltas: Vec<Delta>| deltas.into_iter().map(|delta| (delta.id.clone(), delta)).collect::<BTreeMap<_, _>>();
    let mut before = index(of_run(db, left).await?);
    let mut compared = Compared::default();
    for (id, delta) in index(of_run(db, right).await?) {
        match before.remove(&id) {
            None => compared.came.push(delta),
            Some(old) if old == delta => compared.same += 1,
            Some(_) => compared.differ.push(delta),
        }
    }
    compared.went = before.into_values().collect();
    Ok(compared)
}
