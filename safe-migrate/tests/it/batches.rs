//! Data migrations in batches: they go on where they were, and each row is changed once.

use safe_migrate::{Batches, FindingCode, MigrateOptions, RollbackOptions, SafeError};
use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::*;

use crate::fixture::{ORDERS, Place, Sql};

/// Adds one to every total, which is seen when a row is changed twice.
struct AddOne;

impl MigrationName for AddOne {
    fn name(&self) -> &'static str {
        "m2_add_one"
    }
}

#[async_trait]
impl MigrationTrait for AddOne {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let batches = Batches { migration: self.name(), table: "orders", key: "id", rows: 10 };
        batches.run(manager, |range| format!("update orders set total = total + 1 where {range}")).await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("update orders set total = total - 1").await.map(|_| ())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}

struct Batched;

impl MigratorTrait for Batched {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let checked: &[&str] = &["create table orders (id bigint not null primary key, total bigint not null, \
             constraint ck_total check (total < 1000))"];
        vec![Box::new(Sql { name: "m1_orders", up: checked, down: &["drop table orders"] }), Box::new(AddOne)]
    }
}

fn alone() -> MigrateOptions {
    MigrateOptions { backup: false, ..MigrateOptions::default() }
}

async fn rows(place: &Place) {
    let values: Vec<String> = (1..=35).map(|id| format!("({id}, {})", if id == 25 { 999 } else { 0 })).collect();
    place.run(&[&format!("insert into orders (id, total) values {}", values.join(", "))]).await;
}

both_backends!(a_batch_that_fails_is_taken_back_and_the_next_attempt_goes_on_there, async |place: Place| {
    let migrator = place.migrator::<Batched>();
    migrator.migrate(&MigrateOptions { to: Some("m1_orders".to_owned()), ..alone() }).await.unwrap();
    rows(&place).await;
    let error = migrator.migrate(&alone()).await.unwrap_err();
    assert!(matches!(&error, SafeError::Migration { migration, .. } if migration == "m2_add_one"), "{error}");
    assert_eq!(place.number("select count(*) from orders where total = 1").await, 20, "two batches are done");
    let checkpoint = "select rows_done from _safe_migrate_checkpoints where name = 'm2_add_one'";
    assert_eq!(place.number(checkpoint).await, 20);
    assert_eq!(migrator.status().await.unwrap().pending(), ["m2_add_one"]);
    place.run(&["update orders set total = 0 where id = 25"]).await;
    migrator.migrate(&alone()).await.unwrap();
    assert_eq!(place.number("select count(*) from orders where total = 1").await, 35, "each row once");
    assert_eq!(place.number("select count(*) from _safe_migrate_checkpoints").await, 0, "it is applied");
    let outcomes: Vec<String> = migrator
        .ledger()
        .await
        .unwrap()
        .into_iter()
        .filter(|line| line.migration == "m2_add_one")
        .map(|line| line.outcome)
        .collect();
    assert_eq!(outcomes, ["failed", "succeeded"]);
});

both_backends!(a_rehearsed_and_a_repeated_batch_begin_at_the_first_row, async |place: Place| {
    let migrator = place.migrator::<Batched>();
    migrator.migrate(&MigrateOptions { to: Some("m1_orders".to_owned()), ..alone() }).await.unwrap();
    place.run(&["insert into orders (id, total) values (1, 5), (2, 6)"]).await;
    assert!(migrator.migrate(&MigrateOptions::default()).await.unwrap().rehearsed);
    assert_eq!(place.number("select sum(total) from orders").await, 13);
    let backup = migrator.backup().await.unwrap().name;
    migrator.rollback(&RollbackOptions { backup: Some(backup), ..RollbackOptions::default() }).await.unwrap();
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    assert_eq!(place.number("select sum(total) from orders").await, 13);
    let plan = place.migrator::<Batched>().stairway().await.unwrap();
    assert!(plan.stairs.iter().all(|stair| stair.repeatable), "{plan:#?}");
});

/// Refuses a transaction and then leaves something else than a second time.
struct Stray;

impl MigrationName for Stray {
    fn name(&self) -> &'static str {
        "m2_stray"
    }
}

#[async_trait]
impl MigrationTrait for Stray {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let made = manager.has_table("marker").await?;
        let column = if made { "stray" } else { "paid" };
        let sql = format!("alter table orders add column {column} text");
        manager.get_connection().execute_unprepared(&sql).await.map(|_| ())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}

struct Strays;

impl MigratorTrait for Strays {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Sql { name: "m1_orders", up: &[ORDERS], down: &[] }), Box::new(Stray)]
    }
}

both_backends!(what_ran_outside_of_a_transaction_is_compared_and_not_believed, async |place: Place| {
    let migrator = place.migrator::<Strays>();
    migrator.migrate(&MigrateOptions { to: Some("m1_orders".to_owned()), ..alone() }).await.unwrap();
    place.run(&["create table marker (id bigint)"]).await;
    let SafeError::Refused { findings, .. } = migrator.migrate(&alone()).await.unwrap_err() else {
        panic!("not refused")
    };
    assert_eq!(findings[0].code, FindingCode::Drift);
    let table = "create table _safe_migrate_accepted (id bigint not null primary key, kind text not null, \
                 subject text not null, found text not null, accepted text not null, reason text not null, \
                 actor text not null, accepted_at bigint not null)";
    place.run(&[table]).await;
    for (id, finding) in findings.iter().enumerate() {
        let line = finding.cause.replace('\'', "''");
        let sql = format!(
            "insert into _safe_migrate_accepted (id, kind, subject, found, accepted, reason, actor, accepted_at) \
             values ({id}, 'drift', '{line}', '', '', '', '', 0)"
        );
        place.run(&[&sql]).await;
    }
    let error = migrator.migrate(&alone()).await.unwrap_err();
    assert!(
        matches!(&error, SafeError::Stays { migration, details, .. }
        if migration == "m2_stray" && details.len() == 2),
        "{error}"
    );
    assert_eq!(migrator.status().await.unwrap().pending(), ["m2_stray"]);
});
