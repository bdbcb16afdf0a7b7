//! The differences of a run, each in exactly one risk bucket.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, json_binary_null, small_integer_null, text, text_null, uuid};

use crate::shape::{counts, drop, index, link, one_of, rule, sorted_text, table, unique};

const TABLE: &str = "config_deltas";
const KINDS: &[&str] = &["added", "removed", "changed", "moved", "renamed"];
const CLASSES: &[&str] = &["value", "type", "order", "equivalent", "text", "unreadable"];
const RISKS: &[&str] = &["critical", "high", "medium", "low", "allowed"];

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut deltas = table(TABLE);
        place(&mut deltas, manager);
        difference(&mut deltas);
        counts(&mut deltas, &["document", "line_number", "column_number", "position"]);
        deltas.foreign_key(&mut link(TABLE, "run_id", "validation_runs")).foreign_key(&mut link(
            TABLE,
            "bundle_id",
            "context_bundles",
        ));
        manager.create_table(deltas).await?;
        manager.create_index(unique(TABLE, &["run_id", "delta_id"])).await?;
        manager.create_index(index(TABLE, &["run_id", "risk", "position"])).await?;
        manager.create_index(index(TABLE, &["fingerprint", "created_at"])).await?;
        manager.create_index(index(TABLE, &["bundle_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, TABLE).await
    }
}

fn place(table: &mut TableCreateStatement, manager: &SchemaManager<'_>) {
    table
        .col(uuid("run_id"))
        .col(uuid("bundle_id"))
        .col(sorted_text(manager, "delta_id"))
        .col(sorted_text(manager, "fingerprint"))
        .col(text("file"))
        .col(text("path"))
        .col(text("key_path"))
        .col(text_null("from_file"))
        .col(text_null("from_path"))
        .col(small_integer_null("similarity"))
        .check(rule("similarity between 0 and 100"))
        .check(rule(
            "(from_file is null and from_path is null and similarity is null) or kind in ('moved', 'renamed')",
        ));
}

fn difference(table: &mut TableCreateStatement) {
    table
        .col(text("kind"))
        .col(text("class"))
        .col(text("category"))
        .col(json_binary_null("old_value"))
        .col(json_binary_null("new_value"))
        .col(boolean("is_secret"))
        .col(text("risk"))
        .col(text("risk_reason"))
        .col(text_null("policy_tag"))
        .col(text_null("policy_rule"))
        .check(one_of("kind", KINDS))
        .check(one_of("class", CLASSES))
        .check(one_of("risk", RISKS));
}
