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
