//! The procedure: whole or not at all, once, in order, with every attempt in the ledger.

use safe_migrate::{FindingCode, MigrateOptions, MigrationState, RollbackOptions, SafeError, SafeMigrator, State};

use crate::fixture::{LINES, ORDERS, One, Place, Three, Two};

migrator!(Broken:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m2_lines", [LINES, "create index ix_nothing on nothing (a)"], []),
);
migrator!(Edited:
    ("m1_orders", ["create table orders (id bigint not null primary key, total text not null)"], []),
    ("m2_lines", [LINES, "create index ix_lines_order on lines (order_id)"], ["drop table lines"]),
);
migrator!(Commented:
    ("m1_orders", ["create table orders -- one row each\r\n (id bigint not null primary key,\r\n total bigint not null)"], []),
    ("m2_lines", [LINES, "create index ix_lines_order on lines (order_id)"], ["drop table lines"]),
);
migrator!(Late:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m1a_late", ["create table late (id bigint)"], ["drop table late"]),
    ("m2_lines", [LINES, "create index ix_lines_order on lines (order_id)"], ["drop table lines"]),
);
migrator!(Wiping:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m2_lines", [LINES, "create index ix_lines_order on lines (order_id)"], ["drop table lines"]),
    ("m3_wipe", ["delete from lines where id = 10"], []),
);

both_backends!(the_same_migrations_twice_are_a_no_op, async |place: Place| {
    let migrator = place.migrator::<Two>();
    let done = migrator.migrate(&MigrateOptions::default()).await.unwrap();
    assert_eq!((done.state, done.migrations), (State::UpToDate, vec!["m1_orders".to_owned(), "m2_lines".to_owned()]));
    let ledger = migrator.ledger().await.unwrap();
    let again = migrator.migrate(&MigrateOptions::default()).await.unwrap();
    assert_eq!((again.state, again.migrations, again.steps), (State::UpToDate, vec![], vec![]));
    assert_eq!(migrator.ledger().await.unwrap(), ledger);
    match place.file() {
        // Whoever holds a transaction open keeps this from beginning.
        Some(_) => place.run(&["pragma busy_timeout = 0; begin exclusive; rollback"]).await,
        None => {
            let open = "select count(*) from pg_stat_activity where datname = current_database() \
                        and pid <> pg_backend_pid() and xact_start is not null";
            assert_eq!(place.number(open).await, 0);
        }
    }
    let lines: Vec<_> =
        ledger.iter().map(|line| (line.migration.as_str(), line.outcome.as_str(), line.direction.as_str())).collect();
    let expected = [("", "succeeded", "up"), ("m1_orders", "succeeded", "up"), ("m2_lines", "succeeded", "up")];
    assert_eq!(lines, expected);
    assert!(ledger.iter().all(|line| line.actor == "ann" && line.tool == "tests/1" && line.duration_ms.is_some()));
    assert!(ledger[1].checksum.as_ref().is_some_and(|sum| sum.len() == 64) && ledger[0].after.is_some());
});

both_backends!(a_failed_attempt_and_a_mended_one_are_both_listed, async |place: Place| {
    place.migrator::<One>().migrate(&MigrateOptions::default()).await.unwrap();
    let error = place.migrator::<Broken>().migrate(&MigrateOptions::default()).await.unwrap_err();
    assert!(matches!(&error, SafeError::Migration { migration, .. } if migration == "m2_lines"), "{error}");
    let db = place.migrator::<Two>();
    assert_eq!(db.live_schema().await.unwrap().tables.keys().collect::<Vec<_>>(), ["orders"]);
    db.migrate(&MigrateOptions::default()).await.unwrap();
    let of_second: Vec<_> =
        db.ledger().await.unwrap().into_iter().filter(|line| line.migration == "m2_lines").collect();
    assert_eq!(of_second.iter().map(|line| line.outcome.as_str()).collect::<Vec<_>>(), ["failed", "succeeded"]);
    assert!(of_second[0].error.as_ref().unwrap().contains("nothing"), "{:?}", of_second[0]);
});

both_backends!(an_edited_migration_is_refused_with_both_checksums, async |place: Place| {
    place.migrator::<One>().migrate(&MigrateOptions::default()).await.unwrap();
    let then = place.migrator::<One>().ledger().await.unwrap()[1].checksum.clone().unwrap();
    let SafeError::Refused { findings, .. } =
        place.migrator::<Edited>().migrate(&MigrateOptions::default()).await.unwrap_err()
    else {
        panic!("not refused")
    };
    assert_eq!(findings[0].code, FindingCode::EditedMigration);
    let plan = place.migrator::<Edited>().plan(None).await.unwrap();
    let now = place.migrator::<Edited>();
    assert!(findings[0].cause.contains(&then) && plan.findings[0] == findings[0], "{findings:?}");
    assert_eq!(now.status().await.unwrap().state, State::Behind, "names alone tell nothing of edits");
    let done = place.migrator::<Commented>().migrate(&MigrateOptions::default()).await.unwrap();
    assert_eq!(done.migrations, ["m2_lines"], "comments and line ends are no edit");
});

