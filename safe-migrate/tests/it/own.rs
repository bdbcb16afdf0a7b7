//! What needs a Postgres server of its own: one that restarts during a migration, one on which nobody else is at work,
//! and one whose disk is full.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use safe_migrate::{MigrateOptions, State};
use sea_orm::{ConnectionTrait, Statement};
use sea_orm_migration::prelude::*;
use tempfile::TempDir;

use crate::disk::{Mount, skip};
use crate::fixture::{LINES, ORDERS, One, Place, Sql, Three, Two, runtime};
use crate::server::Server;

/// Without it a server that is alone is fast, and what it says is the same.
const FAST: &str = "fsync = off";

/// The server that restarts in the middle of a migration.
static RESTARTED: Mutex<Option<Server>> = Mutex::new(None);

/// Makes its table and then finds the server restarted.
struct Restarting;

impl MigrationName for Restarting {
    fn name(&self) -> &'static str {
        "m2_lines"
    }
}

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Restarting {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(LINES).await?;
        // The connection that only writes statements down has no server to restart.
        let question = Statement::from_string(db.get_database_backend(), "select 1 as there");
        if db.query_one_raw(question).await?.is_some()
            && let Some(server) = RESTARTED.lock().unwrap_or_else(PoisonError::into_inner).as_ref()
        {
            server.restart();
        }
        db.execute_unprepared("create index ix_lines_order on lines (order_id)").await.map(|_| ())
    }
}

struct Cut;

impl MigratorTrait for Cut {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Sql { name: "m1_orders", up: &[ORDERS], down: &["drop table orders"] }), Box::new(Restarting)]
    }
}

fn place(server: &Server, folder: PathBuf) -> Place {
    Place { url: server.url("postgres"), folder }
}

#[test]
fn a_server_that_restarts_during_the_migration_leaves_nothing_of_it() {
    let folder = TempDir::new().unwrap();
    let Some(server) = Server::start(folder.path(), FAST) else { return };
    let place = place(&server, folder.path().join("work"));
    *RESTARTED.lock().unwrap() = Some(server);
    runtime().block_on(async {
        place.migrator::<One>().migrate(&MigrateOptions::default()).await.unwrap();
        place.run(&["insert into orders (id, total) values (1, 100)"]).await;
        // The declared schema is built on a scratch database of the same server, where the restart would come too early.
        let options = MigrateOptions { backup: false, verify: false, ..MigrateOptions::default() };
        let cut = place.migrator::<Cut>();
        let error = cut.migrate(&options).await.unwrap_err();
        assert!(
            error.to_string().starts_with("migration m2_lines failed up and everything was rolled back: "),
            "{error}"
        );
        assert_eq!(cut.live_schema().await.unwrap().tables.keys().collect::<Vec<_>>(), ["orders"]);
        assert_eq!(cut.status().await.unwrap().pending(), ["m2_lines"]);
        place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
        assert_eq!(place.number("select total from orders").await, 100);
        let outcomes: Vec<String> = cut.ledger().await.unwrap().into_iter().map(|line| line.outcome).collect();
        let last = outcomes.iter().rev().take(2).collect::<Vec<_>>();
        assert!(outcomes.iter().any(|outcome| outcome == "interrupted" || outcome == "failed"), "{outcomes:?}");
        assert_eq!(last, ["succeeded", "succeeded"]);
    });
    RESTARTED.lock().unwrap().take();
}

#[test]
fn looking_takes_no_transaction_id_on_postgres() {
    let folder = TempDir::new().unwrap();
    let Some(server) = Server::start(folder.path(), FAST) else { return };
    runtime().block_on(async {
        let place = place(&server, folder.path().join("work"));
        place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
        place.two_orders().await;
        let next = || place.number("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint");
        let before = next().await;
        let migrator = place.migrator::<Two>();
        assert_eq!(migrator.status().await.unwrap().state, State::UpToDate);
        assert_eq!(migrator.sizes().await.unwrap().len(), 2);
        migrator.ledger().await.unwrap();
        migrator.migrate(&MigrateOptions::default()).await.unwrap();
        let plan = place.migrator::<Three>().plan(None).await.unwrap();
        assert_eq!(plan.migrations.len(), 1);
        assert_eq!(next().await, before, "a transaction id was taken");
        place.run(&["delete from lines where id = 10"]).await;
        assert_eq!(next().await, before + 1, "a write is seen");
    });
}

