//! Score, decision and explanation of a run.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{json_binary, small_integer, text, uuid};

use crate::shape::{counts, drop, link, one_of, rule, table, unique};

const TABLE: &str = "certifications";
const DECISIONS: &[&str] = &["auto_merge", "human_review", "block_merge"];

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut certifications = table(TABLE);
        certifications
            .col(uuid("run_id"))
            .col(text("environment"))
            .col(small_integer("score"))
            .col(text("decision"))
            .col(text("explanation"))
            .col(json_binary("components"));
        counts(&mut certifications, &["violations_count", "high_risk_count"]);
        certifications
            .col(json_binary("certification_data"))
            .check(rule("score between 0 and 100"))
            .check(one_of("decision", DECISIONS))
            .foreign_key(&mut link(TABLE, "run_id", "validation_runs"));
        manager.create_table(certifications).await?;
        manager.create_index(unique(TABLE, &["run_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, TABLE).await
    }
}
