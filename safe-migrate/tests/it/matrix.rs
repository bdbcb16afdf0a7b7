//! Every named point of the procedure × error, kill, power cut, full disk × SQLite in WAL mode, in DELETE mode, and
//! Postgres: whatever happens there, the database is before or after, and a plain re-run finishes.
//!
//! CI tries some points of each; `SAFE_MIGRATE_MATRIX=all` tries all and prints every cell.

use std::path::Path;
use std::process::Output;

use safe_migrate::{MigrateOptions, State};
use tempfile::TempDir;

use crate::disk::Mount;
use crate::fixture::{One, Place, Three, runtime};
use crate::server::Server;
use crate::worker::{command, finished, moments, spread};

/// Points of a procedure that CI tries.
const SOME: usize = 3;

/// Where a database stands on a disk of its own, to which anything may happen.
struct Ground {
    mount: Option<Mount>,
    folder: TempDir,
    server: Option<Server>,
    journal: &'static str,
}

impl Ground {
    fn new(journal: &'static str, mode: &str) -> Option<Self> {
        // A Postgres server takes some room for itself.
        let size = if journal.is_empty() { "512M" } else { "64M" };
        let mount = match mode {
            "power" => Some(Mount::ext4(size)?),
            "full" => Some(Mount::tmpfs(size)?),
            _ => None,
        };
        let folder = TempDir::new().unwrap();
        let mut ground = Self { mount, folder, server: None, journal };
        if journal.is_empty() {
            let settings = if mode == "power" { "fsync = on" } else { "fsync = off" };
            ground.server = Some(Server::start(ground.path(), settings)?);
        }
        Some(ground)
    }

    fn path(&self) -> &Path {
        self.mount.as_ref().map_or_else(|| self.folder.path(), Mount::path)
    }

    /// An empty database, whatever was there.
    async fn fresh(&self, number: usize) -> Place {
        let folder = self.path().join(format!("work-{number}"));
        std::fs::create_dir_all(&folder).unwrap();
        let Some(server) = &self.server else {
            let place = Place { url: format!("sqlite://{}?mode=rwc", folder.join("test.db").display()), folder };
            place.run(&[&format!("pragma journal_mode = {}", self.journal)]).await;
            return place;
        };
        let admin = Place { url: server.url("postgres"), folder: folder.clone() };
        admin.run(&[&format!("create database work_{number} template template0")]).await;
        Place { url: server.url(&format!("work_{number}")), folder }
    }

    async fn remove(&self, place: Place, number: usize) {
        if let Some(server) = &self.server {
            let admin = Place { url: server.url("postgres"), folder: place.folder.clone() };
            admin.run(&[&format!("drop database work_{number} with (force)")]).await;
        }
        std::fs::remove_dir_all(place.folder).unwrap();
    }

    /// Brings everything up again after it happened.
    fn recover(&self, mode: &str) {
        match (mode, &self.mount) {
            ("power", Some(mount)) => {
                if let Some(server) = &self.server {
                    server.crash();
                }
                mount.start_again();
                if let Some(server) = &self.server {
                    server.up();
                }
            }
            ("full", Some(mount)) => {
                mount.make_room();
                if let Some(server) = &self.server {
                    server.restart();
                }
            }
            _ => {}
        }
    }

    fn mode(&self, mode: &str) -> String {
        self.mount.as_ref().map_or_else(|| mode.to_owned(), |mount| format!("{mode} {}", mount.path().display()))
    }
}

/// A database with rows, two migrations behind the program.
async fn behind(ground: &Ground, number: usize) -> Place {
    let place = ground.fresh(number).await;
    place.migrator::<One>().migrate(&MigrateOptions::default()).await.unwrap();
    // In DELETE mode a power cut brings a journal back, and with it takes a commit that waited for less.
    let durable = if ground.server.is_some() { "" } else { "pragma synchronous = extra; " };
    place.run(&[&format!("{durable}insert into orders (id, total) values (1, 100), (2, 250)")]).await;
    place
}