both_backends!(a_late_migration_with_a_lower_number_is_shown_and_not_skipped, async |place: Place| {
    place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
    let late = place.migrator::<Late>();
    assert_eq!(late.status().await.unwrap().migrations[1].state, MigrationState::OutOfOrder);
    let error = late.migrate(&MigrateOptions::default()).await.unwrap_err();
    assert!(error.to_string().contains("out_of_order: m1a_late stands before"), "{error}");
    late.migrate(&MigrateOptions { out_of_order: true, ..MigrateOptions::default() }).await.unwrap();
    assert_eq!(late.status().await.unwrap().state, State::UpToDate);
});

both_backends!(a_database_newer_than_the_program_is_refused, async |place: Place| {
    place.migrator::<Three>().migrate(&MigrateOptions::default()).await.unwrap();
    let old = place.migrator::<Two>();
    let before = (old.ledger().await.unwrap(), place.file().map(|file| std::fs::read(file).unwrap()));
    let error = old.migrate(&MigrateOptions::default()).await.unwrap_err();
    assert!(error.to_string().contains("unknown_migration: a newer program applied m3_paid"), "{error}");
    assert_eq!((old.ledger().await.unwrap(), place.file().map(|file| std::fs::read(file).unwrap())), before);
});

both_backends!(rows_that_a_migration_takes_away_unasked_stop_it, async |place: Place| {
    place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
    place.two_orders().await;
    let wiping = place.migrator::<Wiping>();
    let options = MigrateOptions { backup: false, ..MigrateOptions::default() };
    let error = wiping.migrate(&options).await.unwrap_err();
    assert!(error.to_string().contains("table lines had 3 rows and has 2"), "{error}");
    assert_eq!(place.number("select count(*) from lines").await, 3);
    wiping.may_change("m3_wipe", &["lines"]).migrate(&options).await.unwrap();
    assert_eq!(place.number("select count(*) from lines").await, 2);
});

both_backends!(a_rollback_that_loses_rows_needs_a_backup_and_stays, async |place: Place| {
    let migrator = place.migrator::<Two>();
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    place.two_orders().await;
    let error = migrator.rollback(&RollbackOptions::default()).await.unwrap_err();
    assert!(error.to_string().contains("table lines is gone with its 3 rows"), "{error}");
    assert_eq!(place.number("select count(*) from lines").await, 3);
    let backup = migrator.backup().await.unwrap();
    let options = RollbackOptions { backup: Some(backup.name), ..RollbackOptions::default() };
    let done = migrator.rollback(&options).await.unwrap();
    assert_eq!(
        (done.migrations.as_slice(), done.lost.as_slice()),
        (&["m2_lines".to_owned()][..], &["table lines is gone with its 3 rows".to_owned()][..])
    );
    assert_eq!(migrator.status().await.unwrap().held(), ["m2_lines"]);
    let done = migrator.migrate(&MigrateOptions::default()).await.unwrap();
    assert_eq!(done.migrations, ["m2_lines"]);
    assert_eq!(migrator.status().await.unwrap().state, State::UpToDate);
});

both_backends!(a_plan_tells_the_sql_and_marks_what_destroys, async |place: Place| {
    place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
    let plan = place.migrator::<Wiping>().plan(None).await.unwrap();
    assert_eq!(plan.migrations.len(), 1);
    assert_eq!(plan.migrations[0].statements[0].sql, "delete from lines where id = 10");
    assert_eq!(plan.migrations[0].statements[0].marks, [safe_migrate::Mark::Destructive]);
});

