//! A run as told to a person or a CI system, in one format each.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, uuid};

use crate::shape::{drop, index, link, one_of, table};

const TABLE: &str = "reports";
const REPORT_TYPES: &[&str] = &["run"];
const FORMATS: &[&str] = &["text", "markdown", "json", "sarif", "junit", "html"];

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut reports = table(TABLE);
        reports
            .col(uuid("run_id"))
            .col(text("report_type"))
            .col(text("format"))
            .col(text("content"))
            .col(text("digest"))
            .check(one_of("report_type", REPORT_TYPES))
            .check(one_of("format", FORMATS))
            .foreign_key(&mut link(TABLE, "run_id", "validation_runs"));
        manager.create_table(reports).await?;
        manager.create_index(index(TABLE, &["run_id", "format"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, TABLE).await
    }
}
