//! Who may call the API: a digest of each token, never the token.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null};

use crate::shape::{drop, index, rule, table, unique};

const TABLE: &str = "api_tokens";

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut tokens = table(TABLE);
        tokens
            .col(text("name"))
            .col(text("digest"))
            .col(text("scopes"))
            .col(text("created_by"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("revoked_at"))
            .col(text_null("revoked_by"))
            .check(rule("scopes <> ''"))
            .check(rule("(revoked_at is null) = (revoked_by is null)"));
        manager.create_table(tokens).await?;
        manager.create_index(unique(TABLE, &["digest"])).await?;
        manager.create_index(index(TABLE, &["created_at", "id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, TABLE).await
    }
}
