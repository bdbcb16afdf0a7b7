//! Deltas: stored in the order of their run, listed by bucket, looked up by id and by history.

use chrono::{DateTime, Utc};
use drift::delta::Delta;
use drift::risk::Risk;
use entity::config_deltas::{ActiveModel, Column, Entity, Model};
use entity::stored::Stored;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::clock::Clock;
use crate::error::ServiceError;
use crate::page::{Cursor, Page, Rows};

/// Rows in one INSERT: with 26 columns this stays below the 32,766 parameters that SQLite takes.
pub const ROWS_AT_ONCE: usize = 1_000;

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

/// A stored delta as the engine made it.
pub fn read(row: Model) -> Result<Delta, ServiceError> {
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
    })
}

/// All deltas of a run in their order, read bucket by bucket along the index.
pub async fn of_run(db: &impl ConnectionTrait, run: Uuid) -> Result<Vec<Delta>, ServiceError> {
    let mut rows = Vec::new();
    for risk in Risk::ALL {
        rows.extend(Entity::of_run_by_risk(run, *risk, None).all(db).await?);
    }
    rows.sort_by_key(|row| row.position);
    rows.into_iter().map(read).collect()
}

/// A page of one bucket of a run, in its order, behind a position; with the position to go on from.
pub async fn list_by_risk(
    db: &impl ConnectionTrait,
    run: Uuid,
    risk: Risk,
    after: Option<i64>,
    limit: u64,
) -> Result<(Vec<Delta>, Option<i64>), ServiceError> {
    let rows = Entity::of_run_by_risk(run, risk, after).limit(limit.clamp(1, crate::page::MOST_ROWS)).all(db).await?;
    let last = rows.last().map(|row| row.position);
    Ok((rows.into_iter().map(read).collect::<Result<_, _>>()?, last))
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
        Ok([row]) => read(row),
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
    let read = |row: Model| Ok((row.run_id, row.created_at.to_utc(), read(row)?));
    Ok(Rows { rows: page.rows.into_iter().map(read).collect::<Result<_, ServiceError>>()?, next: page.next })
}
