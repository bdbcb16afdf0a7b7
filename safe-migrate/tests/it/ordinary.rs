//! Databases and migrations as teams have them, which nothing here may refuse or misread.

use std::sync::Arc;

use safe_migrate::{FindingCode, MigrateOptions, RollbackOptions, SafeError, SafeMigrator, State};
use sea_orm::prelude::Uuid;
use sea_orm::{ConnectionTrait, Database};
use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::*;

use crate::fixture::{LINES, ORDERS, Place, Sql, on_postgres, on_sqlite};

migrator!(Rebuilding:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m2_rebuild", ["alter table orders rename to orders_old",
        "create table orders (id bigint not null primary key, total bigint not null, paid text)",
        "insert into orders (id, total) select id, total from orders_old", "drop table orders_old"], []),
    ("m3_drop", ["drop table orders"], []),
    ("m4_again", ["create table orders (id bigint)"], ["drop table orders"]),
);

both_backends!(a_table_that_makes_room_is_not_half_applied, async |place: Place| {
    let to = |name: &str| MigrateOptions { to: Some(name.to_owned()), ..MigrateOptions::default() };
    let migrator = || place.migrator::<Rebuilding>().may_change("m2_rebuild", &["orders"]);
    migrator().migrate(&to("m1_orders")).await.unwrap();
    place.run(&["insert into orders (id, total) values (1, 100)"]).await;
    assert_eq!(migrator().plan(None).await.unwrap().findings, []);
    migrator().migrate(&to("m2_rebuild")).await.unwrap();
    assert_eq!(place.number("select count(*) from orders").await, 1);
    let done = migrator().may_change("m3_drop", &["orders"]).migrate(&MigrateOptions::default()).await;
    assert_eq!(done.unwrap().state, State::UpToDate);
    place.run(&["create table more (id bigint)"]).await;
});

/// Values that are other ones each time it runs, beside one that is not.
struct Seed {
    total: i64,
    raw: bool,
}

impl MigrationName for Seed {
    fn name(&self) -> &str {
        "m2_seed"
    }
}

#[async_trait]
impl MigrationTrait for Seed {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let id = Uuid::from_u128(chrono::Utc::now().timestamp_nanos_opt().unwrap_or_default().unsigned_abs().into());
        if self.raw {
            let sql = format!("insert into users (name, made, total) values ('{id}', '2001-01-01', {})", self.total);
            return manager.get_connection().execute_unprepared(&sql).await.map(|_| ());
        }
        let mut insert = Query::insert();
        insert.into_table("users").columns(["name", "made", "total"]);
        let insert = insert.values_panic([id.to_string().into(), chrono::Utc::now().into(), self.total.into()]);
        manager.execute(insert.take()).await
    }
}

macro_rules! seeding {
    ($type:ident, $total:literal, $raw:literal) => {
        struct $type;

        impl MigratorTrait for $type {
            fn migrations() -> Vec<Box<dyn MigrationTrait>> {
                let users = "create table users (name text not null, made timestamp with time zone, total bigint)";
                let next = Sql { name: "m3_next", up: &["create table next (id bigint)"], down: &[] };
                vec![
                    Box::new(Sql { name: "m1_users", up: Box::leak(Box::new([users])), down: &[] }),
                    Box::new(Seed { total: $total, raw: $raw }),
                    Box::new(next),
                ]
            }
        }
    };
}
seeding!(Seeding, 1, false);
seeding!(SeedingOther, 2, false);
seeding!(SeedingRaw, 1, true);

both_backends!(what_a_seed_makes_up_is_no_edit, async |place: Place| {
    let seed = MigrateOptions { to: Some("m2_seed".to_owned()), ..MigrateOptions::default() };
    place.migrator::<Seeding>().migrate(&seed).await.unwrap();
    let ledger = place.migrator::<Seeding>().ledger().await.unwrap();
    assert!(ledger.iter().any(|line| line.migration == "m2_seed" && line.checksum.is_some()), "{ledger:#?}");
    assert_eq!(place.migrator::<Seeding>().plan(None).await.unwrap().findings, []);
    let codes = async |migrator: SafeMigrator| {
        let plan = migrator.plan(None).await.unwrap();
        plan.findings.into_iter().map(|finding| (finding.code, finding.blocks)).collect::<Vec<_>>()
    };
    assert_eq!(codes(place.migrator::<SeedingOther>()).await, [(FindingCode::EditedMigration, true)]);
    assert_eq!(codes(place.migrator::<SeedingRaw>()).await, [(FindingCode::NotRecordable, false)]);
    place.migrator::<Seeding>().migrate(&MigrateOptions::default()).await.unwrap();
    assert_eq!(place.number("select count(*) from users").await, 1);
});

