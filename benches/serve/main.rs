//! The API over HTTP against a handler that was written by hand, on each backend.
//!
//! Both answer in this process, over the same database, with the same bytes of JSON, to the same client, in turn.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a benchmark"
)]

mod by_hand;
mod load;
mod memory;
mod peer;
mod writers;

#[path = "../made.rs"]
mod made;

#[path = "../../tests/it/harness/cluster.rs"]
#[allow(dead_code, clippy::panic)]
mod cluster;
#[path = "../../tests/it/store/rows.rs"]
#[allow(dead_code)]
mod rows;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;

use api::{Edge, ServerLimits, ServerOptions};
use axum::Router;
use chrono::Utc;
use drift::environment::Environments;
use drift::limits::Limits;
use drift::settings::{Settings, Tier};
use entity::page::Cursor;
use entity::validation_runs::{self, Model};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use service::catalog::{Catalog, SharedSettings};
use service::clock::Clock;
use service::database::{Database, DatabaseOptions};
use service::session::Session;
use service::{page, schema};
use tokio::net::TcpListener;
use uuid::Uuid;

use load::{Round, median, run};

/// That of the command, which both sides have.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Runs that are stored: 1,000 pages and some more.
const RUNS: usize = 50_100;
/// Runs of a page, as the API gives them unasked.
const PAGE: usize = 50;
/// How often the first and the thousandth page are measured.
const ROUNDS: usize = 5;
/// How often two servers are measured in turn.
const PAIRS: usize = 15;
const CLOCK: Clock = Clock { read: Utc::now, random: rand::random::<[u8; 10]> };

fn main() {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        measure("sqlite", &format!("sqlite://{}/bench.db?mode=rwc", folder.path().display()), folder.path()).await;
        match cluster::Cluster::get() {
            Ok(server) => {
                let admin = sea_orm::Database::connect(&server.admin).await.unwrap();
                admin.execute_unprepared("create database bench_serve").await.unwrap();
                measure("postgres", &server.url_of("bench_serve"), folder.path()).await;
                admin.execute_unprepared("drop database bench_serve with (force)").await.unwrap();
            }
            Err(why) => println!("postgres: skipped, {why}"),
        }
        memory::measure(folder.path()).await;
    });
}

async fn measure(name: &str, url: &str, folder: &Path) {
    let db = Database::connect(url, &DatabaseOptions::new(rand::random::<f64>)).await.unwrap();
    schema::migrate(&db).await.unwrap();
    let runs = fill(&db).await;
    let one = format!("/api/v1/runs/{}", runs[RUNS / 2].id);
    let last = &runs[RUNS - 1 - PAGE * 999];
    let cursor = Cursor { created_at: last.created_at.to_utc(), id: last.id };
    let far = format!("/api/v1/runs?after={}", page::write_cursor(&cursor));
    let ours = serve(&db, folder).await;
    let theirs = listen(by_hand::router(&db)).await;
    for path in [&one, "/api/v1/runs", &far] {
        assert_eq!(load::body(ours, path).await, load::body(theirs, path).await, "{path} on {name}");
    }
    compare(&format!("{name}, one run"), Round::of(ours, &one, 4_000), Round::of(theirs, &one, 4_000), 0.8).await;
    let list = Round::of(ours, "/api/v1/runs", 800);
    compare(&format!("{name}, 50 runs"), list, Round::of(theirs, "/api/v1/runs", 800), 0.8).await;
    let goal = if name == "sqlite" { 15.0 } else { 6.0 };
    peer::measure(name, url, ours, &one, goal).await;
    let (mut first, mut thousandth) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        first.push(run(list).await.time);
        thousandth.push(run(Round { path: &far, ..list }).await.time);
    }
    let ratio = median(thousandth).as_secs_f64() / median(first).as_secs_f64();
    println!("{name}: page 1,000 takes {ratio:.2} of page 1 (goal at most 1.20)");
    writers::measure(name, &db, Round::of(ours, &one, 6_000)).await;
    db.close().await.unwrap();
}

/// Measures two servers in turn, and tells the median of the ratios of what they answer in the same time. A pair is over
/// before the machine changes its speed, and each side is the first of every other pair.
async fn compare(what: &str, ours: Round<'_>, theirs: Round<'_>, goal: f64) {
    let (mut our_times, mut their_times, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for turn in 0..PAIRS {
        let (our_time, their_time) = if turn % 2 == 0 {
            let our_time = run(ours).await.time;
            (our_time, run(theirs).await.time)
        } else {
            let their_time = run(theirs).await.time;
            (run(ours).await.time, their_time)
        };
        ratios.push(their_time.as_secs_f64() / our_time.as_secs_f64());
        our_times.push(our_time);
        their_times.push(their_time);
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "{what}: {:.0} answers per second, by hand {:.0}, {:.2} of it, {:.2} to {:.2} in {PAIRS} pairs (goal {goal})",
        f64::from(ours.requests) / median(our_times).as_secs_f64(),
        f64::from(theirs.requests) / median(their_times).as_secs_f64(),
        ratios[PAIRS / 2],
        ratios[0],
        ratios[PAIRS - 1]
    );
}

/// Stores runs, oldest first.
async fn fill(db: &Database) -> Vec<Model> {
    let rules = rows::store(db, rows::rule_set()).await;
    let made = |number: usize| Model {
        id: Uuid::now_v7(),
        created_at: rows::at(i64::try_from(number).unwrap() * 1_000),
        change_context: serde_json::json!({ "evidence": {}, "tags": [], "ticket": "CHG-1" }),
        ..rows::succeeded_run(&rules)
    };
    let runs: Vec<Model> = (0..RUNS).map(made).collect();
    for chunk in runs.chunks(500) {
        let rows = chunk.iter().map(|row| row.clone().into_active_model().reset_all());
        validation_runs::Entity::insert_many(rows).exec_without_returning(db.writer()).await.unwrap();
    }
    db.writer().execute_unprepared("analyze").await.unwrap();
    runs
}

async fn serve(db: &Database, folder: &Path) -> SocketAddr {
    let settings = Settings::for_tier(Tier::Production);
    let catalog = Catalog {
        environments: Environments::shipped(),
        settings: SharedSettings {
            lists: Vec::new(),
            score: settings.score,
            decision: settings.decision,
            limits: Limits::default(),
            required_evidence: Vec::new(),
            evidence_files: settings.evidence_files,
        },
        policy: None,
        risk_table: None,
        base: folder.to_owned(),
        folder: folder.to_owned(),
        repositories: Vec::new(),
        open: true,
    };
    let options = ServerOptions {
        loopback: true,
        https: false,
        hosts: Vec::new(),
        origins: Vec::new(),
        token_check: Duration::from_secs(1),
        local_user: "bench".to_owned(),
        limits: ServerLimits {
            body_bytes: 64 * 1024,
            request_time: Duration::from_secs(60),
            header_time: Duration::from_secs(60),
            requests_per_second: NonZeroU32::new(1_000_000).unwrap(),
            burst: NonZeroU32::new(1_000_000).unwrap(),
            connections: 200,
            workers: 2,
            waiting_runs: 50,
            shutdown_time: Duration::from_secs(1),
        },
    };
    let session = Session { db: db.clone(), clock: CLOCK, lease: Duration::from_secs(60), worker: "bench".to_owned() };
    let edge = Edge::new(session, catalog, b"a key of a benchmark, of nobody".to_vec(), options);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(api::serve(listener, edge, std::future::pending::<()>()));
    address
}

async fn listen(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}
