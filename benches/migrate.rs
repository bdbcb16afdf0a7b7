//! Applying 7, 100 and 1,000 generated migrations safely, against the stock sea-orm migrator, on each backend.
//!
//! Both apply the same list to an empty database, in turn; the safe one with lock, ledger and verification, without a
//! backup: there is no row. Then the status of a database with all of them applied, and the stairway over 100. Words
//! choose some of it: `cargo bench -p safe-migrate --bench migrate -- sqlite stairway`, or `postgres 7 1000`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a benchmark"
)]

#[path = "../tests/it/harness/cluster.rs"]
#[allow(dead_code, clippy::panic)]
mod cluster;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use safe_migrate::{MigrateOptions, Options, SafeMigrator, Snapshots, State};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

/// How often the stairway is climbed.
const RUNS: usize = 5;
/// How often so many migrations are applied by each, at least.
const PAIRS: usize = 5;
/// The same, times the migrations: what is short needs more of them to say something.
const PAIRED: usize = 300;
const STAIRS: usize = 100;

struct Generated {
    name: String,
    number: usize,
}

impl MigrationName for Generated {
    fn name(&self) -> &str {
        &self.name
    }
}

#[async_trait]
impl MigrationTrait for Generated {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (table, index) = (format!("t_{}", self.number), format!("ix_t_{}", self.number));
        let create = Table::create()
            .table(table.clone())
            .col(schema::pk_uuid("id"))
            .col(schema::text("a"))
            .col(schema::text_null("b"))
            .col(schema::big_integer("c").unique_key())
            .col(schema::timestamp_with_time_zone("d"))
            .take();
        manager.create_table(create).await?;
        manager.create_index(Index::create().name(index).table(table).col("a").take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(format!("t_{}", self.number)).take()).await
    }
}

struct Many<const N: usize>;

impl<const N: usize> MigratorTrait for Many<N> {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let one = |number| -> Box<dyn MigrationTrait> { Box::new(Generated { name: format!("m{number:05}"), number }) };
        (0..N).map(one).collect()
    }
}

/// How many databases were made.
static MADE: AtomicUsize = AtomicUsize::new(0);

/// Makes empty databases.
enum Server {
    Sqlite(tempfile::TempDir),
    Postgres(&'static cluster::Cluster, DatabaseConnection),
}

impl Server {
    fn name(number: usize) -> String {
        format!("bench_{}_{number}", std::process::id())
    }

    /// Removes what was made on a server that goes on.
    async fn clear(&self) {
        let Self::Postgres(cluster::Cluster { shared: true, .. }, admin) = self else { return };
        for number in 0..MADE.load(Ordering::Relaxed) {
            let name = Self::name(number);
            admin.execute_unprepared(&format!("drop database if exists {name} with (force)")).await.unwrap();
        }
    }

    /// None of them is removed before the end: some file systems search long for room among what was removed lately.
    async fn fresh(&self) -> String {
        let name = Self::name(MADE.fetch_add(1, Ordering::Relaxed));
        match self {
            Self::Sqlite(folder) => format!("sqlite://{}?mode=rwc", folder.path().join(name).display()),
            Self::Postgres(cluster, admin) => {
                admin.execute_unprepared(&format!("create database {name} template template0")).await.unwrap();
                cluster.url_of(&name)
            }
        }
    }
}

fn main() {
    // As commands run: one thread, beside that of the driver.
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(backends());
}

async fn backends() {
    if chosen("sqlite", &["postgres"]) {
        all("sqlite", &Server::Sqlite(tempfile::tempdir().unwrap())).await;
    }
    if !chosen("postgres", &["sqlite"]) {
        return;
    }
    match cluster::Cluster::get() {
        Ok(cluster) => {
            let admin = Database::connect(&cluster.admin).await.unwrap();
            let server = Server::Postgres(cluster, admin);
            all("postgres", &server).await;
            server.clear().await;
        }
        Err(why) => println!("postgres: skipped, {why}"),
    }
}

/// True when this was asked for, or neither it nor any of the others.
fn chosen(what: &str, others: &[&str]) -> bool {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let said = |word: &str| words.iter().any(|other| other == word);
    said(what) || !others.iter().any(|other| said(other))
}

async fn all(name: &str, server: &Server) {
    let part = |what: &str| {
        let others: Vec<&str> = ["7", "100", "1000", "stairway"].into_iter().filter(|other| *other != what).collect();
        chosen(what, &others)
    };
    if part("7") {
        measure::<7>(name, server).await;
    }
    if part("100") {
        measure::<100>(name, server).await;
    }
    if part("1000") {
        measure::<1000>(name, server).await;
    }
    if part("stairway") {
        stairway(name, server).await;
    }
}

/// Every migration up, down and up again with rows in the tables.
async fn stairway(backend: &str, server: &Server) {
    let safe = safe::<STAIRS>(&server.fresh().await, None);
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let climb = async { assert_eq!(safe.stairway().await.unwrap().seeded.len(), STAIRS) };
        times.push(timed(climb).await.as_secs_f64());
    }
    println!("{backend}: stairway with rows over {STAIRS} migrations: {:.1} ms", median(times) * 1e3);
}

