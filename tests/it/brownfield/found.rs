//! Shapes that can be adopted, with what inspection tells of them.

use risk_state::migration::{EXECUTION_TIME, VERSION_1};
use risk_state::old;
use safe_migrate::{Class, FindingCode, MigrateOptions};
use sea_orm::{ConnectionTrait, DbBackend};

use super::migrators::Orchestrator;
use super::{Fixture, codes, inspected};

fn version_1() -> String {
    old::statements(DbBackend::Sqlite)
}

#[tokio::test]
async fn version_1_without_a_ledger_is_adopted() {
    let fixture = Fixture::new(&version_1()).await;
    let inspection = inspected(&fixture, &fixture.state()).await;
    assert!(inspection.adoptable, "{inspection:?}");
    assert_eq!(inspection.baseline, [VERSION_1]);
    let classes: Vec<Class> = inspection.migrations.iter().map(|one| one.class).collect();
    assert_eq!(classes, [Class::AlreadyThere, Class::Missing, Class::Missing, Class::SwitchedOff]);
    assert_eq!(fixture.state().adopt("a test").await.unwrap().baseline, [VERSION_1]);
    fixture.state().migrate(&MigrateOptions::default()).await.unwrap();
    assert_eq!(fixture.number("select count(*) from trade_history").await, 2);
}

#[tokio::test]
async fn version_1_with_the_new_column_is_adopted_with_it() {
    let column = "alter table enforcement_log add column execution_time_ms integer";
    let fixture = Fixture::new(&format!("{}{column}", version_1())).await;
    let inspection = inspected(&fixture, &fixture.state()).await;
    assert_eq!(inspection.baseline, [VERSION_1, EXECUTION_TIME]);
    fixture.state().adopt("a test").await.unwrap();
    let done = fixture.state().migrate(&MigrateOptions::default()).await.unwrap();
    assert_eq!(done.migrations, ["m20261121_000002_indexes"], "no duplicate column");
}

#[tokio::test]
async fn rows_that_are_only_in_a_live_log_are_seen_and_backed_up() {
    let fixture = Fixture::new(&version_1()).await;
    let daemon = fixture.connect().await;
    daemon.execute_unprepared("pragma journal_mode = wal").await.unwrap();
    let trade =
        "insert into trade_history (account_id, timestamp, contract_id) values (102, '2026-11-21 09:00:00', 'X')";
    daemon.execute_unprepared(trade).await.unwrap();
    assert!(std::fs::metadata(fixture.folder.path().join("found.db-wal")).unwrap().len() > 0);
    let inspection = inspected(&fixture, &fixture.state()).await;
    assert!(codes(&inspection).contains(&FindingCode::LiveWal), "{:?}", inspection.findings);
    let trades = inspection.tables.iter().find(|table| table.name == "trade_history").unwrap();
    assert_eq!(trades.rows, 3);
    fixture.state().adopt("a test").await.unwrap();
    let backup = fixture.state().backup().await.unwrap();
    let copy = format!("sqlite://{}", backup.path.display());
    let copy = sea_orm::Database::connect(copy).await.unwrap();
    let count = sea_orm::Statement::from_string(DbBackend::Sqlite, "select count(*) from trade_history");
    let rows: i64 = copy.query_one_raw(count).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    assert_eq!(rows, 3);
    daemon.close().await.unwrap();
}

#[tokio::test]
async fn duplicate_indexes_and_times_in_two_forms_are_told() {
    let fixture = Fixture::new(
        "create table tasks (id integer not null primary key, name text not null, status text not null, created_at text \
         not null); create index idx_tasks_status on tasks (status); create index idx_status on tasks (status); insert \
         into tasks values (1, 'a', 'open', '2026-11-20T10:00:00Z'), (2, 'b', 'open', '2026-11-20 10:00:00')",
    )
    .await;
    let orchestrator = fixture.under::<Orchestrator>();
    let inspection = inspected(&fixture, &orchestrator).await;
    let told = codes(&inspection);
    assert!(told.contains(&FindingCode::DuplicateIndex) && told.contains(&FindingCode::MixedTimes), "{told:?}");
    assert!(inspection.adoptable, "neither stands in the way: {inspection:?}");
    orchestrator.adopt("a test").await.unwrap();
    assert_eq!(fixture.number("select count(*) from tasks").await, 2);
}

#[tokio::test]
async fn seconds_and_milliseconds_in_one_column_are_told() {
    let fixture = Fixture::new(
        "create table usage_config (id integer not null primary key, name text not null unique); create table \
         usage_snapshots (id integer not null primary key, config_name text not null references usage_config (name), \
         taken_at bigint not null); create index idx_snapshots_taken on usage_snapshots (taken_at); insert into \
         usage_config values (1, 'a'); insert into usage_snapshots values (1, 'a', 1790000000), (2, 'a', 1790000000000)",
    )
    .await;
    let inspection = inspected(&fixture, &fixture.under::<super::migrators::EditedUsage>()).await;
    let mixed = inspection.findings.iter().find(|finding| finding.code == FindingCode::MixedTimes).unwrap();
    assert_eq!(
        mixed.cause,
        "times of usage_snapshots.taken_at have more than one form: 1 in seconds, 1 in milliseconds"
    );
    assert!(inspection.adoptable, "{inspection:?}");
}
