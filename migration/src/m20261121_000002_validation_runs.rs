//! One comparison each, from start to decision.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer_null, boolean, json_binary, json_binary_null, small_integer_null, text, text_null,
    timestamp_with_time_zone_null, uuid_null,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::shape::{counts, drop, index, link, one_of, rule, sorted_text, table};

const TABLE: &str = "validation_runs";
const TIERS: &[&str] = &["production", "staging", "development"];
const STATUSES: &[&str] = &["pending", "running", "succeeded", "failed", "cancelled"];
const DECISIONS: &[&str] = &["auto_merge", "human_review", "block_merge"];
const ORIGINS: &[&str] = &["cli", "api", "webhook", "schedule", "import"];
const COUNTS: &[&str] = &[
    "files_compared",
    "files_changed",
    "critical_count",
    "high_count",
    "medium_count",
    "low_count",
    "allowed_count",
    "value_count",
    "type_count",
    "order_count",
    "equivalent_count",
    "text_count",
    "unreadable_count",
    "finding_critical_count",
    "finding_high_count",
    "finding_medium_count",
    "finding_low_count",
];

/// What a replay needs. Imported runs come from a system that kept neither rules nor facts.
const REPLAYABLE: &str = "status <> 'succeeded' or origin = 'import' or \
    (rule_set_id is not null and facts is not null and candidate_digest is not null)";

/// Every delta is in one bucket and of one class, so both add up to the same number.
const BUCKETS: &str = "critical_count + high_count + medium_count + low_count + allowed_count = \
    value_count + type_count + order_count + equivalent_count + text_count + unreadable_count";

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut runs = table(TABLE);
        identity(&mut runs, manager);
        sides(&mut runs);
        counts(&mut runs, COUNTS);
        progress(&mut runs);
        rules(&mut runs);
        runs.foreign_key(&mut link(TABLE, "rule_set_id", "rule_sets"));
        // Runs and golden branches refer to each other. SQLite takes a reference to a table that is still to come and
        // cannot add one later; Postgres adds it when `golden_branches` exists.
        if manager.get_database_backend() == DbBackend::Sqlite {
            runs.foreign_key(&mut link(TABLE, "golden_branch_id", "golden_branches"));
        }
        manager.create_table(runs).await?;
        manager.create_index(index(TABLE, &["service_name", "environment", "created_at", "id"])).await?;
        manager.create_index(index(TABLE, &["status", "heartbeat_at"])).await?;
        manager.create_index(index(TABLE, &["created_at", "id"])).await?;
        manager.create_index(index(TABLE, &["golden_branch_id"])).await?;
        manager.create_index(index(TABLE, &["rule_set_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, TABLE).await
    }
}

fn identity(table: &mut TableCreateStatement, manager: &SchemaManager<'_>) {
    table
        .col(sorted_text(manager, "service_name"))
        .col(sorted_text(manager, "environment"))
        .col(text("tier"))
        .col(text("status"))
        .col(text_null("decision"))
        .col(small_integer_null("score"))
        .col(text("origin"))
        .col(text_null("requested_by"))
        .col(text_null("external_ref"))
        .col(json_binary("change_context"));
}

fn sides(table: &mut TableCreateStatement) {
    table
        .col(text_null("repo_url"))
        .col(uuid_null("golden_branch_id"))
        .col(text_null("golden_ref"))
        .col(text_null("golden_commit"))
        .col(text_null("candidate_ref"))
        .col(text_null("candidate_commit"))
        .col(text_null("candidate_digest"))
        .col(boolean("certifiable"))
        .col(uuid_null("rule_set_id"))
        .col(json_binary_null("facts"))
        .col(text("engine_version"));
}

fn progress(table: &mut TableCreateStatement) {
    table
        .col(json_binary_null("error"))
        .col(text_null("worker"))
        .col(timestamp_with_time_zone_null("heartbeat_at"))
        .col(timestamp_with_time_zone_null("started_at"))
        .col(timestamp_with_time_zone_null("completed_at"))
        .col(big_integer_null("execution_time_ms"));
}

/// A decision exists exactly when the run succeeded, an end time exactly when it ended, a reason when it failed;
/// a run that has not ended can be found by its heartbeat.
fn rules(table: &mut TableCreateStatement) {
    table
        .check(one_of("tier", TIERS))
        .check(one_of("status", STATUSES))
        .check(one_of("decision", DECISIONS))
        .check(one_of("origin", ORIGINS))
        .check(rule("score between 0 and 100"))
        .check(rule("(status = 'succeeded') = (decision is not null)"))
        .check(rule("(status = 'succeeded') = (score is not null)"))
        .check(rule("(status in ('succeeded', 'failed', 'cancelled')) = (completed_at is not null)"))
        .check(rule("(status in ('succeeded', 'failed', 'cancelled')) = (execution_time_ms is not null)"))
        .check(rule("execution_time_ms >= 0"))
        .check(rule("status <> 'failed' or error is not null"))
        .check(rule("error is null or status in ('failed', 'cancelled')"))
        .check(rule("status not in ('pending', 'running') or heartbeat_at is not null"))
        .check(rule("status <> 'running' or (started_at is not null and worker is not null)"))
        .check(rule(REPLAYABLE))
        .check(rule(BUCKETS));
}
