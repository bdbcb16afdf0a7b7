//! What a preflight finds on a server before anything is written, and what a verification really tries.

use std::collections::BTreeSet;

use safe_migrate::{FindingCode, MigrateOptions};
use sea_orm::{ConnectionTrait, TransactionTrait};
use sea_orm_migration::prelude::*;

use crate::fixture::{Place, Sql, Three, Two, on_postgres};

#[test]
fn a_session_in_a_transaction_is_told_before_it_holds_a_migration_up() {
    on_postgres(async |place| {
        place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
        let plan = async || place.migrator::<Three>().plan(None).await.unwrap().findings;
        assert_eq!(plan().await, []);
        let db = place.connect().await;
        db.execute_unprepared("set application_name = 'billing'").await.unwrap();
        let transaction = db.begin().await.unwrap();
        transaction.execute_unprepared("set local application_name = 'billing'; select * from orders").await.unwrap();
        let findings = plan().await;
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!((findings[0].code, findings[0].blocks), (FindingCode::OtherConnections, false));
        assert_eq!(findings[0].cause, "1 other sessions are in a transaction: billing (idle in transaction)");
        transaction.rollback().await.unwrap();
        assert_eq!(plan().await, []);
        db.close().await.unwrap();
    });
}

#[test]
fn orphans_of_a_server_are_found_although_it_believes_its_constraints() {
    on_postgres(async |place| {
        let migrator = place.migrator::<Two>();
        migrator.migrate(&MigrateOptions::default()).await.unwrap();
        place.two_orders().await;
        place.run(&["set session_replication_role = replica; delete from orders where id = 1"]).await;
        let found = migrator.verify().await.unwrap();
        let causes: Vec<&str> = found.findings.iter().map(|finding| finding.cause.as_str()).collect();
        assert_eq!(causes, ["2 rows of lines name rows of orders that are not there"]);
        assert_eq!(found.findings[0].code, FindingCode::ForeignKeyViolation);
        let error = place.migrator::<Three>().migrate(&MigrateOptions::default()).await.unwrap_err();
        assert!(error.to_string().contains("foreign_key_violation: 2 rows of lines"), "{error}");
    });
}

struct Huge;

impl MigratorTrait for Huge {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let one = |number: u32| -> Box<dyn MigrationTrait> {
            let up: &'static str = format!("create table t_{number} (id bigint not null primary key)").leak();
            let name: &'static str = format!("m{number:05}").leak();
            Box::new(Sql { name, up: Box::leak(Box::new([up])), down: &[] })
        };
        (0..4_000).map(one).collect()
    }
}

// 64 locks for each of 400 connections, which is what the server of the tests has.
#[test]
fn a_batch_that_takes_too_many_locks_is_told() {
    on_postgres(async |place| {
        let room = place
            .number(
                "select current_setting('max_locks_per_transaction')::bigint * \
            (current_setting('max_connections')::bigint + current_setting('max_prepared_transactions')::bigint)",
            )
            .await;
        let findings = place.migrator::<Huge>().plan(None).await.unwrap().findings;
        let large: Vec<_> = findings.iter().filter(|finding| finding.code == FindingCode::LargeBatch).collect();
        assert_eq!(large.len(), usize::from(room < 32_000), "{room} {findings:?}");
        let expected = format!("4000 migrations in one transaction take about 16000 locks of {room}");
        assert!(large.iter().all(|finding| finding.cause == expected && !finding.blocks), "{large:?}");
        assert_eq!(place.migrator::<Huge>().plan(Some("m00009")).await.unwrap().migrations.len(), 10);
    });
}

both_backends!(a_table_that_swallows_a_write_is_unusable, async |place: Place| {
    let migrator = place.migrator::<Two>();
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    place.two_orders().await;
    assert_eq!(migrator.verify().await.unwrap().unusable, Vec::<String>::new());
    let swallow: &[&str] = match place.file() {
        Some(_) => &["create trigger t_swallow before insert on lines begin select raise(ignore); end"],
        None => &[
            "create function swallow() returns trigger language plpgsql as 'begin return null; end'",
            "create trigger t_swallow before insert or update on lines for each row execute function swallow()",
        ],
    };
    place.run(swallow).await;
    let found = migrator.verify().await.unwrap();
    assert_eq!(found.unusable, ["lines: one row was written, and 0 were changed"]);
    assert!(!found.verified);
});

both_backends!(trying_to_write_leaves_every_row_and_every_number, async |place: Place| {
    let migrator = place.migrator::<Two>();
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    place.two_orders().await;
    let bytes = || place.file().map(|file| std::fs::read(file).unwrap());
    let before = bytes();
    let first = migrator.verify().await.unwrap();
    assert!(first.verified, "{first:#?}");
    assert_eq!(migrator.verify().await.unwrap().tables, first.tables);
    assert_eq!(bytes(), before);
    let names: BTreeSet<&str> = first.tables.keys().map(String::as_str).collect();
    assert_eq!(names, BTreeSet::from(["lines", "orders"]));
});

#[test]
fn a_role_that_may_not_write_is_told() {
    on_postgres(async |place| {
        place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
        let role = format!("reader_{}", std::process::id());
        place
            .run(&[
                &format!("create role {role} login createdb"),
                &format!("grant select on all tables in schema public to {role}"),
            ])
            .await;
        let reader = Place { url: place.url.replace("golden@", &format!("{role}@")), folder: place.folder.clone() };
        let found = reader.migrator::<Two>().verify().await.unwrap();
        assert_eq!(
            found.unusable,
            ["lines: permission denied for table lines", "orders: permission denied for table orders"]
        );
        place.run(&[&format!("drop owned by {role}"), &format!("drop role {role}")]).await;
    });
}

#[test]
fn a_server_that_is_not_there_is_told_as_such() {
    crate::fixture::runtime().block_on(async {
        let place = Place { url: "postgres://golden@127.0.0.1:1/none".to_owned(), folder: std::env::temp_dir() };
        let error = place.migrator::<Two>().status().await.unwrap_err();
        assert_eq!(error.to_string(), "postgres://127.0.0.1:1/none cannot be reached: connection refused");
        assert_eq!(error.remedy(), "see that the server runs and lets you in, or name another one");
    });
}