both_backends!(a_schema_that_somebody_changed_is_refused, async |place: Place| {
    place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
    place.run(&["alter table lines add column smuggled text"]).await;
    let error = place.migrator::<Three>().migrate(&MigrateOptions::default()).await.unwrap_err();
    assert!(error.to_string().contains("drift: column lines.smuggled is"), "{error}");
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

#[test]
fn a_rebuilt_parent_keeps_every_child_row() {
    crate::fixture::on_sqlite(async |place| {
        place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
        place.two_orders().await;
        let done = place.migrator::<Rebuilding>().migrate(&MigrateOptions::default()).await.unwrap();
        assert!(done.rehearsed);
        assert_eq!(place.number("select count(*) from lines").await, 3);
        assert_eq!(place.number("select count(*) from pragma_foreign_key_check").await, 0);
    });
}

migrator!(Orphaning:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m2_lines", [LINES, "create index ix_lines_order on lines (order_id)"], ["drop table lines"]),
    ("m3_orphan", ["delete from orders where id = 2"], []),
);

#[test]
fn rows_that_lose_their_parent_stop_a_migration_even_if_it_may_change_the_parent() {
    crate::fixture::on_sqlite(async |place| {
        place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
        place.two_orders().await;
        let orphaning = place.migrator::<Orphaning>().may_change("m3_orphan", &["orders"]);
        let options = MigrateOptions { backup: false, ..MigrateOptions::default() };
        let error = orphaning.migrate(&options).await.unwrap_err();
        assert!(error.to_string().contains("row 3 of lines names a row of orders that is not there"), "{error}");
        assert_eq!(place.number("select count(*) from orders").await, 2);
    });
}

migrator!(Cut:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m2_lines", [LINES, "select pg_terminate_backend(pg_backend_pid())"], ["drop table lines"]),
);

#[test]
fn a_server_that_ends_the_connection_leaves_nothing() {
    crate::fixture::on_postgres(async |place| {
        place.migrator::<One>().migrate(&MigrateOptions::default()).await.unwrap();
        let options = MigrateOptions { verify: false, ..MigrateOptions::default() };
        let cut = SafeMigrator::new::<Cut>(&place.url, place.options()).unwrap();
        let error = cut.migrate(&MigrateOptions { backup: false, ..options }).await.unwrap_err();
        assert!(matches!(&error, SafeError::Migration { migration, .. } if migration == "m2_lines"), "{error}");
        assert_eq!(cut.live_schema().await.unwrap().tables.keys().collect::<Vec<_>>(), ["orders"]);
        place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
        let of_second = cut.ledger().await.unwrap().into_iter().filter(|line| line.direction == "up" && line.batch > 1);
        let batches: Vec<String> =
            of_second.filter(|line| line.migration.is_empty()).map(|line| line.outcome).collect();
        assert!(matches!(batches[0].as_str(), "interrupted" | "failed") && batches[1] == "succeeded", "{batches:?}");
    });
}

#[test]
fn a_schema_of_postgres_may_have_any_name() {
    crate::fixture::on_postgres(async |place| {
        place
            .run(&[
                "create schema \"Mixed Case\"",
                "do $$ begin execute format('alter database %I set search_path = \"Mixed Case\"', current_database()); end $$",
            ])
            .await;
        let two = place.migrator::<Two>();
        two.migrate(&MigrateOptions::default()).await.unwrap();
        place.two_orders().await;
        assert_eq!(two.live_schema().await.unwrap().tables.keys().collect::<Vec<_>>(), ["lines", "orders"]);
        let verification = two.verify().await.unwrap();
        assert!(verification.verified, "{verification:#?}");
        assert_eq!(verification.tables["orders"].rows, 2);
        let rehearsed = MigrateOptions { in_place: true, ..MigrateOptions::default() };
        let error = place.migrator::<Wiping>().migrate(&rehearsed).await.unwrap_err();
        assert!(error.to_string().contains("table lines had 3 rows and has 2"), "{error}");
        assert_eq!(place.number("select count(*) from lines").await, 3);
        let backup = two.backup().await.unwrap();
        place.run(&["delete from lines"]).await;
        two.restore(&backup.name).await.unwrap();
        assert_eq!(place.number("select count(*) from lines").await, 3);
        assert_eq!(two.status().await.unwrap().state, State::UpToDate);
    });
}

migrator!(LockLost:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m2_lines", [
        LINES,
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' \
         and database = (select oid from pg_database where datname = current_database())",
        "create index ix_lines_order on lines (order_id)",
    ], ["drop table lines"]),
);

#[test]
fn work_ends_when_its_lock_is_lost() {
    crate::fixture::on_postgres(async |place| {
        place.migrator::<One>().migrate(&MigrateOptions::default()).await.unwrap();
        let lost = SafeMigrator::new::<LockLost>(&place.url, place.options()).unwrap();
        let options = MigrateOptions { backup: false, verify: false, ..MigrateOptions::default() };
        let error = lost.migrate(&options).await.unwrap_err();
        assert!(matches!(&error, SafeError::Migration { migration, .. } if migration == "m2_lines"), "{error}");
        assert_eq!(lost.live_schema().await.unwrap().tables.keys().collect::<Vec<_>>(), ["orders"]);
    });
}

both_backends!(every_down_is_classed_by_what_it_leaves, async |place: Place| {
    let stairway = place.migrator::<Stairs>().stairway().await.unwrap();
    use safe_migrate::Reversibility::{EmptyDown, Irreversible, Lossless, Lossy, SchemaOnly};
    let kinds: Vec<_> = stairway.stairs.iter().map(|stair| stair.reversibility).collect();
    assert_eq!(kinds, [SchemaOnly, Lossless, EmptyDown, SchemaOnly, Irreversible, Lossy], "{stairway:#?}");
    assert_eq!(stairway.stairs[3].details, ["column orders.paid"]);
    assert_eq!(stairway.unseeded, std::collections::BTreeMap::new());
});

migrator!(Stairs:
    ("m1", [ORDERS], ["drop table orders"]),
    ("m2", ["create index ix_orders_total on orders (total)"], ["drop index ix_orders_total"]),
    ("m3", ["create index ix_orders_both on orders (id, total)"], []),
    ("m4", ["alter table orders add column paid text"], ["alter table orders drop column paid"]),
    ("m5", ["create table other (id bigint not null primary key)"], ["select * from nothing_there"]),
    ("m6", ["alter table orders add column extra text"], ["alter table orders drop column extra", "delete from orders"]),
);
