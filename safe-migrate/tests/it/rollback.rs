//! What a rollback may lose: rows that a whole backup holds just as they are, and no others.

use safe_migrate::{MigrateOptions, RollbackOptions, SafeError};
use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::*;

use crate::fixture::{ORDERS, Place, Sql, Two};

fn naming(backup: &str) -> RollbackOptions {
    RollbackOptions { backup: Some(backup.to_owned()), ..RollbackOptions::default() }
}

both_backends!(a_backup_that_was_cut_off_is_no_way_back, async |place: Place| {
    let migrator = place.migrator::<Two>();
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    place.two_orders().await;
    let backup = migrator.backup().await.unwrap();
    std::fs::File::options().write(true).open(&backup.path).unwrap().set_len(100).unwrap();
    let error = migrator.rollback(&naming(&backup.name)).await.unwrap_err();
    assert!(error.to_string().ends_with("is not the file that was proved: its digest differs"), "{error}");
    assert_eq!(place.number("select count(*) from lines").await, 3);
});

both_backends!(a_backup_without_the_newest_rows_is_no_way_back, async |place: Place| {
    let migrator = place.migrator::<Two>();
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    place.two_orders().await;
    let old = migrator.backup().await.unwrap();
    place.run(&["insert into lines (id, order_id, note) values (13, 2, 'd')"]).await;
    let error = migrator.rollback(&naming(&old.name)).await.unwrap_err();
    let SafeError::Lossy { details } = &error else { panic!("{error}") };
    assert_eq!(details, &["table lines is gone with its 4 rows, which the backup does not hold so"]);
    assert_eq!(place.number("select count(*) from lines").await, 4);
    assert_eq!(migrator.ledger().await.unwrap().pop().unwrap().outcome, "rolled_back");

    let new = migrator.backup().await.unwrap();
    // Rows that stay need not be in the backup.
    place.run(&["update orders set total = 7"]).await;
    let done = migrator.rollback(&naming(&new.name)).await.unwrap();
    assert_eq!(done.lost, ["table lines is gone with its 4 rows"]);
});

/// Refuses a transaction, and takes a column with it.
struct Cents;

impl MigrationName for Cents {
    fn name(&self) -> &'static str {
        "m2_cents"
    }
}

#[async_trait]
impl MigrationTrait for Cents {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("alter table orders add column cents bigint").await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("alter table orders drop column cents").await.map(|_| ())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}

struct Alone;

impl MigratorTrait for Alone {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Sql { name: "m1_orders", up: &[ORDERS], down: &["drop table orders"] }), Box::new(Cents)]
    }
}

both_backends!(what_is_taken_back_outside_of_a_transaction_wants_a_backup_of_every_row, async |place: Place| {
    let migrator = place.migrator::<Alone>();
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    place.run(&["insert into orders (id, total, cents) values (1, 1, 100), (2, 2, 200)"]).await;
    let error = migrator.rollback(&RollbackOptions::default()).await.unwrap_err();
    assert!(matches!(error, SafeError::Lossy { .. }), "{error}");
    assert_eq!(place.number("select sum(cents) from orders").await, 300);

    let old = migrator.backup().await.unwrap();
    place.run(&["update orders set cents = 400 where id = 1"]).await;
    let error = migrator.rollback(&naming(&old.name)).await.unwrap_err();
    assert!(error.to_string().contains("the backup does not hold orders as it is now"), "{error}");
    assert_eq!(place.number("select sum(cents) from orders").await, 600);

    let new = migrator.backup().await.unwrap();
    let done = migrator.rollback(&naming(&new.name)).await.unwrap();
    assert_eq!(done.lost, ["column orders.cents is gone from 2 rows"]);
    migrator.restore(&new.name).await.unwrap();
    assert_eq!(place.number("select sum(cents) from orders").await, 600);
});