struct Filling;

impl MigratorTrait for Filling {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations = Two::migrations();
        let up: &[&str] = &[
            "create table filler (id bigint not null primary key, b text) tablespace small",
            "insert into filler select i, md5(i::text) from generate_series(1, 200000) i",
        ];
        migrations.push(Box::new(Sql { name: "m3_fill", up, down: &["drop table filler"] }));
        migrations
    }
}

#[test]
fn a_full_disk_of_a_server_loses_nothing_and_is_told() {
    let (Some(small), Some(backups)) = (Mount::tmpfs("4m"), Mount::tmpfs("160k")) else {
        return skip("the test of a full disk of Postgres");
    };
    let folder = TempDir::new().unwrap();
    let Some(server) = Server::start(folder.path(), FAST) else { return };
    let tablespace = small.path().join("space");
    std::fs::create_dir(&tablespace).unwrap();
    server.give(&tablespace);
    runtime().block_on(async {
        let place = place(&server, folder.path().join("work"));
        place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
        place.two_orders().await;
        place.run(&[&format!("create tablespace small location '{}'", tablespace.display())]).await;
        let filling = place.migrator::<Filling>();
        let alone = MigrateOptions { backup: false, verify: false, ..MigrateOptions::default() };
        for options in [alone, MigrateOptions { verify: false, ..MigrateOptions::default() }] {
            let error = filling.migrate(&options).await.unwrap_err();
            assert!(error.to_string().contains("No space left on device"), "{error}");
            assert_eq!(filling.status().await.unwrap().pending(), ["m3_fill"]);
        }
        place.run(&["insert into lines select i, 1, md5(i::text) from generate_series(100, 9000) i"]).await;
        let rows = place.number("select count(*) from lines").await;
        let elsewhere = Place { url: place.url.clone(), folder: backups.path().to_owned() };
        let error = elsewhere.migrator::<Three>().migrate(&MigrateOptions::default()).await.unwrap_err();
        assert!(error.to_string().starts_with("pg_dump: "), "{error}");
        assert_eq!(place.migrator::<Three>().status().await.unwrap().pending(), ["m3_paid"]);
        place.migrator::<Three>().migrate(&MigrateOptions::default()).await.unwrap();
        assert_eq!(place.number("select count(*) from lines").await, rows);
    });
}

/// Cuts the power of a server and of its disk, and starts both again.
fn cut(mount: &Mount, server: &Server) {
    crate::disk::cut_power(&mount.path().display().to_string());
    server.crash();
    mount.start_again();
    server.up();
}

#[test]
fn what_was_reported_is_there_after_a_power_cut_of_the_server() {
    let Some(mount) = Mount::ext4("512M") else { return skip("the test of a power cut of Postgres") };
    let Some(server) = Server::start(mount.path(), "fsync = on") else { return };
    runtime().block_on(async {
        let maintenance = Place { url: server.url("postgres"), folder: mount.path().join("work") };
        maintenance.run(&["create database work"]).await;
        let place = Place { url: server.url("work"), folder: mount.path().join("work") };
        place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
        cut(&mount, &server);
        assert_eq!(place.migrator::<Two>().status().await.unwrap().state, State::UpToDate);
        place.two_orders().await;
        let backup = place.migrator::<Two>().backup().await.unwrap();
        cut(&mount, &server);
        assert_eq!(place.migrator::<Two>().backups().unwrap(), std::slice::from_ref(&backup));
        place.migrator::<Three>().migrate(&MigrateOptions::default()).await.unwrap();
        cut(&mount, &server);
        assert_eq!(place.migrator::<Three>().status().await.unwrap().state, State::UpToDate);
        place.migrator::<Two>().restore(&backup.name).await.unwrap();
        cut(&mount, &server);
        assert!(place.migrator::<Two>().verify().await.unwrap().verified);
        assert_eq!(place.number("select count(*) from lines").await, 3);
    });
}
