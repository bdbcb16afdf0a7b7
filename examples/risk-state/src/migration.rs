//! The schema of the state database: version 1 as it was found in the field, and what version 2 adds.
//!
//! Nothing may follow the list at the end of this file: `sea-orm-cli migrate generate` cuts it off.

use sea_orm_migration::prelude::*;

mod shape;

mod m20250301_000001_version_1;
mod m20261121_000001_execution_time;
mod m20261121_000002_indexes;
mod m20261121_000003_daily_unrealized_pnl;

/// The name of the migration that makes the nine tables of version 1.
pub const VERSION_1: &str = "m20250301_000001_version_1";

/// The name of the migration that adds `enforcement_log.execution_time_ms`.
pub const EXECUTION_TIME: &str = "m20261121_000001_execution_time";

/// The name of the migration that makes the optional table.
pub const DAILY_UNREALIZED_PNL: &str = "m20261121_000003_daily_unrealized_pnl";

/// All migrations, as the stock command line and `safe-migrate` take them.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20250301_000001_version_1::Migration),
            Box::new(m20261121_000001_execution_time::Migration),
            Box::new(m20261121_000002_indexes::Migration),
            Box::new(m20261121_000003_daily_unrealized_pnl::Migration),
        ]
    }
}
