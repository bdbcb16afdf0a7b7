//! Killed, crowded, cut off from power, and out of room: before or after, never between, and a plain re-run finishes.
//!
//! `SAFE_MIGRATE_MOMENTS=all` kills at every point instead of some: 200 and more on each backend.

use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use safe_migrate::{MigrateOptions, SafeMigrator, State};
use sea_orm_migration::prelude::*;

use crate::fixture::{Place, Sql};

/// Names the database to a copy of this test that stands for another process.
const WORKER: &str = "SAFE_TEST_WORKER";
/// The folder of its backups.
const FOLDER: &str = "SAFE_TEST_FOLDER";
/// The number of the point at which it ends as if it had been killed; 0 for none.
const POINT: &str = "SAFE_TEST_POINT";

/// Migrations of the first part, with rows in them, and of the whole.
const FIRST: usize = 3;
const ALL: usize = 100;

struct Some3;
struct Many;

fn generated(count: usize) -> Vec<Box<dyn MigrationTrait>> {
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let one = |number: usize| -> Box<dyn MigrationTrait> {
        let up = [
            leak(format!(
                "create table t_{number} (id bigint not null primary key, a text, b bigint not null default 0)"
            )),
            leak(format!("create index ix_t_{number} on t_{number} (a)")),
        ];
        let down = [leak(format!("drop table t_{number}"))];
        Box::new(Sql {
            name: leak(format!("m{number:04}")),
            up: Box::leak(Box::new(up)),
            down: Box::leak(Box::new(down)),
        })
    };
    (0..count).map(one).collect()
}

impl MigratorTrait for Some3 {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        generated(FIRST)
    }
}

impl MigratorTrait for Many {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        generated(ALL)
    }
}

/// This test binary again, as a process that migrates.
fn worker(place: &Place, point: usize) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "crash::a_worker", "--nocapture"]);
    command.env(WORKER, &place.url).env(FOLDER, &place.folder).env(POINT, point.to_string());
    command
}

fn finished(output: &Output) -> bool {
    output.status.success() && String::from_utf8_lossy(&output.stdout).contains("1 passed")
}

/// Does nothing unless the environment names a database.
#[test]
fn a_worker() {
    let Ok(url) = std::env::var(WORKER) else { return };
    let place = Place { url, folder: std::env::var(FOLDER).unwrap().into() };
    let last: usize = std::env::var(POINT).unwrap().parse().unwrap();
    let mut options = place.options();
    let reached = AtomicUsize::new(0);
    options.fail_point = Arc::new(move |_| {
        if reached.fetch_add(1, Ordering::SeqCst) + 1 == last {
            std::process::abort();
        }
        Ok(())
    });
    let migrator = SafeMigrator::new::<Many>(&place.url, options).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(migrator.migrate(&MigrateOptions::default())).unwrap();
}

async fn started(place: &Place, journal: &str) {
    if place.file().is_some() {
        place.run(&[&format!("pragma journal_mode = {journal}")]).await;
    }
    place.migrator::<Some3>().migrate(&MigrateOptions::default()).await.unwrap();
    place.run(&["insert into t_0 (id, a) values (1, 'x'), (2, 'y')", "insert into t_2 (id, a) values (7, null)"]).await;
}

/// The state after a crash: nothing or everything, with every row; then a plain re-run finishes.
async fn whole(place: &Place, point: usize) {
    let migrator = place.migrator::<Many>();
    let status = migrator.status().await.unwrap();
    let applied = ALL - status.pending().len();
    assert!(applied == FIRST || applied == ALL, "between at point {point}: {applied}");
    assert_eq!(migrator.live_schema().await.unwrap().tables.len(), applied, "at point {point}");
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    let rows = place.number("select (select count(*) from t_0) * 10 + (select count(*) from t_2)").await;
    assert_eq!((rows, migrator.status().await.unwrap().state), (21, State::UpToDate), "at point {point}");
    let ledger = migrator.ledger().await.unwrap();
    assert!(ledger.iter().all(|line| line.outcome != "started"), "at point {point}: {ledger:#?}");
}

/// Some moments in CI, spread over the whole procedure; all of them when asked.
fn moments() -> Vec<usize> {
    let every = if std::env::var("SAFE_MIGRATE_MOMENTS").is_ok_and(|wanted| wanted == "all") { 1 } else { 47 };
    (1..=2 * ALL + 40).step_by(every).collect()
}

fn killed_everywhere(journal: &'static str) -> impl AsyncFn(&Place, &mut Vec<usize>) {
    async move |place: &Place, killed: &mut Vec<usize>| {
        started(place, journal).await;
        let template = place.file().map(|file| (file.to_owned(), std::fs::read(file).unwrap()));
        for point in moments() {
            match &template {
                Some((file, bytes)) => {
                    for ending in ["-wal", "-shm", "-journal"] {
                        let _ = std::fs::remove_file(format!("{}{ending}", file.display()));
                    }
                    std::fs::write(file, bytes).unwrap();
                }
                None => back_to_start(place).await,
            }
            let output = worker(place, point).output().unwrap();
            if !finished(&output) {
                killed.push(point);
            }
            whole(place, point).await;
        }
    }
}

async fn back_to_start(place: &Place) {
    let migrator = place.migrator::<Many>();
    if migrator.status().await.unwrap().pending().is_empty() {
        let to = Some(format!("m{:04}", FIRST - 1));
        migrator.rollback(&safe_migrate::RollbackOptions { to, backup: None }).await.unwrap();
    }
}

#[test]
fn killed_at_any_moment_of_sqlite_in_wal_mode_it_recovers() {
    crate::fixture::on_sqlite(async |place| {
        let mut killed = Vec::new();
        killed_everywhere("wal")(&place, &mut killed).await;
        assert!(killed.len() >= 4, "{killed:?}");
    });
}

#[test]
fn killed_at_any_moment_of_sqlite_in_delete_mode_it_recovers() {
    crate::fixture::on_sqlite(async |place| {
        let mut killed = Vec::new();
        killed_everywhere("delete")(&place, &mut killed).await;
        assert!(killed.len() >= 4, "{killed:?}");
    });
}

#[test]
fn killed_at_any_moment_of_postgres_it_recovers() {
    crate::fixture::on_postgres(async |place| {
        let mut killed = Vec::new();
        killed_everywhere("")(&place, &mut killed).await;
        assert!(killed.len() >= 4, "{killed:?}");
    });
}

both_backends!(of_two_four_and_eight_at_once_one_applies_and_all_succeed, async |place: Place| {
    for processes in [2, 4, 8] {
        let outputs: Vec<Output> = std::thread::scope(|scope| {
            let running: Vec<_> = (0..processes).map(|_| scope.spawn(|| worker(&place, 0).output().unwrap())).collect();
            running.into_iter().map(|process| process.join().unwrap()).collect()
        });
        for output in &outputs {
            assert!(finished(output), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let migrator = place.migrator::<Many>();
        let up = migrator.ledger().await.unwrap();
        let batches = up.iter().filter(|line| line.migration.is_empty() && line.direction == "up").count();
        assert_eq!((batches, migrator.status().await.unwrap().state), (1, State::UpToDate));
        migrator.rollback(&safe_migrate::RollbackOptions { to: Some("0".to_owned()), backup: None }).await.unwrap();
        place.run(&["delete from _safe_migrate_attempts", "delete from _safe_migrate_batches"]).await;
    }
});
