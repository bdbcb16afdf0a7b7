//! Small migrators for databases that are not the state database: of an orchestrator, and of usage tracking.

use sea_orm_migration::prelude::*;

/// A migration that is one statement list each way.
macro_rules! migration {
    ($name:ident, $version:literal, $up:expr) => {
        pub(super) struct $name;

        impl MigrationName for $name {
            fn name(&self) -> &str {
                $version
            }
        }

        #[async_trait::async_trait]
        impl MigrationTrait for $name {
            async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                for statement in $up {
                    manager.get_connection().execute_unprepared(statement).await?;
                }
                Ok(())
            }
        }
    };
}

/// A migrator of these migrations.
macro_rules! migrator {
    ($name:ident, $($migration:ident),+) => {
        pub(super) struct $name;

        #[async_trait::async_trait]
        impl MigratorTrait for $name {
            fn migrations() -> Vec<Box<dyn MigrationTrait>> {
                vec![$(Box::new($migration)),+]
            }
        }
    };
}

/// What the orchestrator's tables should be.
pub(super) const TASKS: [&str; 2] = [
    "create table tasks (id integer not null primary key, name text not null, status text not null, created_at text not null)",
    "create index idx_tasks_status on tasks (status)",
];

/// Usage tracking: snapshots belong to a configuration by its name.
const CONFIG: [&str; 1] = ["create table usage_config (id integer not null primary key, name text not null)"];
const UNIQUE_CONFIG: [&str; 1] =
    ["create table usage_config (id integer not null primary key, name text not null unique)"];
const SNAPSHOTS: [&str; 2] = [
    "create table usage_snapshots (id integer not null primary key, config_name text not null references usage_config (name), taken_at bigint not null)",
    "create index idx_snapshots_taken on usage_snapshots (taken_at)",
];

/// The second of its statements fails.
const HALF: [&str; 2] = ["create table audit (id integer not null primary key)", "create table tasks (id integer)"];

migration!(Tasks, "m0001_tasks", TASKS);
migration!(Audit, "m0002_audit", HALF);
migration!(MendedAudit, "m0002_audit", [HALF[0], "create index idx_audit on audit (id)"]);
migration!(Config, "m0001_config", CONFIG);
migration!(EditedConfig, "m0001_config", UNIQUE_CONFIG);
migration!(Snapshots, "m0002_snapshots", SNAPSHOTS);

migrator!(Orchestrator, Tasks);
migrator!(Broken, Tasks, Audit);
migrator!(Mended, Tasks, MendedAudit);
migrator!(Usage, Config, Snapshots);
migrator!(EditedUsage, EditedConfig, Snapshots);
