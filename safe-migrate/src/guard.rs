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

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr};
use sea_orm_migration::{IntoSchemaManagerConnection, MigratorTrait};

use crate::lock::ADVISORY;
use crate::place::begin_writing;

/// Opens the transaction of a batch once no other migrator is at work.
async fn begin<'c, C: IntoSchemaManagerConnection<'c>>(db: C) -> Result<DatabaseTransaction, DbErr> {
    let executor = db.into_database_executor();
    let transaction = begin_writing(&executor).await?;
    if executor.get_database_backend() == DbBackend::Postgres {
        transaction.execute_unprepared(&format!("select pg_advisory_xact_lock({ADVISORY})")).await?;
    }
    Ok(transaction)
}

/// Applies pending migrations of `M`, all or `steps` of them, whole or not at all.
pub async fn up<'c, M: MigratorTrait, C: IntoSchemaManagerConnection<'c>>(
    db: C,
    steps: Option<u32>,
) -> Result<(), DbErr> {
    let transaction = begin(db).await?;
    M::up(&transaction, steps).await?;
    transaction.commit().await
}

/// Takes migrations of `M` back, all or `steps` of them, whole or not at all.
pub async fn down<'c, M: MigratorTrait, C: IntoSchemaManagerConnection<'c>>(
    db: C,
    steps: Option<u32>,
) -> Result<(), DbErr> {
    let transaction = begin(db).await?;
    M::down(&transaction, steps).await?;
    transaction.commit().await
}

/// Takes every migration of `M` back and applies it again, whole or not at all.
pub async fn refresh<'c, M: MigratorTrait, C: IntoSchemaManagerConnection<'c>>(db: C) -> Result<(), DbErr> {
    let transaction = begin(db).await?;
    M::refresh(&transaction).await?;
    transaction.commit().await
}

/// Takes every migration of `M` back and removes its table of migrations, whole or not at all.
pub async fn reset<'c, M: MigratorTrait, C: IntoSchemaManagerConnection<'c>>(db: C) -> Result<(), DbErr> {
    let transaction = begin(db).await?;
    M::reset(&transaction).await?;
    transaction.commit().await
}

/// Dropping every table of a database is no migration: rows would be lost without a way back.
pub fn fresh_is_refused() -> DbErr {
    DbErr::Custom("fresh is refused: it would drop every table with its rows; use an empty database".to_owned())
}
