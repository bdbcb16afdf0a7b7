//! Who is signed in to the dashboard: a digest of each cookie, bound to the token that opened it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid};

use crate::shape::{drop, index, link, table, unique};

const TABLE: &str = "web_sessions";

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut sessions = table(TABLE);
        sessions
            .col(uuid("token_id"))
            .col(text("digest"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .foreign_key(&mut link(TABLE, "token_id", "api_tokens"));
        manager.create_table(sessions).await?;
        manager.create_index(unique(TABLE, &["digest"])).await?;
        manager.create_index(index(TABLE, &["token_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, TABLE).await
    }
}
