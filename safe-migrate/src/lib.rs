//! Backup, rehearsal, ledger, lock, verification and a way back around any sea-orm migrator.

mod apply;
mod backup;
mod content;
mod error;
mod ledger;
mod lock;
mod migrate;
mod migrator;
mod options;
mod place;
mod preflight;
mod recorder;
mod row;
mod schema;
mod scratch;
mod sql;
mod status;

pub use backup::Backup;
pub use content::Content;
pub use error::{Finding, FindingCode, SafeError};
pub use ledger::Attempt;
pub use migrate::Migrated;
pub use migrator::{SafeMigrator, Snapshots};
pub use options::{FailPoint, Listener, MigrateOptions, Options, Phase, RollbackOptions, Step};
pub use preflight::{Plan, PlannedMigration, PlannedStatement};
pub use schema::{Column, Index, SchemaDocument, Table};
pub use sql::Mark;
pub use status::{MigrationState, MigrationStatus, State, Status, TableSize};
