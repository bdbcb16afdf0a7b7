//! The rules that runs saw, once for each content, so that a run can be replayed.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;

use crate::shape::{drop, table, unique};

const TABLE: &str = "rule_sets";

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut rule_sets = table(TABLE);
        rule_sets.col(text("digest")).col(text("content"));
        manager.create_table(rule_sets).await?;
        manager.create_index(unique(TABLE, &["digest"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, TABLE).await
    }
}
