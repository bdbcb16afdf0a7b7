//! Unrealized profit and loss by account and day: an optional table behind a setting of the daemon.

use sea_orm_migration::prelude::*;

use super::shape::{amount, day, index, integer, stamp, table};

const TABLE: &str = "daily_unrealized_pnl";

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            integer("account_id"),
            day("timestamp"),
            amount("unrealized_pnl"),
            integer("positions_count"),
            amount("total_exposure"),
            stamp(manager, "created_at"),
        ];
        let mut days = table(TABLE, columns);
        days.primary_key(Index::create().col("account_id").col("timestamp"));
        manager.create_table(days).await?;
        manager.create_index(index("idx_unrealized_timestamp", TABLE, &["timestamp desc"])).await?;
        manager.create_index(index("idx_unrealized_account_time", TABLE, &["account_id", "timestamp desc"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(TABLE).take()).await
    }
}
