//! How long each enforcement took; some daemons of version 1 have added the column already.

use sea_orm_migration::prelude::*;

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = ColumnDef::new("execution_time_ms").big_integer().null().take();
        manager.alter_table(Table::alter().table("enforcement_log").add_column(column).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("enforcement_log").drop_column("execution_time_ms").take()).await
    }
}
