//! The stock commands of a guarded migrator: whole or not at all, and in the ledger.

use safe_migrate::{FindingCode, MigrateOptions, RollbackOptions, SafeMigrator, State, guard};
use sea_orm::DbErr;
use sea_orm_migration::prelude::*;

use crate::fixture::{LINES, ORDERS, Place, Two};

migrator!(Broken:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m2_lines", [LINES, "create index ix_nothing on nothing (a)"], []),
);
migrator!(Edited:
    ("m1_orders", [ORDERS, "select 1"], ["drop table orders"]),
    ("m2_lines", [LINES, "create index ix_lines_order on lines (order_id)"], ["drop table lines"]),
);

/// Direction, migration and outcome of each line of the ledger; the batches have no migration.
async fn lines(migrator: &SafeMigrator) -> Vec<(String, String, String)> {
    let ledger = migrator.ledger().await.unwrap();
    ledger.into_iter().map(|line| (line.direction, line.migration, line.outcome)).collect()
}

fn line(direction: &str, migration: &str, outcome: &str) -> (String, String, String) {
    (direction.to_owned(), migration.to_owned(), outcome.to_owned())
}

both_backends!(every_stock_command_leaves_its_line, async |place: Place| {
    let db = place.connect().await;
    let migrator = place.migrator::<Two>();
    guard::up::<Two, _>(&db, None).await.unwrap();
    let up = [line("up", "", "succeeded"), line("up", "m1_orders", "succeeded"), line("up", "m2_lines", "succeeded")];
    assert_eq!(lines(&migrator).await, up);
    assert_eq!(migrator.ledger().await.unwrap()[0].tool, "sea-orm-migration");
    guard::up::<Two, _>(&db, None).await.unwrap();
    assert_eq!(lines(&migrator).await, up, "nothing to do is no attempt");
    assert_eq!(migrator.migrate(&MigrateOptions::default()).await.unwrap().migrations, Vec::<String>::new());
    guard::down::<Two, _>(&db, Some(1)).await.unwrap();
    assert_eq!(lines(&migrator).await[3..], [line("down", "", "succeeded"), line("down", "m2_lines", "succeeded")]);
    assert_eq!(migrator.status().await.unwrap().held(), Vec::<String>::new(), "the stock command holds nothing back");
    guard::refresh::<Two, _>(&db).await.unwrap();
    assert_eq!(lines(&migrator).await[5..], up);
    guard::reset::<Two, _>(&db).await.unwrap();
    let all =
        [line("down", "", "succeeded"), line("down", "m2_lines", "succeeded"), line("down", "m1_orders", "succeeded")];
    assert_eq!(lines(&migrator).await[8..], all);
    db.close().await.unwrap();
    assert_eq!(migrator.status().await.unwrap().state, State::Empty);
});

both_backends!(a_stock_command_that_fails_leaves_its_line_alone, async |place: Place| {
    let db = place.connect().await;
    let error: DbErr = guard::up::<Broken, _>(&db, None).await.unwrap_err();
    db.close().await.unwrap();
    let migrator = place.migrator::<Two>();
    assert_eq!(lines(&migrator).await, [line("up", "", "failed")]);
    let ledger = migrator.ledger().await.unwrap();
    assert!(
        ledger[0].error.as_ref().unwrap().contains("nothing") && error.to_string().contains("nothing"),
        "{ledger:?}"
    );
    assert_eq!(migrator.status().await.unwrap().state, State::Empty, "a line of the ledger is no table of anybody");
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    assert_eq!(migrator.status().await.unwrap().state, State::UpToDate);
});

both_backends!(what_the_stock_command_applied_is_known_by_its_checksum, async |place: Place| {
    let db = place.connect().await;
    guard::up::<Two, _>(&db, None).await.unwrap();
    db.close().await.unwrap();
    let findings = place.migrator::<Edited>().plan(None).await.unwrap().findings;
    assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [FindingCode::EditedMigration]);
});

both_backends!(a_stock_up_ends_what_a_rollback_held_back, async |place: Place| {
    let migrator = place.migrator::<Two>();
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    migrator.rollback(&RollbackOptions::default()).await.unwrap();
    assert_eq!(migrator.status().await.unwrap().held(), ["m2_lines"]);
    let db = place.connect().await;
    guard::up::<Two, _>(&db, None).await.unwrap();
    guard::down::<Two, _>(&db, Some(1)).await.unwrap();
    db.close().await.unwrap();
    assert_eq!(migrator.status().await.unwrap().held(), Vec::<String>::new());
    assert_eq!(migrator.status().await.unwrap().pending(), ["m2_lines"]);
});

