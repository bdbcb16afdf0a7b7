//! For migrators that the stock `sea-orm-cli` runs: its verbs under the same lock, in one transaction, in the ledger.
//!
//! ```
//! # use sea_orm_migration::prelude::*;
//! struct Plain;
//! impl MigratorTrait for Plain {
//!     fn migrations() -> Vec<Box<dyn MigrationTrait>> {
//!         vec![]
//!     }
//! }
//!
//! struct Migrator;
//! #[async_trait::async_trait]
//! impl MigratorTrait for Migrator {
//!     async fn up<'c, C: IntoSchemaManagerConnection<'c>>(db: C, steps: Option<u32>) -> Result<(), DbErr> {
//!         safe_migrate::guard::up::<Plain, C>(db, steps).await
//!     }
//!     async fn fresh<'c, C: IntoSchemaManagerConnection<'c>>(_: C) -> Result<(), DbErr> {
//!         Err(safe_migrate::guard::fresh_is_refused())
//!     }
//!     fn migrations() -> Vec<Box<dyn MigrationTrait>> {
//!         Plain::migrations()
//!     }
//! }
//! ```

mod own;
mod rows;
mod spoken;

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, TransactionTrait};
use sea_orm_migration::{IntoSchemaManagerConnection, MigratorTrait};

use crate::call::caught;
use crate::error::brief;
use crate::ledger;
use crate::lock::{ADVISORY, Lock};
use crate::place::{Place, begin_writing};
use crate::preflight::checksums;
use crate::recorder::record;
use rows::Rows;
use spoken::Spoken;

/// How long a stock command waits for another migrator of the same SQLite file.
const LOCK_WAIT: Duration = Duration::from_secs(60);

/// One of the stock commands.
#[derive(Clone, Copy)]
enum Verb {
    Up(Option<u32>),
    Down(Option<u32>),
    Refresh,
    Reset,
}

impl Verb {
    const fn direction(self) -> &'static str {
        match self {
            Self::Up(_) | Self::Refresh => "up",
            Self::Down(_) | Self::Reset => "down",
        }
    }

    async fn run<M: MigratorTrait>(self, db: &DatabaseTransaction) -> Result<(), DbErr> {
        match self {
            Self::Up(steps) => M::up(db, steps).await,
            Self::Down(steps) => M::down(db, steps).await,
            Self::Refresh => M::refresh(db).await,
            Self::Reset => M::reset(db).await,
        }
    }

    /// Migrations that it applied or took back, in that order.
    fn changed(self, before: Vec<String>, mut after: Vec<String>) -> Vec<String> {
        match self {
            Self::Refresh => after,
            Self::Up(_) => {
                after.retain(|name| !before.contains(name));
                after
            }
            Self::Down(_) | Self::Reset => before.into_iter().rev().filter(|name| !after.contains(name)).collect(),
        }
    }
}

/// Opens the transaction of a batch once no other migrator is at work.
async fn begin(db: &impl TransactionTrait<Transaction = DatabaseTransaction>) -> Result<DatabaseTransaction, DbErr> {
    let transaction = begin_writing(db).await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction.execute_unprepared(&format!("select pg_advisory_xact_lock({ADVISORY})")).await?;
    }
    Ok(transaction)
}

