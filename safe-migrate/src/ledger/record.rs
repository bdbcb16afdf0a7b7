//! Writing to the ledger.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement, Value};

use super::shape::{CHECKPOINTS, has_table, install, install_accepted};
use crate::options::Options;
use crate::place::begin_writing;
use crate::row::{literal, one_number, one_text, run};

/// Rows of one INSERT.
const CHUNK: usize = 500;

/// A batch that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Batch {
    /// Its number.
    pub(crate) id: i64,
    /// up, down, adopt, backup or restore.
    pub(crate) direction: &'static str,
    /// When it began, in milliseconds since 1970.
    pub(crate) started: i64,
}

/// How a batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Its changes are committed.
    Succeeded,
    /// It failed.
    Failed,
}

/// One migration of a batch and what came of it.
#[derive(Clone, Debug)]
pub(crate) struct StepLine {
    pub(crate) migration: String,
    pub(crate) checksum: Option<String>,
    pub(crate) started: i64,
    pub(crate) ms: i64,
    pub(crate) outcome: &'static str,
    pub(crate) error: Option<String>,
}

fn statement(db: &impl ConnectionTrait, sqlite: &str, values: Vec<Value>) -> Statement {
    let backend = db.get_database_backend();
    if backend == sea_orm::DbBackend::Sqlite {
        return Statement::from_sql_and_values(backend, sqlite, values);
    }
    let mut sql = String::with_capacity(sqlite.len() + 8);
    for (number, part) in sqlite.split('?').enumerate() {
        if number > 0 {
            sql.push_str(&format!("${number}"));
        }
        sql.push_str(part);
    }
    Statement::from_sql_and_values(backend, sql, values)
}

/// Begins a batch in a transaction of its own, so that it is known even if its process dies. Batches that a process
/// left behind are marked as interrupted: whoever holds the lock knows that nobody else is at work.
pub(crate) async fn begin(
    db: &DatabaseConnection,
    options: &Options,
    direction: &'static str,
    backup: Option<&str>,
) -> Result<Batch, DbErr> {
    let transaction = begin_writing(db).await?;
    let batch = Batch { id: next_batch(&transaction).await?, direction, started: options.now_ms() };
    insert_batch(&transaction, &batch, backup, (&options.tool, &options.actor)).await?;
    transaction.commit().await?;
    Ok(batch)
}

/// The number of the next batch; makes the ledger when there is none, and marks what never ended.
pub(super) async fn next_batch(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    if install(db).await? {
        return Ok(1);
    }
    run(db, "update _safe_migrate_attempts set outcome = 'interrupted' where outcome = 'started'").await?;
    one_number(db, "select coalesce(max(id), 0) + 1 as n from _safe_migrate_batches", "n").await
}

/// Writes a batch that has begun; `by` is the program and who acts.
pub(super) async fn insert_batch(
    db: &impl ConnectionTrait,
    batch: &Batch,
    backup: Option<&str>,
    by: (&str, &str),
) -> Result<(), DbErr> {
    let sql = "insert into _safe_migrate_batches (id, direction, backup, tool, actor) values (?, ?, ?, ?, ?)";
    let values =
        vec![batch.id.into(), batch.direction.into(), backup.map(str::to_owned).into(), by.0.into(), by.1.into()];
    db.execute_raw(statement(db, sql, values)).await?;
    let line = "insert into _safe_migrate_attempts (batch, position, migration, direction, started_at, outcome) \
                values (?, 0, '', ?, ?, 'started')";
    let values = vec![batch.id.into(), batch.direction.into(), batch.started.into()];
    db.execute_raw(statement(db, line, values)).await.map(|_| ())
}

/// Forgets how far batches of these migrations came: they are done, or taken back.
pub(crate) async fn forget(db: &impl ConnectionTrait, names: &[&str]) -> Result<(), DbErr> {
    if !has_table(db, CHECKPOINTS).await? {
        return Ok(());
    }
    for chunk in names.chunks(CHUNK).filter(|chunk| !chunk.is_empty()) {
        let names = chunk.iter().map(|name| literal(name)).collect::<Vec<_>>().join(", ");
        run(db, &format!("delete from {CHECKPOINTS} where name in ({names})")).await?;
    }
    Ok(())
}

/// Writes the migrations of a batch from a position on.
pub(crate) async fn steps(
    db: &impl ConnectionTrait,
    batch: &Batch,
    first: usize,
    lines: &[StepLine],
) -> Result<(), DbErr> {
    for (number, chunk) in lines.chunks(CHUNK).enumerate() {
        let rows = vec!["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"; chunk.len()].join(", ");
        let sql = format!(
            "insert into _safe_migrate_attempts (batch, position, migration, checksum, direction, started_at, \
             finished_at, duration_ms, outcome, error) values {rows}"
        );
        let mut values: Vec<Value> = Vec::with_capacity(chunk.len() * 10);
        for (offset, line) in chunk.iter().enumerate() {
            let position = i64::try_from(first + number * CHUNK + offset + 1).unwrap_or(i64::MAX);
            values.extend([batch.id.into(), position.into(), line.migration.clone().into()]);
            values.extend([line.checksum.clone().into(), batch.direction.into(), line.started.into()]);
            values.extend([(line.started + line.ms).into(), line.ms.into(), line.outcome.into()]);
            values.push(line.error.clone().into());
        }
        db.execute_raw(statement(db, &sql, values)).await?;
    }
    Ok(())
}