migrator!(Searched:
    ("m1_docs", ["create virtual table docs using fts5(title, body)", "insert into docs values ('a', 'b')"], []),
    ("m2_more", ["create table more (id bigint)"], ["drop table more"]),
);

#[test]
fn a_search_index_holds_what_it_held() {
    on_sqlite(async |place| {
        let first = MigrateOptions { to: Some("m1_docs".to_owned()), ..MigrateOptions::default() };
        let migrator = place.migrator::<Searched>();
        migrator.migrate(&first).await.unwrap();
        migrator.migrate(&MigrateOptions::default()).await.unwrap();
        let verified = migrator.verify().await.unwrap();
        assert!(verified.verified && verified.unusable.is_empty(), "{verified:#?}");
        migrator.rollback(&RollbackOptions::default()).await.unwrap();
    });
}

const KINDS: &str = "create table kinds (status varchar(20) not null check (status in ('a', 'b')), span interval not null, \
     tags text[] not null, numbers integer[] not null, place point not null, rank int4range not null)";

migrator!(Typical:
    ("m1_kinds", [
        KINDS,
        "create index ix_kinds on kinds (status) where status in ('a', 'b')",
        "create view chosen as select status from kinds where status in ('a', 'b')",
        "create table users (id bigint primary key, at timestamptz)",
        "create table accounts (id bigint primary key, at timestamptz, raw bytea)",
        "create function touch() returns trigger language plpgsql as $$ begin new.at = now(); return new; end $$",
        "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'append only'; end $$",
        "create trigger set_at before update on users for each row execute function touch()",
        "create trigger set_at before update on accounts for each row execute function touch()",
        "create table audit (id bigint, note text)",
        "create trigger no_change before update on audit for each row execute function refuse()",
        "create table parts (id bigint not null, day date not null) partition by range (day)",
        "create table parts_1 partition of parts for values from ('2001-01-01') to ('2002-01-01')",
        "create table parts_2 partition of parts for values from ('2002-01-01') to ('2003-01-01')",
        "create type mood as enum ('good')",
    ], []),
    ("m2_mood", ["alter type mood add value 'bad'"], []),
    ("m3_moods", ["create table moods (mood mood not null)", "insert into moods values ('bad')"], []),
);

#[test]
fn types_triggers_and_parts_are_compared_and_copied() {
    on_postgres(async |place| {
        let migrator = place.migrator::<Typical>();
        migrator.migrate(&MigrateOptions::default()).await.unwrap();
        place
            .run(&[
                "insert into kinds values ('a', '1 day 02:03', '{x}', '{1,2}', '(1,2)', '[1,5)')",
                "insert into users values (1)",
                "insert into accounts values (1, null, '\\x0102')",
                "insert into audit values (1, 'x')",
                "insert into parts values (1, '2001-05-05'), (1, '2002-05-05')",
                &format!(
                    "alter database {} set bytea_output = 'escape'; alter database {} set intervalstyle = 'iso_8601'",
                    place.url.rsplit_once('/').unwrap().1,
                    place.url.rsplit_once('/').unwrap().1
                ),
            ])
            .await;
        let verified = migrator.verify().await.unwrap();
        assert!(verified.verified && verified.unusable.is_empty(), "{verified:#?}");
        let backup = migrator.backup().await.unwrap();
        migrator.restore(&backup.name).await.unwrap();
        let verified = migrator.verify().await.unwrap();
        assert!(verified.verified && verified.differences.is_empty(), "{verified:#?}");
        let (_, unseeded) = {
            let stairway = migrator.stairway().await.unwrap();
            (stairway.seeded, stairway.unseeded)
        };
        assert!(!unseeded.contains_key("kinds"), "{unseeded:?}");
    });
}

migrator!(Busy:
    ("m1_tables", [ORDERS, "create table sessions (id bigint)", "insert into sessions values (1)"], []),
    ("m2_note", ["alter table orders add column note text"], ["alter table orders drop column note"]),
);

