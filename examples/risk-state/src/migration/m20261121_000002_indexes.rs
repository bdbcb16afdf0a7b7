//! Indexes for what is asked most: failures of late, positions by change, open orders of an account.

use sea_orm_migration::prelude::*;

use super::shape::{drop_index, index};

/// Name, table and columns of each index.
const INDEXES: [(&str, &str, &[&str]); 3] = [
    ("idx_enforcement_success_time", "enforcement_log", &["success", "timestamp desc"]),
    ("idx_positions_updated", "positions", &["updated_at desc"]),
    ("idx_orders_state_account", "orders", &["state", "account_id"]),
];

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, columns) in INDEXES {
            manager.create_index(index(name, table, columns)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, _) in INDEXES {
            drop_index(manager, name, table).await?;
        }
        Ok(())
    }
}
