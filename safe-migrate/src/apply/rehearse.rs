//! The rehearsal: the plan on a copy with the real rows, or in place in a transaction that is rolled back, and what
//! each migration locked and touched there.

use std::collections::BTreeSet;
use std::time::Instant;

use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr};
use serde::Serialize;

use super::{Done, Job};
use crate::backup::Backup;
use crate::error::SafeError;
use crate::ledger::{self, StepLine};
use crate::migrator::SafeMigrator;
use crate::row::{literal, one_number, texts};
use crate::schema::SchemaDocument;
use crate::scratch::Scratch;

/// What one migration did in the rehearsal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rehearsed {
    /// The migration.
    pub migration: String,
    /// How long it took, in whole milliseconds.
    pub ms: u64,
    /// Rows that it inserted, updated or deleted.
    pub rows: i64,
    /// Locks that it was the first to take on tables from before the batch, such as `orders AccessExclusiveLock`; they
    /// are held until the commit. None on SQLite, where the batch holds off every other writer.
    pub locks: Vec<String>,
}

/// What the rehearsal gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rehearsal {
    /// True when it ran on the database itself, in a transaction that was rolled back.
    pub in_place: bool,
    /// Each migration, in order.
    pub migrations: Vec<Rehearsed>,
    /// Locks that the transaction held at its end, those on new tables and indexes included; none on SQLite.
    pub locks_held: Option<i64>,
    /// Locks for which the server has room, all of its transactions together; none on SQLite.
    pub lock_room: Option<i64>,
}

/// Counts what a transaction does, migration by migration.
#[derive(Debug, Default)]
pub(super) struct Meter {
    tables: BTreeSet<String>,
    locks: BTreeSet<String>,
    rows: i64,
    pub(super) rehearsed: Vec<Rehearsed>,
    pub(super) held: Option<i64>,
}

impl Meter {
    /// Begins to count; tables that are there already are those on which a lock keeps others waiting.
    pub(super) async fn begin(&mut self, db: &impl ConnectionTrait, before: &SchemaDocument) -> Result<(), DbErr> {
        self.tables = before.tables.keys().cloned().collect();
        self.locks.clear();
        self.rows = rows(db).await?;
        Ok(())
    }

    /// Takes down what a migration did.
    pub(super) async fn read(&mut self, db: &impl ConnectionTrait, migration: &str, ms: u64) -> Result<(), DbErr> {
        let now = rows(db).await?;
        let held = locks(db, &self.tables).await?;
        let locks = held.difference(&self.locks).cloned().collect();
        // The count of a table goes when the table is dropped.
        let rows = (now - self.rows).max(0);
        self.rehearsed.push(Rehearsed { migration: migration.to_owned(), ms, rows, locks });
        (self.rows, self.locks) = (now, held);
        if db.get_database_backend() == DbBackend::Postgres {
            let count = "select count(*) as n from pg_locks where pid = pg_backend_pid()";
            self.held = self.held.max(Some(one_number(db, count, "n").await?));
        }
        Ok(())
    }
}

/// Rows that this connection has changed so far, and on Postgres this transaction.
async fn rows(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => "select total_changes() as n",
        _ => {
            "select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint as n from pg_stat_xact_user_tables \
             where schemaname = current_schema()"
        }
    };
    one_number(db, sql, "n").await
}

async fn locks(db: &impl ConnectionTrait, tables: &BTreeSet<String>) -> Result<BTreeSet<String>, DbErr> {
    if db.get_database_backend() == DbBackend::Sqlite || tables.is_empty() {
        return Ok(BTreeSet::new());
    }
    let names = tables.iter().map(|table| literal(table)).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "select c.relname || ' ' || l.mode as line from pg_locks l join pg_class c on c.oid = l.relation \
         where l.pid = pg_backend_pid() and c.relnamespace = quote_ident(current_schema())::regnamespace \
         and l.mode not in ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock') and c.relname in ({names})"
    );
    Ok(texts(db, &sql, "line").await?.into_iter().collect())
}

/// Locks for which a Postgres server has room.
pub(crate) async fn lock_room(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let sql = "select current_setting('max_locks_per_transaction')::bigint * \
               (current_setting('max_connections')::bigint + current_setting('max_prepared_transactions')::bigint) as n";
    one_number(db, sql, "n").await
}

