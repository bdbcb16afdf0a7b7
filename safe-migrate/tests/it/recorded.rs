//! Migrations that ask, count and panic: what is told of them without a database, and what they do with one.

use safe_migrate::{FindingCode, MigrateOptions, Plan, SafeError, State, guard};
use sea_orm::{ConnectionTrait, Statement};
use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::*;

use crate::fixture::{ORDERS, Place, Sql};

/// A migration of code after the one that makes the table.
macro_rules! behind_orders {
    ($type:ident, $migration:ident, $name:literal, |$manager:ident| $up:block) => {
        struct $type;

        impl MigratorTrait for $type {
            fn migrations() -> Vec<Box<dyn MigrationTrait>> {
                let orders = Sql { name: "m1_orders", up: &[ORDERS], down: &["drop table orders"] };
                vec![Box::new(orders), Box::new($migration)]
            }
        }

        struct $migration;

        impl MigrationName for $migration {
            fn name(&self) -> &str {
                $name
            }
        }

        #[async_trait]
        impl MigrationTrait for $migration {
            async fn up(&self, $manager: &SchemaManager) -> Result<(), DbErr> $up
        }
    };
}

const DRAIN: &str = "delete from orders where id in (select id from orders order by id limit 2)";

behind_orders!(Draining, Drain, "m2_drain", |manager| {
    while manager.get_connection().execute_unprepared(DRAIN).await?.rows_affected() > 0 {}
    Ok(())
});
behind_orders!(Endless, ByKey, "m2_by_key", |manager| {
    let mut from = 0;
    loop {
        let sql = format!("delete from orders where id > {from} and id <= {}", from + 10);
        if manager.get_connection().execute_unprepared(&sql).await?.rows_affected() == 0 {
            return Ok(());
        }
        from += 10;
    }
});
behind_orders!(Asking, Count, "m2_count", |manager| {
    let db = manager.get_connection();
    let count = Statement::from_string(db.get_database_backend(), "select count(*) as n from orders");
    let count: i64 = db.query_one_raw(count).await?.unwrap().try_get("", "n")?;
    db.execute_unprepared(&format!("insert into orders (id, total) values (1000, {count})")).await.map(|_| ())
});
behind_orders!(Waiting, Wait, "m2_wait", |manager| {
    while !manager.has_table("elsewhere").await? {}
    Ok(())
});
behind_orders!(Guarded, Once, "m2_once", |manager| {
    let db = manager.get_connection();
    if manager.has_table("orders").await? && !manager.has_column("orders", "paid").await? {
        db.execute_unprepared("alter table \"orders\" add column \"paid\" text").await?;
    }
    if manager.has_column("orders", "paid").await? && !manager.has_index("orders", "ix_paid").await? {
        db.execute_unprepared("create index ix_paid on orders (paid)").await?;
    }
    if !manager.has_index("orders", "ix_paid").await? || manager.has_table("nothing").await? {
        db.execute_unprepared("drop table orders").await?;
    }
    Ok(())
});
behind_orders!(Panicking, Panic, "m2_seven", |manager| {
    manager.get_connection().execute_unprepared("insert into orders (id, total) values (7, 7)").await?;
    panic!("row 7")
});
behind_orders!(Mended, Seven, "m2_seven", |manager| {
    manager.get_connection().execute_unprepared("insert into orders (id, total) values (7, 7)").await?;
    Ok(())
});

async fn plan<M: MigratorTrait>(place: &Place) -> Plan {
    place.migrator::<M>().plan(None).await.unwrap()
}

async fn with_orders<M: MigratorTrait>(place: &Place, count: usize) {
    let first = MigrateOptions { to: Some("m1_orders".to_owned()), ..MigrateOptions::default() };
    place.migrator::<M>().migrate(&first).await.unwrap();
    for id in 1..=count {
        place.run(&[&format!("insert into orders (id, total) values ({id}, 1)")]).await;
    }
}