async fn applied<M: MigratorTrait>(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let rows = ledger::applied(db, &M::migration_table_name().to_string()).await?.unwrap_or_default();
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// Runs it under the lock of migrations, on SQLite over a connection on which foreign keys are off wherever one can be
/// had: a table that is rebuilt would take its children along.
async fn guarded<'c, M: MigratorTrait, C: IntoSchemaManagerConnection<'c>>(db: C, verb: Verb) -> Result<(), DbErr> {
    let executor = db.into_database_executor();
    let Some(file) = own::file(&executor).await? else { return attempt::<M>(&executor, verb).await };
    let lock = Lock::take(&Place::of_file(&file), LOCK_WAIT).await.map_err(|error| DbErr::Custom(error.to_string()))?;
    let outcome = match own::connection(&executor).await {
        Ok(Some(own)) => {
            let outcome = attempt::<M>(&own, verb).await;
            let _ = own.close().await;
            outcome
        }
        Ok(None) => attempt::<M>(&executor, verb).await,
        Err(error) => Err(error),
    };
    lock.release().await;
    outcome
}

/// Runs it whole or not at all. Whatever comes of it is in the ledger, unless there was nothing to do.
async fn attempt<M: MigratorTrait>(
    db: &impl TransactionTrait<Transaction = DatabaseTransaction>,
    verb: Verb,
) -> Result<(), DbErr> {
    let transaction = begin(db).await?;
    let started = ledger::clock(&transaction).await?;
    let outcome = async {
        let before = applied::<M>(&transaction).await?;
        let names: Vec<String> = M::migrations().iter().map(|migration| migration.name().to_owned()).collect();
        if matches!(verb, Verb::Up(_)) && names.iter().all(|name| before.contains(name)) {
            return caught(verb.run::<M>(&transaction)).await;
        }
        let recorded = record(&M::migrations(), transaction.get_database_backend()).await;
        let rows = Rows::read(&transaction, &M::migration_table_name().to_string()).await?;
        caught(verb.run::<M>(&transaction)).await?;
        let changed = verb.changed(before, applied::<M>(&transaction).await?);
        if changed.is_empty() {
            return Ok(());
        }
        let up = matches!(verb, Verb::Up(_)).then(|| {
            let applied = recorded.iter().filter(|recorded| changed.contains(&recorded.name));
            Spoken::of(applied.flat_map(|recorded| recorded.up.as_deref().unwrap_or_default()))
        });
        rows.compare(&transaction, up.as_ref()).await?;
        ledger::note_stock(&transaction, verb.direction(), started, &changed, &checksums(&recorded)).await
    };
    match outcome.await {
        Ok(()) => transaction.commit().await,
        Err(error) => {
            transaction.rollback().await?;
            let noted = async {
                let note = begin(db).await?;
                ledger::note_stock_failure(&note, verb.direction(), started, &brief(&error)).await?;
                note.commit().await
            };
            // The first error is the one to tell.
            let _ = noted.await;
            Err(error)
        }
    }
}

/// Applies pending migrations of `M`, all or `steps` of them, whole or not at all. Rows are compared before the commit:
/// only tables that a statement of the migrations changes by name may have others, and no row may name a parent that is
/// gone. Nobody should write meanwhile.
pub async fn up<'c, M: MigratorTrait, C: IntoSchemaManagerConnection<'c>>(
    db: C,
    steps: Option<u32>,
) -> Result<(), DbErr> {
    guarded::<M, C>(db, Verb::Up(steps)).await
}

/// Takes migrations of `M` back, all or `steps` of them, whole or not at all.
pub async fn down<'c, M: MigratorTrait, C: IntoSchemaManagerConnection<'c>>(
    db: C,
    steps: Option<u32>,
) -> Result<(), DbErr> {
    guarded::<M, C>(db, Verb::Down(steps)).await
}

/// Takes every migration of `M` back and applies it again, whole or not at all.
pub async fn refresh<'c, M: MigratorTrait, C: IntoSchemaManagerConnection<'c>>(db: C) -> Result<(), DbErr> {
    guarded::<M, C>(db, Verb::Refresh).await
}

/// Takes every migration of `M` back and removes its table of migrations, whole or not at all.
pub async fn reset<'c, M: MigratorTrait, C: IntoSchemaManagerConnection<'c>>(db: C) -> Result<(), DbErr> {
    guarded::<M, C>(db, Verb::Reset).await
}

/// Dropping every table of a database is no migration: rows would be lost without a way back.
pub fn fresh_is_refused() -> DbErr {
    DbErr::Custom("fresh is refused: it would drop every table with its rows; use an empty database".to_owned())
}
