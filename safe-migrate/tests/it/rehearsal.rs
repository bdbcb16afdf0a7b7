//! Rehearsals: what they tell of locks and rows, in place and on a copy, and that nothing of them stays.

use safe_migrate::{MigrateOptions, SafeError, State};

use crate::fixture::{LINES, ORDERS, One, Place, Two};

migrator!(Telling:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m2_lines", [LINES, "create index ix_lines_order on lines (order_id)"], ["drop table lines"]),
    ("m3_paid", ["alter table orders add column paid text"], []),
    ("m4_pay", ["update orders set total = total + 1", "insert into orders (id, total) values (9, 9)"], []),
);
migrator!(Failing:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m2_lines", [LINES, "create index ix_lines_order on lines (order_id)"], ["drop table lines"]),
    ("m3_fail", ["alter table orders add column paid text", "select * from nothing"], []),
);

fn only(in_place: bool) -> MigrateOptions {
    MigrateOptions { rehearse_only: true, in_place, ..MigrateOptions::default() }
}

both_backends!(a_rehearsal_tells_rows_and_locks_and_leaves_nothing, async |place: Place| {
    place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
    place.two_orders().await;
    let migrator = place.migrator::<Telling>().may_change("m4_pay", &["orders"]);
    for in_place in [false, true] {
        let bytes = place.file().map(|file| std::fs::read(file).unwrap());
        let ledger = migrator.ledger().await.unwrap().len();
        let done = migrator.migrate(&only(in_place)).await.unwrap();
        assert!(done.rehearsed && done.rehearsed_only && done.migrations.is_empty());
        let told = done.rehearsal.unwrap();
        assert_eq!((told.in_place, done.backup.is_some()), (in_place, !in_place));
        let rows: Vec<(&str, i64)> = told.migrations.iter().map(|one| (one.migration.as_str(), one.rows)).collect();
        assert_eq!(rows, [("m3_paid", 0), ("m4_pay", 3)]);
        let locks: Vec<&str> = told.migrations.iter().flat_map(|one| &one.locks).map(String::as_str).collect();
        let expected: &[&str] = if place.file().is_some() { &[] } else { &["orders AccessExclusiveLock"] };
        assert_eq!((locks.as_slice(), told.locks_held.is_some()), (expected, place.file().is_none()));
        assert!(told.locks_held <= told.lock_room);
        assert_eq!(place.number("select sum(total) from orders").await, 350);
        assert_eq!(migrator.status().await.unwrap().pending(), ["m3_paid", "m4_pay"]);
        if in_place {
            assert_eq!(migrator.ledger().await.unwrap().len(), ledger);
            assert_eq!(place.file().map(|file| std::fs::read(file).unwrap()), bytes);
        }
    }
    let done = migrator.migrate(&MigrateOptions { backup: false, in_place: true, ..MigrateOptions::default() }).await;
    let done = done.unwrap();
    assert!(done.rehearsed && done.backup.is_none() && done.state == State::UpToDate);
    assert_eq!(place.number("select sum(total) from orders").await, 361);
});

both_backends!(a_rehearsal_that_fails_is_an_attempt_and_the_database_is_as_before, async |place: Place| {
    place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
    place.two_orders().await;
    let migrator = place.migrator::<Failing>();
    for in_place in [false, true] {
        let error = migrator.migrate(&only(in_place)).await.unwrap_err();
        assert!(matches!(&error, SafeError::Migration { migration, .. } if migration == "m3_fail"), "{error}");
        let last = migrator.ledger().await.unwrap().pop().unwrap();
        assert_eq!((last.migration.as_str(), last.outcome.as_str()), ("m3_fail", "failed"));
        assert!(last.error.unwrap().starts_with("rehearsal: "));
        let schema = migrator.live_schema().await.unwrap();
        assert!(!schema.tables["orders"].columns.contains_key("paid"));
    }
});

both_backends!(an_empty_database_is_rehearsed_on_nothing, async |place: Place| {
    let done = place.migrator::<Two>().migrate(&only(false)).await.unwrap();
    assert!(done.rehearsed && done.rehearsal.is_some() && done.backup.is_none());
    let error = place.migrator::<Failing>().migrate(&only(false)).await.unwrap_err();
    assert!(error.to_string().contains("m3_fail"), "{error}");
    assert!(place.file().is_none_or(|file| !file.exists()), "no file came into being");
    place.migrator::<One>().migrate(&MigrateOptions::default()).await.unwrap();
});
