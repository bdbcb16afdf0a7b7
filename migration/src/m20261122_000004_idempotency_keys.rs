//! Which requests were made already: one row for each key of a caller, with what the request made.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, uuid_null};

use crate::shape::{drop, one_of, table, unique};

const TABLE: &str = "idempotency_keys";
const OPERATIONS: &[&str] = &["start_run", "certify"];

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut keys = table(TABLE);
        keys.col(text("actor"))
            .col(text("operation"))
            .col(text("idempotency_key"))
            .col(text("request_digest"))
            .col(uuid_null("made_id"))
            .check(one_of("operation", OPERATIONS));
        manager.create_table(keys).await?;
        manager.create_index(unique(TABLE, &["actor", "operation", "idempotency_key"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, TABLE).await
    }
}
