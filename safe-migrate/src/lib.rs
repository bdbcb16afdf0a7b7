//! Backup, rehearsal, ledger, lock, verification and a way back around any sea-orm migrator, on SQLite and Postgres.
//!
//! A project writes plain sea-orm migrations; `sea-orm-cli` goes on working. [`SafeMigrator`] runs the same list under
//! one lock and in one transaction, compares schema and rows before it commits, keeps every attempt in tables of its own
//! (`_safe_migrate_…`), and never touches a database in which it found something unexpected.
//!
//! ```
//! use safe_migrate::{MigrateOptions, Options, RollbackOptions, SafeMigrator, State};
//! use sea_orm_migration::prelude::*;
//!
//! #[derive(DeriveMigrationName)]
//! struct Notes;
//!
//! #[async_trait::async_trait]
//! impl MigrationTrait for Notes {
//!     async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
//!         let mut table = Table::create();
//!         table.table("notes").col(sea_orm_migration::schema::pk_uuid("id"));
//!         manager.create_table(table).await
//!     }
//!     async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
//!         manager.drop_table(Table::drop().table("notes").take()).await
//!     }
//! }
//!
//! struct Migrator;
//! impl MigratorTrait for Migrator {
//!     fn migrations() -> Vec<Box<dyn MigrationTrait>> {
//!         vec![Box::new(Notes)]
//!     }
//! }
//!
//! # let folder = tempfile::tempdir()?;
//! # let url = format!("sqlite://{}?mode=rwc", folder.path().join("notes.db").display());
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let safe = SafeMigrator::new::<Migrator>(&url, Options::new(chrono::Utc::now, "ann", "notes 1.0"))?;
//! let done = safe.migrate(&MigrateOptions::default()).await?;
//! assert_eq!((done.state, done.migrations.len()), (State::UpToDate, 1));
//! assert!(safe.verify().await?.verified);
//!
//! let backup = safe.backup().await?;
//! assert!(backup.proved);
//! safe.rollback(&RollbackOptions::default()).await?;
//! assert_eq!(safe.status().await?.held().len(), 1);
//! safe.restore(&backup.name).await?;
//! assert_eq!(safe.status().await?.state, State::UpToDate);
//! # Ok::<_, safe_migrate::SafeError>(())
//! # })?;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod access;
mod apply;
mod backup;
mod batches;
mod call;
mod content;
mod error;
pub mod guard;
mod inspect;
mod ledger;
mod lock;
mod migrate;
mod migrator;
mod options;
mod place;
mod preflight;
mod profile;
mod recorder;
mod report;
mod restore;
mod rollback;
mod row;
mod schema;
mod scratch;
mod sql;
mod stairway;
mod status;
mod verify;

pub use apply::{Rehearsal, Rehearsed};
pub use backup::Backup;
pub use batches::Batches;
pub use content::Content;
pub use error::{Finding, FindingCode, SafeError};
pub use inspect::{Adopted, Class, Classed, Inspection};
pub use ledger::{Attempt, LEDGER_PREFIX};
pub use migrate::Migrated;
pub use migrator::{SafeMigrator, Snapshots};
pub use options::{FailPoint, Listener, MigrateOptions, Options, Phase, RollbackOptions, StatementHook, Step};
pub use place::{sqlite_file, sqlite_url};
pub use preflight::{Plan, PlannedMigration, PlannedStatement};
pub use report::{Check, Outcome, Report, ReportFormat};
pub use restore::Restored;
pub use schema::{Column, Index, SchemaDocument, Table};
pub use sql::Mark;
pub use stairway::{Reversibility, Stair, Stairway};
pub use status::{MigrationState, MigrationStatus, State, Status, TableSize};
pub use verify::{Sides, Verification};
