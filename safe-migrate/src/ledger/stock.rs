//! What the stock commands of a guarded migrator leave in the ledger; the clock is that of the database.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbErr};

use super::record::{Batch, StepLine, end, insert_batch, next_batch, steps};
use super::{STOCK_TOOL, now_of};
use crate::row::one_number;

/// Who acts, for nobody says.
const ACTOR: &str = "unknown";

/// The time of the database in milliseconds since 1970.
pub(crate) async fn clock(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    one_number(db, &format!("select {} as n", now_of(db.get_database_backend())), "n").await
}

async fn batch(db: &impl ConnectionTrait, direction: &'static str, started: i64) -> Result<Batch, DbErr> {
    let batch = Batch { id: next_batch(db).await?, direction, started };
    insert_batch(db, &batch, None, (STOCK_TOOL, ACTOR)).await?;
    Ok(batch)
}

/// Notes migrations that were applied or taken back, in the transaction that did it.
pub(crate) async fn note_stock(
    db: &impl ConnectionTrait,
    direction: &'static str,
    started: i64,
    migrations: &[String],
    checksums: &BTreeMap<String, String>,
) -> Result<(), DbErr> {
    let batch = batch(db, direction, started).await?;
    let line = |migration: &String| StepLine {
        migration: migration.clone(),
        checksum: checksums.get(migration).cloned(),
        started,
        ms: 0,
        outcome: "succeeded",
        error: None,
    };
    let lines: Vec<StepLine> = migrations.iter().map(line).collect();
    steps(db, &batch, 0, &lines).await?;
    let now = clock(db).await?;
    end(db, &batch, now, "succeeded", None).await.map(|_| ())
}

/// Notes an attempt that failed, in a transaction of its own.
pub(crate) async fn note_stock_failure(
    db: &impl ConnectionTrait,
    direction: &'static str,
    started: i64,
    error: &str,
) -> Result<(), DbErr> {
    let batch = batch(db, direction, started).await?;
    let now = clock(db).await?;
    end(db, &batch, now, "failed", Some(error)).await.map(|_| ())
}
