//! The schema of Golden Config, one file for each step, applied as one locked transaction on SQLite and Postgres.
//!
//! Nothing may follow the list at the end of this file: `sea-orm-cli migrate generate` cuts it off.

pub use safe_migrate::LEDGER_PREFIX;
use safe_migrate::{Snapshots, guard};
use sea_orm_migration::prelude::*;

mod additive;
mod shape;

mod m20261121_000001_rule_sets;
mod m20261121_000002_validation_runs;
mod m20261121_000003_context_bundles;
mod m20261121_000004_config_deltas;
mod m20261121_000005_llm_outputs;
mod m20261121_000006_policy_validations;
mod m20261121_000007_certifications;
mod m20261121_000008_golden_branches;
mod m20261121_000009_aggregated_results;
mod m20261121_000010_reports;
mod m20261122_000001_services;
mod m20261122_000002_api_tokens;
mod m20261122_000003_web_sessions;
mod m20261122_000004_idempotency_keys;
mod m20261122_000005_run_events;
mod m20261122_000006_config_keys;
mod m20261122_000007_newest_of_a_service;

pub use additive::only_adds;
pub use sea_orm_migration::MigratorTrait;

/// What all migrations make; a test keeps the files in step.
pub const SNAPSHOTS: Snapshots =
    Snapshots { sqlite: include_str!("../schema/sqlite.json"), postgres: include_str!("../schema/postgres.json") };

/// All migrations. Every change runs under a lock and in one transaction, whole or not at all.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    async fn up<'c, C: IntoSchemaManagerConnection<'c>>(db: C, steps: Option<u32>) -> Result<(), DbErr> {
        guard::up::<Migrations, C>(db, steps).await
    }

    async fn down<'c, C: IntoSchemaManagerConnection<'c>>(db: C, steps: Option<u32>) -> Result<(), DbErr> {
        guard::down::<Migrations, C>(db, steps).await
    }

    async fn refresh<'c, C: IntoSchemaManagerConnection<'c>>(db: C) -> Result<(), DbErr> {
        guard::refresh::<Migrations, C>(db).await
    }

    async fn reset<'c, C: IntoSchemaManagerConnection<'c>>(db: C) -> Result<(), DbErr> {
        guard::reset::<Migrations, C>(db).await
    }

    async fn fresh<'c, C: IntoSchemaManagerConnection<'c>>(_: C) -> Result<(), DbErr> {
        Err(guard::fresh_is_refused())
    }

    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        Migrations::migrations()
    }
}

struct Migrations;

#[async_trait::async_trait]
impl MigratorTrait for Migrations {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_rule_sets::Migration),
            Box::new(m20261121_000002_validation_runs::Migration),
            Box::new(m20261121_000003_context_bundles::Migration),
            Box::new(m20261121_000004_config_deltas::Migration),
            Box::new(m20261121_000005_llm_outputs::Migration),
            Box::new(m20261121_000006_policy_validations::Migration),
            Box::new(m20261121_000007_certifications::Migration),
            Box::new(m20261121_000008_golden_branches::Migration),
            Box::new(m20261121_000009_aggregated_results::Migration),
            Box::new(m20261121_000010_reports::Migration),
            Box::new(m20261122_000001_services::Migration),
            Box::new(m20261122_000002_api_tokens::Migration),
            Box::new(m20261122_000003_web_sessions::Migration),
            Box::new(m20261122_000004_idempotency_keys::Migration),
            Box::new(m20261122_000005_run_events::Migration),
            Box::new(m20261122_000006_config_keys::Migration),
            Box::new(m20261122_000007_newest_of_a_service::Migration),
        ]
    }
}