/// Ends a batch that succeeded, with the fingerprints of the schema; an error when another migrator took the lock
/// meanwhile and found this batch left behind.
pub(crate) async fn finish(
    db: &impl ConnectionTrait,
    batch: &Batch,
    now: i64,
    prints: (&str, &str),
) -> Result<(), DbErr> {
    let sql = "update _safe_migrate_batches set before_print = ?, after_print = ? where id = ?";
    db.execute_raw(statement(db, sql, vec![prints.0.into(), prints.1.into(), batch.id.into()])).await?;
    if end(db, batch, now, "succeeded", None).await? {
        return Ok(());
    }
    Err(DbErr::Custom("another migrator took over while this one was at work".to_owned()))
}

/// Ends a batch that failed, unless it is ended already: a commit whose answer was lost may have gone through. The lines
/// behind the first `written` go in as what became of each, unless they are committed already too.
pub(crate) async fn fail(
    db: &DatabaseConnection,
    batch: &Batch,
    now: i64,
    (written, lines): (usize, &[StepLine]),
    error: &str,
) -> Result<Ended, DbErr> {
    let transaction = begin_writing(db).await?;
    // First, for it waits where the commit is still at work.
    if end(&transaction, batch, now, "failed", Some(error)).await? {
        let last = format!("select max(position) as n from _safe_migrate_attempts where batch = {}", batch.id);
        if usize::try_from(one_number(&transaction, &last, "n").await?).unwrap_or_default() == written {
            steps(&transaction, batch, written, lines).await?;
        }
        transaction.commit().await?;
        return Ok(Ended::Failed);
    }
    let outcome = format!("select outcome from _safe_migrate_attempts where batch = {} and position = 0", batch.id);
    let outcome = one_text(&transaction, &outcome, "outcome").await?;
    transaction.rollback().await?;
    Ok(if outcome == "succeeded" { Ended::Succeeded } else { Ended::Failed })
}

/// Ends a batch that is under way; false when it was ended before.
pub(super) async fn end(
    db: &impl ConnectionTrait,
    batch: &Batch,
    now: i64,
    outcome: &str,
    error: Option<&str>,
) -> Result<bool, DbErr> {
    let sql = "update _safe_migrate_attempts set outcome = ?, error = ?, finished_at = ?, duration_ms = ? \
               where batch = ? and position = 0 and outcome = 'started'";
    let values = vec![
        outcome.into(),
        error.map(str::to_owned).into(),
        now.into(),
        (now - batch.started).max(0).into(),
        batch.id.into(),
    ];
    Ok(db.execute_raw(statement(db, sql, values)).await?.rows_affected() > 0)
}

/// Records a backup that was made and proved, or a restore, as a batch of its own that succeeded.
pub(crate) async fn note_backup(
    db: &DatabaseConnection,
    options: &Options,
    direction: &'static str,
    backup: &str,
    print: &str,
) -> Result<(), DbErr> {
    let batch = begin(db, options, direction, Some(backup)).await?;
    finish(db, &batch, options.now_ms(), (print, print)).await
}

/// Records that a difference is known and accepted: a `checksum` of a migration, or a `drift` of the schema.
pub(crate) async fn accept(
    db: &impl ConnectionTrait,
    options: &Options,
    kind: &str,
    (subject, found, accepted): (&str, &str, &str),
    reason: &str,
) -> Result<(), DbErr> {
    install(db).await?;
    install_accepted(db).await?;
    let id = one_number(db, "select coalesce(max(id), 0) + 1 as n from _safe_migrate_accepted", "n").await?;
    let sql = "insert into _safe_migrate_accepted (id, kind, subject, found, accepted, reason, actor, accepted_at) \
               values (?, ?, ?, ?, ?, ?, ?, ?)";
    let values = vec![
        id.into(),
        kind.into(),
        subject.into(),
        found.into(),
        accepted.into(),
        reason.into(),
        options.actor.clone().into(),
        options.now_ms().into(),
    ];
    db.execute_raw(statement(db, sql, values)).await.map(|_| ())
}

/// Records a migration whose objects were there already in `seaql_migrations`.
pub(crate) async fn adopt(db: &impl ConnectionTrait, table: &str, name: &str, now: i64) -> Result<(), DbErr> {
    let sql = format!("insert into {} (version, applied_at) values (?, ?)", crate::row::quoted(table));
    db.execute_raw(statement(db, &sql, vec![name.into(), (now / 1000).into()])).await.map(|_| ())
}