#[test]
fn a_server_in_use_is_migrated() {
    on_postgres(async |place| {
        let first = MigrateOptions { to: Some("m1_tables".to_owned()), ..MigrateOptions::default() };
        place.migrator::<Busy>().migrate(&first).await.unwrap();
        let mut options = place.options();
        let url = place.url.clone();
        options.fail_point = Arc::new(move |point| {
            if point != "before m2_note" {
                return Ok(());
            }
            let url = url.clone();
            let write = async move {
                let db = Database::connect(url).await.unwrap();
                db.execute_unprepared("insert into sessions values (2)").await.unwrap();
                db.close().await.unwrap();
            };
            let thread = std::thread::spawn(move || crate::fixture::runtime().block_on(write));
            thread.join().map_err(|_| "nothing was written".to_owned())
        });
        let migrator = SafeMigrator::new::<Busy>(&place.url, options).unwrap();
        migrator.migrate(&MigrateOptions { rehearse: false, ..MigrateOptions::default() }).await.unwrap();
        assert_eq!(place.number("select count(*) from sessions").await, 2);
    });
}

migrator!(Failing:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m2_words", ["create table words (id bigint, word text)", "insert into words values (1, '+49 170 1234567')"], []),
    ("m3_numbers", ["alter table words alter column word type bigint using word::bigint"], []),
);

#[test]
fn what_a_row_holds_is_in_no_error() {
    on_postgres(async |place| {
        let migrator = place.migrator::<Failing>();
        let error = migrator.migrate(&MigrateOptions::default()).await.unwrap_err().to_string();
        assert!(error.contains("invalid input syntax for type bigint") && !error.contains("170"), "{error}");
        let ledger = format!("{:?}", migrator.ledger().await.unwrap());
        assert!(ledger.contains("invalid input syntax") && !ledger.contains("170"), "{ledger}");
    });
}

#[test]
fn a_schema_that_the_url_names_is_the_schema_of_every_copy() {
    on_postgres(async |place| {
        place.run(&["create schema app"]).await;
        let url = format!("{}?options[search_path]=app", place.url);
        let app = Place { url, folder: place.folder.clone() };
        let migrator = app.migrator::<Alone>();
        migrator
            .migrate(&MigrateOptions { to: Some("m1_orders".to_owned()), ..MigrateOptions::default() })
            .await
            .unwrap();
        place.run(&["insert into app.orders (id, total) values (1, 100)"]).await;
        let done = migrator.migrate(&MigrateOptions::default()).await.unwrap();
        assert!(done.rehearsed && done.findings.is_empty(), "{done:#?}");
        assert_eq!(migrator.stairway().await.unwrap().stairs.len(), 2);
        migrator.restore(&done.backup.unwrap().name).await.unwrap();
        assert_eq!(migrator.status().await.unwrap().pending(), ["m2_lines"]);
    });
}

migrator!(Elsewhere:
    ("m1_app", ["create schema app", "create table app.orders (id bigint primary key)"], ["drop table app.orders"]),
    ("m2_more", ["create table more (id bigint)"], ["drop table more"]),
    ("m3_less", ["delete from app.orders"], []),
);

#[test]
fn rows_of_other_schemas_are_not_lost_unsaid() {
    on_postgres(async |place| {
        let to = |name: &str| MigrateOptions { to: Some(name.to_owned()), ..MigrateOptions::default() };
        place.migrator::<Elsewhere>().migrate(&to("m1_app")).await.unwrap();
        place.run(&["insert into app.orders values (1), (2)"]).await;
        let done = place.migrator::<Elsewhere>().migrate(&to("m2_more")).await.unwrap();
        let backup = done.backup.expect("a backup of what is elsewhere").name;
        let error = place.migrator::<Elsewhere>().migrate(&to("m3_less")).await.unwrap_err();
        assert!(matches!(&error, SafeError::Unverified { .. }) && error.to_string().contains("app.orders"), "{error}");
        let none = RollbackOptions { to: Some("0".to_owned()), ..RollbackOptions::default() };
        let error = place.migrator::<Elsewhere>().rollback(&none).await.unwrap_err();
        assert!(matches!(&error, SafeError::Lossy { .. }) && error.to_string().contains("app.orders"), "{error}");
        assert_eq!(place.number("select count(*) from app.orders").await, 2);
        let saying = place.migrator::<Elsewhere>().may_change("m3_less", &["app.orders"]);
        saying.migrate(&MigrateOptions::default()).await.unwrap();
        assert_eq!(place.number("select count(*) from app.orders").await, 0);
        place.run(&["insert into app.orders values (1), (2)"]).await;
        let named = RollbackOptions { backup: Some(backup), to: Some("m1_app".to_owned()) };
        place.migrator::<Elsewhere>().rollback(&named).await.unwrap();
    });
}

