//! Storing the deltas of a run against hand-written multi-row inserts into the same table, on each backend.
//!
//! Both write 100,000 rows in one transaction, in turn, each into a run of its own.

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

mod made;

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use drift::delta::Delta;
use drift::outcome::Summary;
use drift::report::{Side, SideKind};
use drift::rules::RuleSource;
use drift::settings::{Settings, Tier};
use sea_orm::ConnectionTrait;
use sea_orm::sqlx::{self, QueryBuilder};
use service::clock::Clock;
use service::context_bundle::{self, Bundle};
use service::database::{Database, DatabaseOptions};
use service::error::ServiceError;
use service::{delta, rule_set, run, schema};
use uuid::Uuid;

const ROWS: usize = 100_000;
const RUNS: usize = 5;
const CLOCK: Clock = Clock { read: Utc::now, random: rand::random::<[u8; 10]> };

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        measure("sqlite", &format!("sqlite://{}/bench.db?mode=rwc", folder.path().display())).await;
        match cluster::Cluster::get() {
            Ok(server) => {
                let admin = sea_orm::Database::connect(&server.admin).await.unwrap();
                admin.execute_unprepared("create database bench_store").await.unwrap();
                measure("postgres", &server.url_of("bench_store")).await;
                admin.execute_unprepared("drop database bench_store with (force)").await.unwrap();
            }
            Err(why) => println!("postgres: skipped, {why}"),
        }
    });
}

async fn measure(name: &str, url: &str) {
    let db = Database::connect(url, &DatabaseOptions::new(rand::random::<f64>)).await.unwrap();
    schema::migrate(&db).await.unwrap();
    let deltas: Vec<Delta> = (0..ROWS).map(made::delta).collect();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let (run, bundle) = prepare(&db).await;
        let start = Instant::now();
        let rows = &deltas;
        let stored = db.write(|transaction| async move {
            delta::store(&transaction, run, bundle, rows, &CLOCK, CLOCK.now()).await?;
            Ok::<_, ServiceError>((transaction, ()))
        });
        stored.await.unwrap();
        ours.push(start.elapsed());
        let (run, bundle) = prepare(&db).await;
        let start = Instant::now();
        match name {
            "sqlite" => by_hand_sqlite(&db, run, bundle, &deltas).await,
            _ => by_hand_postgres(&db, run, bundle, &deltas).await,
        }
        theirs.push(start.elapsed());
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!(
        "store 100,000 deltas, {name}: {ours:?}, by hand: {theirs:?}, rows per second {:.2} of it (goal 0.6)",
        theirs.as_secs_f64() / ours.as_secs_f64()
    );
    db.close().await.unwrap();
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// A run under way and its bundle.
async fn prepare(db: &Database) -> (Uuid, Uuid) {
    let (run, bundle, now) = (CLOCK.id(), CLOCK.id(), CLOCK.now());
    let rules = RuleSource {
        service: "bench".to_owned(),
        environment: "production".to_owned(),
        aliases: Vec::new(),
        settings: Settings::for_tier(Tier::Production),
        policy: None,
        risk: None,
    };
    let side = Side { kind: SideKind::Directory, rev: None, commit: None, path: None, digest: "sha256:0".to_owned() };
    let document = Bundle {
        golden: side.clone(),
        candidate: side,
        changes: Vec::new(),
        findings: Vec::new(),
        summary: Summary::default(),
        golden_branch: None,
    };
    let rule_set_id = rule_set::keep(db.writer(), &rules, CLOCK.id(), now).await.unwrap();
    let new = run::NewRun {
        id: run,
        service: "bench".to_owned(),
        environment: "production".to_owned(),
        tier: Tier::Production,
        origin: entity::validation_runs::Origin::Cli,
        requested_by: None,
        external_ref: None,
        context: drift::facts::Context::default(),
        repo_url: None,
        golden_branch_id: None,
        golden_ref: None,
        golden_commit: None,
        candidate_ref: None,
        candidate_commit: None,
        rule_set_id,
        worker: "bench".to_owned(),
    };
    run::start(db.writer(), new, now).await.unwrap();
    context_bundle::store(db.writer(), bundle, run, &document, now).await.unwrap();
    (run, bundle)
}

const INSERT: &str = "insert into config_deltas (id, created_at, run_id, bundle_id, delta_id, fingerprint, file, path, key_path, \
    from_file, from_path, similarity, kind, class, category, old_value, new_value, is_secret, risk, risk_reason, policy_tag, \
    policy_rule, document, line_number, column_number, position) ";

/// Multi-row inserts of the same rows, written out for one driver.
macro_rules! by_hand {
    ($name:ident, $driver:ty, $pool:ident) => {
        async fn $name(db: &Database, run: Uuid, bundle: Uuid, deltas: &[Delta]) {
            let now: DateTime<Utc> = CLOCK.now();
            let mut transaction = db.writer().$pool().begin().await.unwrap();
            let mut position = 0_i64;
            for chunk in deltas.chunks(delta::ROWS_AT_ONCE) {
                let mut query = QueryBuilder::<$driver>::new(INSERT);
                query.push_values(chunk, |mut row, delta| {
                    position += 1;
                    row.push_bind(CLOCK.id()).push_bind(now).push_bind(run).push_bind(bundle);
                    row.push_bind(&delta.id)
                        .push_bind(&delta.fingerprint)
                        .push_bind(&delta.file)
                        .push_bind(&delta.path);
                    row.push_bind(&delta.key_path)
                        .push_bind(None::<String>)
                        .push_bind(None::<String>)
                        .push_bind(None::<i16>);
                    row.push_bind(delta.kind.as_str()).push_bind(delta.class.as_str()).push_bind(&delta.category);
                    row.push_bind(sqlx::types::Json(&delta.old))
                        .push_bind(sqlx::types::Json(&delta.new))
                        .push_bind(delta.secret);
                    row.push_bind(delta.risk.as_str())
                        .push_bind(&delta.reason)
                        .push_bind(None::<String>)
                        .push_bind(None::<String>);
                    row.push_bind(0_i64).push_bind(12_i64).push_bind(9_i64).push_bind(position);
                });
                query.build().execute(&mut *transaction).await.unwrap();
            }
            transaction.commit().await.unwrap();
        }
    };
}

by_hand!(by_hand_sqlite, sqlx::Sqlite, get_sqlite_connection_pool);
by_hand!(by_hand_postgres, sqlx::Postgres, get_postgres_connection_pool);
