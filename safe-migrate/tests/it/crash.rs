//! Killed between any two statements: before or after, never between, every row there, and a plain re-run finishes.
//!
//! CI kills at some moments, spread over all of them. `SAFE_MIGRATE_MOMENTS=all` kills at every one on SQLite, and at
//! sixty on Postgres, where each needs two dumps and four restores.

use std::os::unix::process::ExitStatusExt;

use safe_migrate::{MigrateOptions, State};

use crate::fixture::Place;
use crate::worker::{ALL, FIRST, Many, Some3, command, finished, moments, spread};

/// What `kill -9` sends.
const KILLED: Option<i32> = Some(9);
/// Moments that the procedure passes at least: fewer would mean that statements are not counted.
const LEAST_MOMENTS: usize = 200;

async fn started(place: &Place, journal: &str) {
    if place.file().is_some() {
        place.run(&[&format!("pragma journal_mode = {journal}")]).await;
    }
    place.migrator::<Some3>().migrate(&MigrateOptions::default()).await.unwrap();
    place.run(&["insert into t_0 (id, a) values (1, 'x'), (2, 'y')", "insert into t_2 (id, a) values (7, null)"]).await;
}

/// The state after a crash: nothing or everything, with every row; then a plain re-run finishes.
async fn whole(place: &Place, moment: usize) {
    let migrator = place.migrator::<Many>();
    let status = migrator.status().await.unwrap();
    let applied = ALL - status.pending().len();
    assert!(applied == FIRST || applied == ALL, "between at moment {moment}: {applied}");
    assert_eq!(migrator.live_schema().await.unwrap().tables.len(), applied, "at moment {moment}");
    let claimed = migrator.ledger().await.unwrap().into_iter().any(|line| {
        line.direction == "up" && line.outcome == "succeeded" && line.migration == format!("m{:04}", ALL - 1)
    });
    assert_eq!(claimed, applied == ALL, "the ledger says otherwise at moment {moment}");
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    let rows = place.number("select (select count(*) from t_0) * 10 + (select count(*) from t_2)").await;
    assert_eq!((rows, migrator.status().await.unwrap().state), (21, State::UpToDate), "at moment {moment}");
    let ledger = migrator.ledger().await.unwrap();
    let open = ledger.iter().any(|line| line.outcome == "started" && line.direction == "up");
    assert!(!open, "at moment {moment}: {ledger:#?}");
}

/// Kills at moments spread over the whole procedure, each on a copy of the same database.
async fn killed(place: Place, journal: &str, some: usize, all: usize) {
    started(&place, journal).await;
    let untouched = place.copy(0).await;
    let output = command(&untouched, "many", 0, "").output().unwrap();
    assert!(finished(&output));
    let total = moments(&output);
    untouched.remove().await;
    assert!(total >= LEAST_MOMENTS, "{total} moments");
    let wanted = if std::env::var("SAFE_MIGRATE_MOMENTS").is_ok_and(|wanted| wanted == "all") { all } else { some };
    let chosen = spread(total, wanted);
    for moment in &chosen {
        let copy = place.copy(*moment).await;
        let output = command(&copy, "many", *moment, "kill").output().unwrap();
        assert_eq!(output.status.signal(), KILLED, "moment {moment} of {total} was not reached");
        whole(&copy, *moment).await;
        copy.remove().await;
    }
    let backend = if place.file().is_some() { "SQLite" } else { "Postgres" };
    eprintln!("{backend} {journal}: killed at {} of {total} moments, recovered from all", chosen.len());
}

#[test]
fn killed_at_any_moment_of_sqlite_in_wal_mode_it_recovers() {
    crate::fixture::on_sqlite(async |place| killed(place, "wal", 40, usize::MAX).await);
}

#[test]
fn killed_at_any_moment_of_sqlite_in_delete_mode_it_recovers() {
    crate::fixture::on_sqlite(async |place| killed(place, "delete", 10, usize::MAX).await);
}

#[test]
fn killed_at_any_moment_of_postgres_it_recovers() {
    crate::fixture::on_postgres(async |place| killed(place, "", 8, 60).await);
}
