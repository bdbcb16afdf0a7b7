//! The ledger: every attempt with what came of it, in tables of its own beside `seaql_migrations`.

mod record;
mod shape;
mod stock;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult};
use serde::Serialize;

pub(crate) use record::{Batch, Ended, StepLine, accept, adopt, begin, fail, finish, forget, note_backup, steps};
pub use shape::LEDGER_PREFIX;
pub(crate) use shape::{CHECKPOINTS, TABLES, exists, install_checkpoints};
pub(crate) use stock::{clock, note_stock, note_stock_failure};

use crate::row::{all, literal, quoted, texts};

/// A migration that `seaql_migrations` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Applied {
    /// Its name.
    pub(crate) name: String,
    /// When, in seconds since 1970.
    pub(crate) at: i64,
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Attempt {
    /// The batch, counted from 1.
    pub batch: i64,
    /// The migration; empty for the batch as a whole.
    pub migration: String,
    /// SHA-256 of its SQL for this backend, if that can be told.
    pub checksum: Option<String>,
    /// up, down, adopt, backup or restore.
    pub direction: String,
    /// When it began, UTC, RFC 3339.
    pub started_at: String,
    /// How long it took; none while it runs.
    pub duration_ms: Option<i64>,
    /// started, succeeded, failed, rolled_back or interrupted.
    pub outcome: String,
    /// What the database said.
    pub error: Option<String>,
    /// The backup that was made before.
    pub backup: Option<String>,
    /// Fingerprint of the schema before.
    pub before: Option<String>,
    /// Fingerprint of the schema after.
    pub after: Option<String>,
    /// Name and version of the program.
    pub tool: String,
    /// Who acted.
    pub actor: String,
}

/// What the ledger knows about applied migrations.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Checksums that count, by migration: of the last success, or accepted since.
    pub(crate) checksums: BTreeMap<String, String>,
    /// Differences from the declared schema that an adoption accepted.
    pub(crate) accepted_drift: Vec<String>,
}

/// The applied migrations in the order of their names; none at all when there is no such table.
pub(crate) async fn applied(db: &impl ConnectionTrait, table: &str) -> Result<Option<Vec<Applied>>, DbErr> {
    if !shape::has_table(db, table).await? {
        return Ok(None);
    }
    let rows = all(db, &format!("select version, applied_at from {} order by version", quoted(table))).await?;
    rows.iter()
        .map(|row| Ok(Applied { name: row.try_get_by_index(0)?, at: row.try_get_by_index(1)? }))
        .collect::<Result<_, DbErr>>()
        .map(Some)
}

/// Migrations that were taken back on purpose and not applied since. Taking back by the stock command is for
/// development, and holds nothing back.
pub(crate) async fn held(db: &impl ConnectionTrait) -> Result<BTreeSet<String>, DbErr> {
    if !exists(db).await? {
        return Ok(BTreeSet::new());
    }
    // Nearly always there is no such line, and only one table is read.
    let sql = format!(
        "select migration from (select a.migration, a.direction, b.tool, \
         row_number() over (partition by a.migration order by a.batch desc, a.position desc) as nth \
         from _safe_migrate_attempts a join _safe_migrate_batches b on b.id = a.batch \
         where a.outcome = 'succeeded' and a.migration in (select migration from _safe_migrate_attempts \
         where direction = 'down' and outcome = 'succeeded' and migration <> '')) l \
         where nth = 1 and direction = 'down' and tool <> {}",
        literal(STOCK_TOOL)
    );
    Ok(texts(db, &sql, "migration").await?.into_iter().collect())
}

/// Reads what the ledger knows; nothing when there is none.
pub(crate) async fn known(db: &impl ConnectionTrait) -> Result<Known, DbErr> {
    if !exists(db).await? {
        return Ok(Known::default());
    }
    let mut known = Known::default();
    let mut applied: BTreeMap<String, i64> = BTreeMap::new();
    let done = "select migration, checksum, started_at from _safe_migrate_attempts \
                where outcome = 'succeeded' and migration <> '' order by batch, position";
    for row in all(db, done).await? {
        let migration: String = row.try_get("", "migration")?;
        applied.insert(migration.clone(), row.try_get("", "started_at")?);
        match row.try_get::<Option<String>>("", "checksum")? {
            Some(checksum) => known.checksums.insert(migration, checksum),
            None => known.checksums.remove(&migration),
        };
    }
    if !shape::has_table(db, shape::ACCEPTED).await? {
        return Ok(known);
    }
    let accepted = "select kind, subject, accepted, accepted_at from _safe_migrate_accepted order by id";
    for row in all(db, accepted).await? {
        let (kind, subject): (String, String) = (row.try_get("", "kind")?, row.try_get("", "subject")?);
        let at: i64 = row.try_get("", "accepted_at")?;
        match kind.as_str() {
            // What was applied after it was accepted counts as it was applied.
            "checksum" if applied.get(&subject).is_some_and(|applied| at < *applied) => {}
            "checksum" => {
                known.checksums.insert(subject, row.try_get("", "accepted")?);
            }
            _ => known.accepted_drift.push(subject),
        }
    }
    Ok(known)
}

/// Every line, oldest first: for each batch itself and then its migrations.
pub(crate) async fn attempts(db: &impl ConnectionTrait) -> Result<Vec<Attempt>, DbErr> {
    if !exists(db).await? {
        return Ok(Vec::new());
    }
    let sql = "select a.batch, a.migration, a.checksum, a.direction, a.started_at, a.duration_ms, a.outcome, a.error, \
               b.backup, b.before_print, b.after_print, b.tool, b.actor from _safe_migrate_attempts a \
               join _safe_migrate_batches b on b.id = a.batch order by a.batch, a.position";
    all(db, sql).await?.iter().map(attempt).collect()
}

fn attempt(row: &QueryResult) -> Result<Attempt, DbErr> {
    let started: i64 = row.try_get("", "started_at")?;
    Ok(Attempt {
        batch: row.try_get("", "batch")?,
        migration: row.try_get("", "migration")?,
        checksum: row.try_get("", "checksum")?,
        direction: row.try_get("", "direction")?,
        started_at: time(started),
        duration_ms: row.try_get("", "duration_ms")?,
        outcome: row.try_get("", "outcome")?,
        error: row.try_get("", "error")?,
        backup: row.try_get("", "backup")?,
        before: row.try_get("", "before_print")?,
        after: row.try_get("", "after_print")?,
        tool: row.try_get("", "tool")?,
        actor: row.try_get("", "actor")?,
    })
}

/// The tool of rows that the stock commands leave.
pub(crate) const STOCK_TOOL: &str = "sea-orm-migration";

/// The clock of the database itself in milliseconds since 1970, as SQL: where no clock is passed in.
pub(crate) const fn now_of(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "(extract(epoch from clock_timestamp()) * 1000)::bigint",
        _ => "cast((julianday('now') - 2440587.5) * 86400000 as integer)",
    }
}

/// Milliseconds since 1970 as RFC 3339 in UTC.
pub(crate) fn time(ms: i64) -> String {
    let time = chrono::DateTime::from_timestamp_millis(ms).unwrap_or_default();
    time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