both_backends!(a_loop_until_nothing_is_left_ends_when_it_is_recorded, async |place: Place| {
    with_orders::<Draining>(&place, 5).await;
    let plan = plan::<Draining>(&place).await;
    assert!(plan.migrations[0].statements.iter().all(|statement| statement.sql == DRAIN), "{plan:#?}");
    assert!(plan.migrations[0].checksum.is_some() && plan.findings.is_empty(), "{plan:#?}");
    let done = place
        .migrator::<Draining>()
        .may_change("m2_drain", &["orders"])
        .migrate(&MigrateOptions::default())
        .await
        .unwrap();
    assert_eq!((done.state, place.number("select count(*) from orders").await), (State::UpToDate, 0));
});

both_backends!(the_stock_command_runs_such_a_loop_too, async |place: Place| {
    with_orders::<Draining>(&place, 5).await;
    let db = place.connect().await;
    guard::up::<Draining, _>(&db, None).await.unwrap();
    db.close().await.unwrap();
    assert_eq!(place.number("select count(*) from orders").await, 0);
});

both_backends!(what_never_ends_by_itself_is_told_so_and_applied, async |place: Place| {
    with_orders::<Endless>(&place, 25).await;
    let told = plan::<Endless>(&place).await;
    assert!(
        told.migrations[0].unknown.as_ref().unwrap().contains("without an end"),
        "{:?}",
        told.migrations[0].unknown
    );
    assert_eq!(told.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [FindingCode::NotRecordable]);
    place.migrator::<Endless>().may_change("m2_by_key", &["orders"]).migrate(&MigrateOptions::default()).await.unwrap();
    assert_eq!(place.number("select count(*) from orders").await, 0);
    let waiting = plan::<Waiting>(&place).await;
    assert!(waiting.migrations.iter().any(|migration| migration.unknown.is_some()), "{waiting:#?}");
});

both_backends!(a_migration_that_takes_an_answer_for_granted_is_applied, async |place: Place| {
    with_orders::<Asking>(&place, 3).await;
    let told = plan::<Asking>(&place).await;
    assert!(told.migrations[0].unknown.as_ref().unwrap().contains("it panicked"), "{:?}", told.migrations[0].unknown);
    assert!(told.findings.iter().all(|finding| !finding.blocks), "{:?}", told.findings);
    place.migrator::<Asking>().may_change("m2_count", &["orders"]).migrate(&MigrateOptions::default()).await.unwrap();
    assert_eq!(place.number("select total from orders where id = 1000").await, 3);
});

both_backends!(what_was_said_before_answers_questions_about_the_schema, async |place: Place| {
    with_orders::<Guarded>(&place, 1).await;
    let told = plan::<Guarded>(&place).await;
    let said: Vec<&str> = told.migrations[0].statements.iter().map(|statement| statement.sql.as_str()).collect();
    assert_eq!(said, ["alter table \"orders\" add column \"paid\" text", "create index ix_paid on orders (paid)"]);
    place.migrator::<Guarded>().migrate(&MigrateOptions::default()).await.unwrap();
    assert_eq!(place.number("select count(*) from orders where paid is null").await, 1);
});

both_backends!(a_panic_is_a_failed_attempt_and_leaves_the_rest_as_it_was, async |place: Place| {
    with_orders::<Panicking>(&place, 1).await;
    let migrator = place.migrator::<Panicking>();
    let error = migrator.migrate(&MigrateOptions { backup: false, ..MigrateOptions::default() }).await.unwrap_err();
    assert!(matches!(&error, SafeError::Migration { migration, .. } if migration == "m2_seven"), "{error}");
    let db = place.connect().await;
    let error = guard::up::<Panicking, _>(&db, None).await.unwrap_err();
    db.close().await.unwrap();
    assert!(error.to_string().contains("it panicked"), "{error}");
    assert_eq!(place.number("select count(*) from orders").await, 1);
    let ledger = migrator.ledger().await.unwrap();
    let failed = ledger.iter().filter(|line| line.outcome == "failed" && line.error.is_some()).count();
    assert_eq!(failed, 3, "a batch and its migration, and the stock command: {ledger:#?}");
    place.migrator::<Mended>().may_change("m2_seven", &["orders"]).migrate(&MigrateOptions::default()).await.unwrap();
    assert_eq!(place.number("select count(*) from orders").await, 2);
});
