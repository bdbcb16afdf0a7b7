//! What is configured: the services of golden.toml, kept as they were last read, and those made through the API.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, json_binary, text, text_null, timestamp_with_time_zone};

use crate::shape::{drop, one_of, sorted_text, table, unique};

const TABLE: &str = "services";
const ORIGINS: &[&str] = &["file", "api"];

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut services = table(TABLE);
        services
            .col(sorted_text(manager, "service_name"))
            .col(text("origin"))
            .col(boolean("is_active"))
            .col(text_null("repo"))
            .col(json_binary("paths"))
            .col(json_binary("files"))
            .col(json_binary("dependents"))
            .col(json_binary("critical_files"))
            .col(json_binary("required_evidence"))
            .col(text("created_by"))
            .col(timestamp_with_time_zone("changed_at"))
            .col(text("changed_by"))
            .check(one_of("origin", ORIGINS));
        manager.create_table(services).await?;
        manager.create_index(unique(TABLE, &["service_name"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, TABLE).await
    }
}
