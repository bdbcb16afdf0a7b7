//! The whole way on both backends: adopt version 1, back up, rehearse, migrate, verify, take back, restore.

use chrono::{DateTime, Utc};
use risk_state::generated::{daily_unrealized_pnl, enforcement_log, lockouts, orders, trade_history};
use risk_state::migration::{DAILY_UNREALIZED_PNL, EXECUTION_TIME, VERSION_1};
use risk_state::old;
use risk_state::order::{NewOrder, OrderType};
use risk_state::state::{Settings, migrator, options};
use safe_migrate::{Class, MigrateOptions, RollbackOptions, SafeError, SafeMigrator, State};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryOrder, Set};

use crate::database::{Place, on_postgres, on_sqlite};

const INDEXES: &str = "m20261121_000002_indexes";

fn now() -> DateTime<Utc> {
    Utc::now()
}

fn safe(place: &Place, unrealized_pnl: bool) -> SafeMigrator {
    let mut options = options(now, "tester");
    options.backup_directory = Some(place.folder.path().join("backups"));
    migrator(&place.url, Settings { unrealized_pnl }, options).unwrap()
}

async fn old_database(place: &Place) {
    let db = place.connect().await;
    old::make(&db).await.unwrap();
    db.close().await.unwrap();
}

async fn states(safe: &SafeMigrator) -> Vec<Class> {
    safe.inspect().await.unwrap().migrations.iter().map(|one| one.class).collect()
}

async fn whole_way(place: Place) {
    old_database(&place).await;
    let safe = safe(&place, false);
    use Class::{AlreadyThere, Missing, SwitchedOff};
    assert_eq!(states(&safe).await, [AlreadyThere, Missing, Missing, SwitchedOff]);
    let adopted = safe.adopt("found in the field").await.unwrap();
    assert_eq!(adopted.baseline, [VERSION_1]);
    assert_eq!(safe.status().await.unwrap().pending(), [EXECUTION_TIME, INDEXES]);

    let first = safe.backup().await.unwrap();
    assert!(first.proved && first.rows >= 12, "{first:?}");
    let rehearsal = MigrateOptions { rehearse_only: true, ..MigrateOptions::default() };
    assert!(safe.migrate(&rehearsal).await.unwrap().rehearsed_only);
    assert_eq!(safe.status().await.unwrap().state, State::Behind);
    let done = safe.migrate(&MigrateOptions::default()).await.unwrap();
    assert_eq!((done.migrations, done.rehearsed), (vec![EXECUTION_TIME.to_owned(), INDEXES.to_owned()], true));
    let verified = safe.verify().await.unwrap();
    assert!(verified.verified, "{verified:?}");
    work_with_version_2(&place).await;

    rollback_is_refused_without_a_backup(&safe).await;
    let second = safe.backup().await.unwrap();
    let to = Some(VERSION_1.to_owned());
    let back = safe.rollback(&RollbackOptions { to, backup: Some(second.name) }).await.unwrap();
    assert_eq!(back.migrations, [INDEXES, EXECUTION_TIME]);
    assert!(!back.lost.is_empty(), "the times of enforcements are gone, and that is told");
    assert_eq!(safe.status().await.unwrap().held(), [EXECUTION_TIME, INDEXES], "it stays taken back");

    let restored = safe.restore(&first.name).await.unwrap();
    assert!(restored.kept.is_some());
    let db = place.connect().await;
    assert_eq!(trade_history::Entity::find().count(&db).await.unwrap(), 2);
    assert_eq!(orders::Entity::find().count(&db).await.unwrap(), 1, "the order of version 2 is in the kept one only");
    db.close().await.unwrap();
    assert_eq!(safe.status().await.unwrap().pending(), [EXECUTION_TIME, INDEXES]);
}

/// Old rows are read and new ones written through the entities.
async fn work_with_version_2(place: &Place) {
    let db = place.connect().await;
    let log = enforcement_log::Entity::find().order_by_asc(enforcement_log::Column::Id).all(&db).await.unwrap();
    assert_eq!(log.len(), 2);
    assert_eq!((log[0].action.as_str(), log[0].success, log[0].execution_time_ms), ("close_all", true, None));
    let time = log[0].timestamp.unwrap();
    assert_eq!(time.to_string(), "2026-11-20 14:00:00");
    let slow = enforcement_log::ActiveModel { execution_time_ms: Set(Some(730)), ..log[0].clone().into_active_model() };
    assert_eq!(slow.update(&db).await.unwrap().execution_time_ms, Some(730));
    let lockout = lockouts::Entity::find_by_id(101).one(&db).await.unwrap().unwrap();
    assert_eq!((lockout.is_locked, lockout.locked_until), (false, None));
    let order = NewOrder {
        id: 9002,
        account_id: 101,
        contract_id: "CON.F.US.ENQ.Z26".to_owned(),
        order_type: OrderType::TrailingStop,
        side: 1,
        size: 2,
        filled: 0,
        limit_price: None,
        stop_price: None,
        state: 1,
        created_at: time,
    };
    let row = order.row().unwrap();
    orders::Entity::insert(row.clone().into_active_model().reset_all()).exec(&db).await.unwrap();
    assert_eq!(orders::Entity::find_by_id(9002).one(&db).await.unwrap(), Some(row));
    db.close().await.unwrap();
}

async fn rollback_is_refused_without_a_backup(safe: &SafeMigrator) {
    let to = Some(VERSION_1.to_owned());
    let refused = safe.rollback(&RollbackOptions { to, backup: None }).await.unwrap_err();
    assert!(matches!(refused, SafeError::Lossy { .. }), "{refused}");
    assert_eq!(safe.status().await.unwrap().state, State::UpToDate);
}

#[test]
fn the_whole_way_on_sqlite() {
    on_sqlite(whole_way);
}

#[test]
fn the_whole_way_on_postgres() {
    on_postgres(whole_way);
}

/// The optional table comes when it is switched on, and verification knows.
async fn optional(place: Place) {
    let without = safe(&place, false);
    without.migrate(&MigrateOptions::default()).await.unwrap();
    assert!(without.verify().await.unwrap().verified);
    let with = safe(&place, true);
    assert_eq!(with.status().await.unwrap().pending(), [DAILY_UNREALIZED_PNL]);
    with.migrate(&MigrateOptions::default()).await.unwrap();
    assert!(with.verify().await.unwrap().verified);
    let db = place.connect().await;
    assert_eq!(daily_unrealized_pnl::Entity::find().count(&db).await.unwrap(), 0);
    db.close().await.unwrap();
    assert!(without.verify().await.unwrap().verified, "switched off again, the table stays");
}

#[test]
fn an_optional_table_on_sqlite() {
    on_sqlite(optional);
}

#[test]
fn an_optional_table_on_postgres() {
    on_postgres(optional);
}
