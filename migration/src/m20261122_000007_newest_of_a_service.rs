//! Runs and golden branches of one service, and golden branches of all, in the order in which lists show them.

use sea_orm_migration::prelude::*;

use crate::shape::index;

/// Each index: its table and its columns.
const INDEXES: [(&str, &[&str]); 3] = [
    ("validation_runs", &["service_name", "created_at", "id"]),
    ("golden_branches", &["service_name", "created_at", "id"]),
    ("golden_branches", &["created_at", "id"]),
];

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in INDEXES {
            manager.create_index(index(table, columns)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in INDEXES {
            let name = format!("ix_{table}_{}", columns.join("_"));
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        Ok(())
    }
}
