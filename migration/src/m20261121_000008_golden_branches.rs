//! The certified snapshots; the database keeps at most one active for each service and environment.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    boolean, json_binary, small_integer_null, text, text_null, timestamp_with_time_zone_null, uuid_null,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::shape::{drop, index, link, one_of, rule, sorted_text, table, unique};

const TABLE: &str = "golden_branches";
const BRANCH_TYPES: &[&str] = &["golden", "candidate"];

/// NULL unless the branch is active, so that a plain unique index holds the rule on both backends: a partial one
/// would reach the generated entities as unique, and a generated column does not reach them at all.
const ACTIVE_KEY: &str = "case when is_active then service_name || '/' || environment end";

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut branches = table(TABLE);
        snapshot(&mut branches, manager);
        history(&mut branches);
        manager.create_table(branches).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.create_foreign_key(link("validation_runs", "golden_branch_id", TABLE)).await?;
        }
        manager.create_index(unique(TABLE, &["service_name", "environment", "branch_name"])).await?;
        manager.create_index(unique(TABLE, &["active_key"])).await?;
        manager.create_index(index(TABLE, &["service_name", "environment", "is_active"])).await?;
        manager.create_index(index(TABLE, &["service_name", "environment", "created_at", "id"])).await?;
        manager.create_index(index(TABLE, &["run_id"])).await?;
        manager.create_index(index(TABLE, &["replaces_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Runs outlive the table: without this SQLite would refuse to drop it and Postgres to link it again.
        let forget = Query::update().table("validation_runs").value("golden_branch_id", Expr::cust("null")).to_owned();
        manager.execute(forget).await?;
        // SQLite empties a table before it drops it, and would be stopped by a branch that replaces another.
        let forget = Query::update().table(TABLE).value("replaces_id", Expr::cust("null")).to_owned();
        manager.execute(forget).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            let key =
                ForeignKey::drop().table("validation_runs").name("fk_validation_runs_golden_branch_id").to_owned();
            manager.drop_foreign_key(key).await?;
        }
        drop(manager, TABLE).await
    }
}

fn snapshot(table: &mut TableCreateStatement, manager: &SchemaManager<'_>) {
    table
        .col(sorted_text(manager, "service_name"))
        .col(sorted_text(manager, "environment"))
        .col(text_null("repo_url"))
        .col(sorted_text(manager, "branch_name"))
        .col(text("branch_type"))
        .col(text("commit_id"))
        .col(text("tree_digest"))
        .col(text_null("source_commit"))
        .col(boolean("is_active"))
        .col(text_null("active_key").generated(Expr::cust(ACTIVE_KEY), true).take())
        .col(uuid_null("run_id"))
        .col(small_integer_null("score"))
        .col(json_binary("metadata"))
        .check(one_of("branch_type", BRANCH_TYPES))
        .check(rule("score between 0 and 100"))
        .check(rule("not is_active or branch_type = 'golden'"))
        .foreign_key(&mut link(TABLE, "run_id", "validation_runs"));
}

fn history(table: &mut TableCreateStatement) {
    table
        .col(text("certified_by"))
        .col(text("reason"))
        .col(text_null("override_reason"))
        .col(timestamp_with_time_zone_null("revoked_at"))
        .col(text_null("revoked_by"))
        .col(text_null("revoke_reason"))
        .col(uuid_null("replaces_id"))
        .check(rule("not is_active or revoked_at is null"))
        .check(rule("(revoked_at is null) = (revoked_by is null)"))
        .check(rule("(revoked_at is null) = (revoke_reason is null)"))
        .foreign_key(&mut link(TABLE, "replaces_id", TABLE));
}
