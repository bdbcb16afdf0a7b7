//! What happened to a run while it was under way, numbered, so that a reader can go on where it stopped.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{json_binary, text, uuid};

use crate::shape::{counts, drop, link, one_of, table, unique};

const TABLE: &str = "run_events";
const KINDS: &[&str] = &["queued", "started", "collecting", "comparing", "storing"];

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut events = table(TABLE);
        events.col(uuid("run_id")).col(text("kind"));
        counts(&mut events, &["position"]);
        events.col(json_binary("event_data")).check(one_of("kind", KINDS)).foreign_key(&mut link(
            TABLE,
            "run_id",
            "validation_runs",
        ));
        manager.create_table(events).await?;
        manager.create_index(unique(TABLE, &["run_id", "position"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, TABLE).await
    }
}
