//! The summary of a run for people who read many.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{json_binary, small_integer, text, uuid};

use crate::shape::{counts, drop, link, one_of, rule, sorted_text, table, unique};

const TABLE: &str = "aggregated_results";
const DECISIONS: &[&str] = &["auto_merge", "human_review", "block_merge"];

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut results = table(TABLE);
        results.col(uuid("run_id")).col(sorted_text(manager, "service_name")).col(sorted_text(manager, "environment"));
        counts(&mut results, &["files_analyzed", "total_deltas", "policy_violations"]);
        results
            .col(small_integer("score"))
            .col(text("decision"))
            .col(json_binary("aggregated_data"))
            .check(rule("score between 0 and 100"))
            .check(one_of("decision", DECISIONS))
            .foreign_key(&mut link(TABLE, "run_id", "validation_runs"));
        manager.create_table(results).await?;
        manager.create_index(unique(TABLE, &["run_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, TABLE).await
    }
}
