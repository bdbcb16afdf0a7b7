//! What a run looked at: both sides' files by digest and the totals.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{json_binary, text, uuid};

use crate::shape::{counts, drop, link, table, unique};

const TABLE: &str = "context_bundles";

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut bundles = table(TABLE);
        bundles.col(uuid("run_id")).col(text("golden_digest")).col(text("candidate_digest"));
        counts(&mut bundles, &["total_files", "files_with_drift", "total_deltas"]);
        bundles.col(json_binary("bundle_data")).foreign_key(&mut link(TABLE, "run_id", "validation_runs"));
        manager.create_table(bundles).await?;
        manager.create_index(unique(TABLE, &["run_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, TABLE).await
    }
}
