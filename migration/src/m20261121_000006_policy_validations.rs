//! What the policy said of a run.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{json_binary, uuid};

use crate::shape::{counts, drop, link, table, unique};

const TABLE: &str = "policy_validations";
const COUNTS: &[&str] = &[
    "secret_findings_count",
    "intent_findings_count",
    "critical_violations_count",
    "high_violations_count",
    "medium_violations_count",
    "low_violations_count",
];

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut validations = table(TABLE);
        validations.col(uuid("run_id"));
        counts(&mut validations, COUNTS);
        validations.col(json_binary("validation_data")).foreign_key(&mut link(TABLE, "run_id", "validation_runs"));
        manager.create_table(validations).await?;
        manager.create_index(unique(TABLE, &["run_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, TABLE).await
    }
}