async fn measure<const N: usize>(backend: &str, server: &Server) {
    let snapshot = safe::<N>(&server.fresh().await, None).declared_schema().await.unwrap().to_json();
    let snapshot: &'static str = Box::leak(snapshot.into_boxed_str());
    let (mut up, mut status) = (Pairs::default(), Pairs::default());
    for turn in 0..(PAIRED / N).max(PAIRS) {
        for ours in [turn % 2 == 0, turn % 2 != 0] {
            let [up_time, status_time] = if ours {
                let safe = safe::<N>(&server.fresh().await, Some(snapshot));
                let options = MigrateOptions { backup: false, ..MigrateOptions::default() };
                let all = async { assert_eq!(safe.migrate(&options).await.unwrap().migrations.len(), N) };
                let look = async { assert_eq!(safe.status().await.unwrap().state, State::UpToDate) };
                [timed(all).await, timed(look).await]
            } else {
                let url = server.fresh().await;
                let all = async {
                    let db = Database::connect(&url).await.unwrap();
                    Many::<N>::up(&db, None).await.unwrap();
                    db.close().await.unwrap();
                };
                let look = async {
                    let db = Database::connect(&url).await.unwrap();
                    assert!(Many::<N>::get_pending_migrations_read_only(&db).await.unwrap().is_empty());
                    db.close().await.unwrap();
                };
                [timed(all).await, timed(look).await]
            };
            up.push(ours, up_time);
            status.push(ours, status_time);
        }
    }
    up.tell(&format!("{backend}: {N} migrations up"));
    status.tell(&format!("{backend}: status with {N} applied"));
}

/// Times of the same work by both, each pair measured in one turn; each is the first of every other pair.
#[derive(Default)]
struct Pairs {
    ours: Vec<f64>,
    theirs: Vec<f64>,
}

impl Pairs {
    fn push(&mut self, ours: bool, time: Duration) {
        if ours { &mut self.ours } else { &mut self.theirs }.push(time.as_secs_f64());
    }

    /// The median of the ratios: a pair is over before the machine changes its speed.
    fn tell(self, what: &str) {
        let ratios: Vec<f64> = self.ours.iter().zip(&self.theirs).map(|(ours, theirs)| ours / theirs).collect();
        let (count, ratio) = (ratios.len(), median(ratios));
        let (ours, theirs) = (median(self.ours) * 1e3, median(self.theirs) * 1e3);
        println!("{what}: {ours:.1} ms, stock {theirs:.1} ms, {ratio:.2} times in {count} pairs");
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn safe<const N: usize>(url: &str, snapshot: Option<&'static str>) -> SafeMigrator {
    let safe = SafeMigrator::new::<Many<N>>(url, Options::new(chrono::Utc::now, "bench", "bench")).unwrap();
    match snapshot {
        Some(text) => safe.snapshots(Snapshots { sqlite: text, postgres: text }),
        None => safe,
    }
}

async fn timed(work: impl Future<Output = ()>) -> Duration {
    let start = Instant::now();
    work.await;
    start.elapsed()
}