migrator!(Rebuilding:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m2_lines", [LINES, "create index ix_lines_order on lines (order_id)"], ["drop table lines"]),
    ("m3_rebuild", [
        "create table orders_new (id bigint not null primary key, total bigint not null, paid text)",
        "insert into orders_new (id, total) select id, total from orders",
        "drop table orders",
        "alter table orders_new rename to orders",
    ], []),
);
migrator!(Losing:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m2_lines", [LINES, "create index ix_lines_order on lines (order_id)"], ["drop table lines"]),
    ("m3_rebuild", [
        "create table lines_new (id bigint not null primary key, order_id bigint not null)",
        "insert into lines_new (id, order_id) select id, order_id from lines where note is not null",
        "drop table lines",
        "alter table lines_new rename to lines",
    ], []),
);
migrator!(Orphaning:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m2_lines", [LINES, "create index ix_lines_order on lines (order_id)"], ["drop table lines"]),
    ("m3_orphan", ["delete from orders where id = 2"], []),
);
migrator!(Deleting:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m2_lines", [LINES, "create index ix_lines_order on lines (order_id)"], ["drop table lines"]),
    ("m3_delete", ["delete from lines where id = 10", "update orders set total = 1", "drop table if exists other"], []),
);

async fn two_with_rows(place: &Place) {
    place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
    place.two_orders().await;
}

#[test]
fn a_stock_up_that_rebuilds_a_parent_keeps_every_child_row() {
    crate::fixture::on_sqlite(async |place| {
        two_with_rows(&place).await;
        let db = place.connect().await;
        guard::up::<Rebuilding, _>(&db, None).await.unwrap();
        db.close().await.unwrap();
        assert_eq!(place.number("select count(*) from lines").await, 3);
        assert_eq!(place.number("select count(*) from pragma_foreign_key_check").await, 0);
        assert_eq!(place.migrator::<Rebuilding>().status().await.unwrap().state, State::UpToDate);
    });
}

// Whoever calls with a transaction of its own has foreign keys on, and nobody can turn them off then.
#[test]
fn a_stock_up_in_a_transaction_of_somebody_loses_no_row_silently() {
    crate::fixture::on_sqlite(async |place| {
        two_with_rows(&place).await;
        let db = place.connect().await;
        let transaction = sea_orm::TransactionTrait::begin(&db).await.unwrap();
        let error = guard::up::<Rebuilding, _>(&transaction, None).await.unwrap_err();
        assert!(error.to_string().contains("table lines had 3 rows and has 0"), "{error}");
        transaction.commit().await.unwrap();
        db.close().await.unwrap();
        assert_eq!(place.number("select count(*) from lines").await, 3);
    });
}

both_backends!(a_stock_up_that_loses_rows_is_taken_back, async |place: Place| {
    two_with_rows(&place).await;
    let db = place.connect().await;
    let error = guard::up::<Losing, _>(&db, None).await.unwrap_err();
    db.close().await.unwrap();
    assert!(error.to_string().contains("column lines.note is gone from 3 rows"), "{error}");
    assert_eq!(place.number("select count(*) from lines").await, 3);
    assert_eq!(lines(&place.migrator::<Two>()).await.pop(), Some(line("up", "", "failed")));
});

both_backends!(a_stock_up_changes_what_its_statements_say, async |place: Place| {
    two_with_rows(&place).await;
    place.run(&["create table other (id bigint)", "insert into other values (1)"]).await;
    let db = place.connect().await;
    guard::up::<Deleting, _>(&db, None).await.unwrap();
    db.close().await.unwrap();
    assert_eq!(place.number("select count(*) from lines").await, 2);
    assert_eq!(place.number("select sum(total) from orders").await, 2);
});

#[test]
fn a_stock_up_leaves_no_row_without_its_parent() {
    crate::fixture::on_sqlite(async |place| {
        two_with_rows(&place).await;
        let db = place.connect().await;
        let error = guard::up::<Orphaning, _>(&db, None).await.unwrap_err();
        db.close().await.unwrap();
        assert!(error.to_string().contains("row 3 of lines names a row of orders that is not there"), "{error}");
        assert_eq!(place.number("select count(*) from orders").await, 2);
    });
}

#[test]
fn a_stock_command_waits_for_the_lock_of_another_migrator() {
    crate::fixture::on_sqlite(async |place| {
        let path = place.file().unwrap().with_added_extension("lock");
        let lock = std::fs::File::options().create(true).truncate(false).write(true).open(path).unwrap();
        lock.lock().unwrap();
        let db = place.connect().await;
        {
            let up = guard::up::<Two, _>(&db, None);
            tokio::pin!(up);
            let waited = tokio::time::timeout(std::time::Duration::from_millis(300), &mut up).await;
            assert!(waited.is_err(), "it did not wait");
            lock.unlock().unwrap();
            up.await.unwrap();
        }
        db.close().await.unwrap();
        assert_eq!(place.migrator::<Two>().status().await.unwrap().state, State::UpToDate);
    });
}