impl Job<'_> {
    /// Applies it in a transaction that is rolled back whatever comes of it. No line is left in the ledger.
    async fn try_in_place(&self, db: &DatabaseConnection) -> Result<Done, SafeError> {
        if let Some(alone) = self.migrations.iter().find(|migration| migration.use_transaction() == Some(false)) {
            let why = format!("{} refuses a transaction and cannot be rehearsed in place", alone.name());
            return Err(SafeError::Unsupported(why));
        }
        if self.together(&self.migrations) < self.migrations.len() {
            let why =
                "a value that is added to an enumeration, and used after its commit, cannot be rehearsed in place";
            return Err(SafeError::Unsupported(why.to_owned()));
        }
        let mut done = Done::default();
        let mut lines = Vec::new();
        let transaction = self.begin(db).await?;
        let outcome = async {
            let before = self.before(&transaction, &mut done).await?;
            let known = self.known(&before.0);
            self.prepare(&transaction).await?;
            self.change_measured(&transaction, &self.migrations, &before.0, &mut lines, &mut done).await?;
            self.book(&transaction, &self.migrations).await?;
            self.verify(&transaction, before.1, known.as_ref(), &mut done).await
        };
        let outcome = outcome.await;
        let rolled_back = transaction.rollback().await;
        outcome?;
        rolled_back.map_err(self.migrator.place.failed("rolling the rehearsal back"))?;
        Ok(done)
    }
}

impl SafeMigrator {
    /// Rehearses on the copy that a backup is, on the database itself, or, where there is no row, on nothing.
    pub(crate) async fn rehearse(
        &self,
        job: &Job<'_>,
        backup: Option<&Backup>,
        in_place: bool,
    ) -> Result<(Rehearsal, Done), SafeError> {
        let start = Instant::now();
        let mut done = match backup {
            _ if in_place => {
                let db = self.place.write().await?;
                let outcome = job.try_in_place(&db).await;
                let _ = db.close().await;
                outcome?
            }
            Some(backup) => {
                let copy = self.copy_of(backup).await?;
                let outcome = match copy.place.write().await {
                    Ok(db) => run_and_close(job, db).await,
                    Err(error) => Err(error),
                };
                copy.remove().await?;
                outcome?
            }
            None => {
                let scratch = Scratch::make(&self.place, self.options.now_ms()).await?;
                let outcome = job.run(&scratch.db).await;
                scratch.remove().await?;
                outcome?
            }
        };
        self.done(&mut done.steps, job.phase, "rehearsed", start);
        let lock_room = match self.place.backend() {
            DbBackend::Postgres => Some(self.lock_room().await?),
            _ => None,
        };
        let meter = std::mem::take(&mut done.meter);
        let rehearsal = Rehearsal { in_place, migrations: meter.rehearsed, locks_held: meter.held, lock_room };
        Ok((rehearsal, done))
    }

    async fn lock_room(&self) -> Result<i64, SafeError> {
        let db = self.place.read().await?;
        let room = lock_room(&db).await;
        let _ = db.close().await;
        room.map_err(self.place.failed("asking for the room for locks"))
    }

    /// A rehearsal that failed is an attempt too.
    pub(crate) async fn note_failure(&self, job: &Job<'_>, error: &SafeError) -> Result<(), SafeError> {
        let failed = self.place.failed("writing the ledger");
        let db = self.place.write().await?;
        let outcome = async {
            let batch = ledger::begin(&db, &self.options, job.direction.word(), job.backup.as_deref()).await?;
            let line = match error {
                SafeError::Migration { migration, cause, .. } => Some(StepLine {
                    migration: migration.clone(),
                    checksum: job.checksums.get(migration).cloned(),
                    started: batch.started,
                    ms: 0,
                    outcome: "failed",
                    error: Some(format!("rehearsal: {cause}")),
                }),
                _ => None,
            };
            let (now, lines) = (self.options.now_ms(), line.into_iter().collect::<Vec<_>>());
            ledger::fail(&db, &batch, now, (0, &lines), &format!("rehearsal: {error}")).await
        };
        let outcome = outcome.await;
        let _ = db.close().await;
        outcome.map(|_| ()).map_err(&failed)
    }
}

async fn run_and_close(job: &Job<'_>, db: DatabaseConnection) -> Result<Done, SafeError> {
    let outcome = job.run(&db).await;
    let _ = db.close().await;
    outcome
}
