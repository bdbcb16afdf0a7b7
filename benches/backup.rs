//! A proved backup of a SQLite file, against `sqlite3 .backup` plus `.sha3sum` of both files.
//!
//! The size in megabytes is the first argument, 1,000 without one: `cargo bench -p safe-migrate --bench backup -- 200`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a benchmark"
)]

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use safe_migrate::{MigrateOptions, Options, SafeMigrator};
use sea_orm::{ConnectionTrait, Database};
use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::*;

const RUNS: usize = 3;
const MEGABYTES: u64 = 1_000;
/// Rows of a megabyte: each holds a text of 950 bytes beside its numbers.
const ROWS: u64 = 1_000;

#[derive(DeriveMigrationName)]
struct Notes;

#[async_trait]
impl MigrationTrait for Notes {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "create table notes (id integer primary key, at bigint not null, note text not null)";
        manager.get_connection().execute_unprepared(sql).await.map(|_| ())
    }
}

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Notes)]
    }
}

fn main() {
    let wanted = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(MEGABYTES);
    tokio::runtime::Runtime::new().unwrap().block_on(measure(wanted));
}

async fn measure(megabytes: u64) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.db");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let safe = SafeMigrator::new::<Migrator>(&url, Options::new(chrono::Utc::now, "bench", "bench")).unwrap();
    safe.migrate(&MigrateOptions::default()).await.unwrap();
    let db = Database::connect(&url).await.unwrap();
    let fill = format!(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < {}) \
         insert into notes select i, i * 1000, hex(randomblob(475)) from n",
        megabytes * ROWS
    );
    db.execute_unprepared(&fill).await.unwrap();
    db.close().await.unwrap();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let start = Instant::now();
        let backup = safe.backup().await.unwrap();
        ours.push(start.elapsed());
        std::fs::remove_file(backup.path).unwrap();
        theirs.extend(sqlite3(&file, folder.path()));
    }
    let size = std::fs::metadata(&file).unwrap().len() / 1_000_000;
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() / 2].as_secs_f64()
    };
    let ours = median(&mut ours);
    match theirs.len() {
        RUNS => {
            let theirs = median(&mut theirs);
            println!("backup of {size} MB, proved: {ours:.2} s, sqlite3 {theirs:.2} s, {:.2} times", ours / theirs);
        }
        _ => println!(
            "backup of {size} MB, proved: {ours:.2} s; SKIPPED sqlite3: it is not installed, or lacks .sha3sum"
        ),
    }
}

/// How long the shell of SQLite takes for a copy and the digests of both files.
fn sqlite3(file: &Path, folder: &Path) -> Option<Duration> {
    let copy = folder.join("copy.db");
    let _ = std::fs::remove_file(&copy);
    let start = Instant::now();
    let shell = |database: &Path, command: &str| {
        let output = Command::new("sqlite3").arg(database).arg(command).output().ok()?;
        output.status.success().then_some(output.stdout)
    };
    shell(file, &format!(".backup '{}'", copy.display()))?;
    let (one, other) = (shell(file, ".sha3sum")?, shell(&copy, ".sha3sum")?);
    let took = start.elapsed();
    (!one.is_empty() && one == other).then_some(took)
}