migrator!(Alone:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m2_lines", [LINES], ["drop table lines"]),
);

struct Outside;

impl MigrationName for Outside {
    fn name(&self) -> &str {
        "m3_outside"
    }
}

#[async_trait]
impl MigrationTrait for Outside {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("create index ix_nothing on nothing (a)").await.map(|_| ())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}

struct WithOutside;

impl MigratorTrait for WithOutside {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations = Alone::migrations();
        migrations.push(Box::new(Outside));
        migrations
    }
}

both_backends!(what_stays_after_a_failure_is_told, async |place: Place| {
    let migrator = place.migrator::<WithOutside>();
    let error = migrator.migrate(&MigrateOptions::default()).await.unwrap_err().to_string();
    let told =
        "m3_outside failed up and what it did outside of a transaction stays; m1_orders, m2_lines before it stay";
    assert!(error.contains(told), "{error}");
    assert_eq!(migrator.status().await.unwrap().pending(), ["m3_outside"]);
});

both_backends!(a_clock_that_goes_back_costs_no_backup, async |place: Place| {
    place.migrator::<Alone>().migrate(&MigrateOptions::default()).await.unwrap();
    let ahead = || chrono::Utc::now() + chrono::Duration::days(400);
    let mut options = place.options();
    (options.max_backups, options.now) = (1, ahead);
    SafeMigrator::new::<Alone>(&place.url, options.clone()).unwrap().backup().await.unwrap();
    options.now = chrono::Utc::now;
    let migrator = SafeMigrator::new::<Alone>(&place.url, options).unwrap();
    let now = migrator.backup().await.unwrap();
    assert!(now.path.exists() && migrator.backups().unwrap().contains(&now), "{now:?}");
});

both_backends!(a_proof_that_cannot_be_read_stops_no_other_backup, async |place: Place| {
    let migrator = place.migrator::<Alone>();
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    let (torn, whole) = (migrator.backup().await.unwrap(), migrator.backup().await.unwrap());
    std::fs::write(torn.path.with_added_extension("proof.json"), "{").unwrap();
    std::fs::write(place.folder.join("backups/other.db"), "").unwrap();
    std::fs::write(place.folder.join("backups/other.db.proof.json"), "").unwrap();
    let proved: Vec<(String, bool)> =
        migrator.backups().unwrap().into_iter().map(|backup| (backup.name, backup.proved)).collect();
    assert_eq!(proved, [(whole.name.clone(), true), (torn.name.clone(), false)]);
    assert!(migrator.restore(&torn.name).await.is_err());
    migrator.restore(&whole.name).await.unwrap();
    migrator.backup().await.unwrap();
});

#[test]
fn a_file_behind_a_link_is_replaced_and_stays_in_its_mode() {
    on_sqlite(async |place| {
        let (real, link) = (place.folder.join("real.db"), place.folder.join("link.db"));
        std::os::unix::fs::symlink(&real, &link).unwrap();
        std::fs::File::create(&real).unwrap();
        let linked = Place { url: format!("sqlite://{}?mode=rwc", link.display()), folder: place.folder.clone() };
        let migrator = linked.migrator::<Alone>();
        migrator.migrate(&MigrateOptions::default()).await.unwrap();
        linked.run(&["pragma journal_mode = wal"]).await;
        linked.two_orders().await;
        let backup = migrator.backup().await.unwrap();
        linked.run(&["delete from lines"]).await;
        migrator.restore(&backup.name).await.unwrap();
        assert!(link.is_symlink() && !real.is_symlink());
        let direct = Place { url: format!("sqlite://{}", real.display()), folder: place.folder.clone() };
        assert_eq!(direct.number("select count(*) from lines").await, 3);
        assert_eq!(direct.number("select count(*) from pragma_journal_mode where journal_mode = 'wal'").await, 1);
    });
}