/// What a database holds: the state of its schema and its rows, as one word.
async fn found(place: &Place) -> &'static str {
    let migrator = place.migrator::<Three>();
    assert_eq!(place.number("select sum(total) from orders").await, 350);
    let pending = migrator.status().await.unwrap().pending().len();
    let tables = migrator.live_schema().await.unwrap().tables.len();
    match (pending, tables) {
        (2, 1) => "before",
        (0, 2) => "after",
        other => panic!("between: {other:?}"),
    }
}

/// One cell for each tried point: before or after.
async fn migrate(ground: &Ground, mode: &str) -> Vec<String> {
    let place = behind(ground, 0).await;
    let output = command(&place, "three", 0, "").output().unwrap();
    assert!(finished(&output));
    ground.remove(place, 0).await;
    let mut cells = Vec::new();
    for point in chosen(ground, moments(&output)) {
        let place = behind(ground, point).await;
        let output = command(&place, "three", point, &ground.mode(mode)).output().unwrap();
        happened(&output, mode, point);
        ground.recover(mode);
        cells.push(format!("{point}:{}", found(&place).await));
        place.migrator::<Three>().migrate(&MigrateOptions::default()).await.unwrap();
        assert_eq!(found(&place).await, "after", "{mode} at {point}");
        assert!(place.migrator::<Three>().verify().await.unwrap().verified, "{mode} at {point}");
        ground.remove(place, point).await;
    }
    cells
}

/// A database that lost a row since its backup: the row is there again, or not yet.
async fn restore(ground: &Ground, mode: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut points = vec![0];
    while let Some(point) = points.pop() {
        let place = behind(ground, point).await;
        let migrator = place.migrator::<Three>();
        migrator.migrate(&MigrateOptions::default()).await.unwrap();
        let backup = migrator.backup().await.unwrap();
        place.run(&["delete from orders where id = 2"]).await;
        let work = format!("restore {}", backup.name);
        let output = command(&place, &work, point, &ground.mode(mode)).output().unwrap();
        if point == 0 {
            points = chosen(ground, moments(&output));
        } else {
            happened(&output, mode, point);
            ground.recover(mode);
            let rows = place.number("select count(*) from orders").await;
            assert!(rows == 1 || rows == 2, "{mode} at {point} of a restore");
            cells.push(format!("restore {point}:{}", if rows == 1 { "before" } else { "after" }));
        }
        migrator.restore(&backup.name).await.unwrap();
        assert_eq!(place.number("select sum(total) from orders").await, 350, "{mode} at {point} of a restore");
        assert_eq!(migrator.status().await.unwrap().state, State::UpToDate);
        ground.remove(place, point).await;
    }
    cells
}

/// On Postgres each point costs several dumps and restores.
fn chosen(ground: &Ground, total: usize) -> Vec<usize> {
    let some = if ground.server.is_some() { SOME - 1 } else { SOME };
    let all = std::env::var("SAFE_MIGRATE_MATRIX").is_ok_and(|wanted| wanted == "all");
    spread(total, if all { total } else { some })
}

/// A process that was killed did not end; one that met an error said so. With a full disk it may manage nevertheless.
fn happened(output: &Output, mode: &str, point: usize) {
    let ended = finished(output);
    assert!(mode == "full" || mode == "error" || !ended, "{mode} at {point} did not happen");
}

fn row(store: &str, journal: &'static str) {
    runtime().block_on(async {
        for mode in ["error", "kill", "power", "full"] {
            let Some(ground) = Ground::new(journal, mode) else {
                eprintln!("SKIPPED {store} × {mode}: it needs root, mount, python3 and for Postgres a server");
                continue;
            };
            let mut cells = migrate(&ground, mode).await;
            cells.extend(restore(&ground, mode).await);
            assert!(cells.len() > SOME, "{cells:?}");
            eprintln!("{store} × {mode}: {}", cells.join(" "));
        }
    });
}

#[test]
fn sqlite_in_wal_mode_is_before_or_after() {
    row("SQLite WAL", "wal");
}

#[test]
fn sqlite_in_delete_mode_is_before_or_after() {
    row("SQLite DELETE", "delete");
}

#[test]
fn postgres_is_before_or_after() {
    row("Postgres", "");
}
