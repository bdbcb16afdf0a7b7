//! Shapes that are refused: the file stays as it is, byte for byte.

use risk_state::old;
use safe_migrate::{FindingCode, MigrateOptions, SafeError};
use sea_orm::{ConnectionTrait, DbBackend};
use sea_orm_migration::MigratorTrait;

use super::migrators::{Broken, EditedUsage, Mended, Orchestrator, TASKS, Usage};
use super::{Fixture, codes, inspected, refused};

const TWO_COLUMNS: &str = "create table schema_version (version integer primary key, applied_at datetime default \
    current_timestamp); insert into schema_version (version) values (1)";

const EIGHT_COLUMNS: &str = "create table schema_version (version integer primary key, applied_at datetime, description \
    text, migration_script text, rollback_script text, execution_time_ms integer, success boolean, error_message text); \
    insert into schema_version values (1, '2026-01-01 00:00:00', 'first', '', '', 12, 1, null)";

#[tokio::test]
async fn a_ledger_of_another_tool_is_found_whatever_its_shape() {
    for (ledger, columns) in [(TWO_COLUMNS, 2), (EIGHT_COLUMNS, 8)] {
        let fixture = Fixture::new(&format!("{}{ledger}", old::statements(DbBackend::Sqlite))).await;
        let inspection = inspected(&fixture, &fixture.state()).await;
        let found = inspection.findings.iter().find(|finding| finding.code == FindingCode::ForeignLedger).unwrap();
        assert_eq!(found.cause, format!("schema_version with {columns} columns is the ledger of another tool"));
        if found.blocks {
            refused(&fixture, &fixture.state(), FindingCode::ForeignLedger).await;
        } else {
            fixture.state().adopt("a test").await.unwrap();
            fixture.state().migrate(&MigrateOptions::default()).await.unwrap();
            assert_eq!(fixture.number("select count(*) from schema_version").await, 1, "it is left as it is");
        }
    }
}

#[tokio::test]
async fn a_foreign_key_to_a_column_that_is_not_unique_is_refused() {
    let fixture = Fixture::new(
        "create table usage_config (id integer not null primary key, name text not null); create table usage_snapshots \
         (id integer not null primary key, config_name text not null references usage_config (name), taken_at bigint not \
         null); create index idx_snapshots_taken on usage_snapshots (taken_at)",
    )
    .await;
    refused(&fixture, &fixture.under::<Usage>(), FindingCode::ForeignKeyMismatch).await;
}

#[tokio::test]
async fn a_migration_that_was_edited_after_it_was_applied_is_refused() {
    let fixture = Fixture::of(b"");
    fixture.under::<EditedUsage>().migrate(&MigrateOptions::default()).await.unwrap();
    let edited = fixture.under::<Usage>();
    let inspection = inspected(&fixture, &edited).await;
    assert!(codes(&inspection).contains(&FindingCode::EditedMigration), "{:?}", inspection.findings);
    refused(&fixture, &edited, FindingCode::EditedMigration).await;
}

#[tokio::test]
async fn a_half_applied_batch_is_refused() {
    let fixture = Fixture::of(b"");
    let db = fixture.connect().await;
    Broken::up(&db, None).await.unwrap_err();
    db.close().await.unwrap();
    assert_eq!(fixture.number("select count(*) from sqlite_master where name = 'audit'").await, 1, "half of it stays");
    refused(&fixture, &fixture.under::<Mended>(), FindingCode::HalfApplied).await;
}

#[tokio::test]
async fn a_row_of_the_stock_ledger_without_a_migration_is_refused() {
    let fixture = Fixture::new(&TASKS.join(";")).await;
    let db = fixture.connect().await;
    let ledger = "create table seaql_migrations (version varchar not null primary key, applied_at bigint not null); insert \
        into seaql_migrations values ('m0001_tasks', 1), ('m0009_gone', 2)";
    db.execute_unprepared(ledger).await.unwrap();
    db.close().await.unwrap();
    refused(&fixture, &fixture.under::<Orchestrator>(), FindingCode::UnknownMigration).await;
}

#[tokio::test]
async fn an_empty_file_has_nothing_to_adopt_and_stays_empty() {
    let fixture = Fixture::of(b"");
    let inspection = inspected(&fixture, &fixture.state()).await;
    assert!(codes(&inspection).contains(&FindingCode::EmptyFile), "{:?}", inspection.findings);
    refused(&fixture, &fixture.state(), FindingCode::NoLedger).await;
    assert_eq!(fixture.bytes(), b"");
}

#[tokio::test]
async fn a_file_of_another_kind_is_not_touched() {
    let notes = "not a database, but somebody's notes\n".repeat(300);
    let fixture = Fixture::of(notes.as_bytes());
    for outcome in [fixture.state().inspect().await.map(|_| ()), fixture.state().adopt("a test").await.map(|_| ())] {
        assert!(matches!(outcome, Err(SafeError::NotADatabase(file)) if file == fixture.file()));
    }
    assert_eq!(fixture.bytes(), notes.as_bytes());
}
