//! What sorted the deltas of a run into buckets: the rules, or a language model with its cost.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{json_binary, text, text_null, uuid};

use crate::shape::{counts, drop, index, link, table};

const TABLE: &str = "llm_outputs";
const COUNTS: &[&str] = &[
    "input_tokens",
    "output_tokens",
    "cost_micros",
    "latency_ms",
    "critical_count",
    "high_count",
    "medium_count",
    "low_count",
    "allowed_count",
];

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut outputs = table(TABLE);
        outputs.col(uuid("run_id")).col(text("provider")).col(text_null("model")).col(text_null("prompt_digest"));
        counts(&mut outputs, COUNTS);
        outputs.col(json_binary("llm_data")).foreign_key(&mut link(TABLE, "run_id", "validation_runs"));
        manager.create_table(outputs).await?;
        manager.create_index(index(TABLE, &["run_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, TABLE).await
    }
}
