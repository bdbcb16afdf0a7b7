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

use std::process::Command;
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

/// Who applies the migrations.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Ours,
    Stock,
    /// sqlx-cli, the program of this path.
    Sqlx(&'static str),
}

impl Side {
    const fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Stock => "stock",
            Self::Sqlx(_) => "sqlx-cli",
        }
    }
}

async fn measure<const N: usize>(backend: &str, server: &Server) {
    let snapshot = safe::<N>(&server.fresh().await, None).declared_schema().await.unwrap().to_json();
    let snapshot: &'static str = Box::leak(snapshot.into_boxed_str());
    let mut sides = vec![Side::Ours, Side::Stock];
    if let Ok(program) = std::env::var("SQLX_CLI") {
        sides.push(Side::Sqlx(Box::leak(program.into_boxed_str())));
    }
    let files = sql_files(N, server);
    let (mut up, mut status) = (Rounds::default(), Rounds::default());
    for _ in 0..(PAIRED / N).max(PAIRS) {
        for &side in &sides {
            let url = server.fresh().await;
            match side {
                Side::Ours => {
                    let safe = safe::<N>(&url, Some(snapshot));
                    let options = MigrateOptions { backup: false, ..MigrateOptions::default() };
                    let all = async { assert_eq!(safe.migrate(&options).await.unwrap().migrations.len(), N) };
                    up.push(side, timed(all).await);
                    let look = async { assert_eq!(safe.status().await.unwrap().state, State::UpToDate) };
                    status.push(side, timed(look).await);
                }
                Side::Stock => {
                    let all = async {
                        let db = Database::connect(&url).await.unwrap();
                        Many::<N>::up(&db, None).await.unwrap();
                        db.close().await.unwrap();
                    };
                    up.push(side, timed(all).await);
                    let look = async {
                        let db = Database::connect(&url).await.unwrap();
                        assert!(Many::<N>::get_pending_migrations_read_only(&db).await.unwrap().is_empty());
                        db.close().await.unwrap();
                    };
                    status.push(side, timed(look).await);
                }
                Side::Sqlx(program) => {
                    let mut command = Command::new(program);
                    command.args(["migrate", "run", "--database-url", &url, "--source"]).arg(files.path());
                    let all = async { assert!(command.output().unwrap().status.success()) };
                    up.push(side, timed(all).await);
                }
            }
        }
        // Each follows each of the others.
        sides.rotate_left(1);
    }
    up.tell(&format!("{backend}: {N} migrations up"));
    status.tell(&format!("{backend}: status with {N} applied"));
}

/// The same tables and indexes as files of SQL.
fn sql_files(count: usize, server: &Server) -> tempfile::TempDir {
    let (uuid, time) = match server {
        Server::Sqlite(_) => ("uuid_text", "timestamp_with_timezone_text"),
        Server::Postgres(..) => ("uuid", "timestamptz"),
    };
    let files = tempfile::tempdir().unwrap();
    for number in 0..count {
        let sql = format!(
            "create table t_{number} (id {uuid} not null primary key, a text not null, b text, \
             c bigint not null unique, d {time} not null);\ncreate index ix_t_{number} on t_{number} (a);\n"
        );
        std::fs::write(files.path().join(format!("{:05}_m.sql", number + 1)), sql).unwrap();
    }
    files
}

/// Times of the same work by each side, one of each in a round.
#[derive(Default)]
struct Rounds(Vec<(Side, Vec<f64>)>);

impl Rounds {
    fn push(&mut self, side: Side, time: Duration) {
        match self.0.iter_mut().find(|(other, _)| *other == side) {
            Some((_, times)) => times.push(time.as_secs_f64()),
            None => self.0.push((side, vec![time.as_secs_f64()])),
        }
    }

    /// The medians of the ratios: a round is over before the machine changes its speed.
    fn tell(self, what: &str) {
        let [(_, ours), others @ ..] = self.0.as_slice() else { return };
        let of_ours = format!("{what}: {:.1} ms", median(ours.clone()) * 1e3);
        let others = others.iter().map(|(side, theirs)| {
            let ratio = median(ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect());
            format!("{} {:.1} ms, {ratio:.2} times", side.name(), median(theirs.clone()) * 1e3)
        });
        println!("{of_ours}; {} in {} rounds", others.collect::<Vec<_>>().join("; "), ours.len());
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
