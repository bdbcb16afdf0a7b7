//! `golden db move`: from a SQLite file to Postgres, nothing changed, nothing lost, nothing half.

mod interrupted;
mod misfits;
mod refusals;

use std::path::PathBuf;
use std::process::{Child, Stdio};

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, EntityTrait, ModelTrait, Statement};
use serde_json::{Value, json};
use service::database::Database;
use tempfile::TempDir;

use crate::cli::Golden;
use crate::harness::databases::{TestDatabase, options};
use crate::harness::{Fresh, on_postgres};
use crate::store::edge_rows;
use crate::store::rows::{self, at, store};

/// Every table that is moved.
const TABLES: [&str; 16] = [
    "aggregated_results",
    "api_tokens",
    "certifications",
    "config_deltas",
    "config_keys",
    "context_bundles",
    "golden_branches",
    "idempotency_keys",
    "llm_outputs",
    "policy_validations",
    "reports",
    "rule_sets",
    "run_events",
    "services",
    "validation_runs",
    "web_sessions",
];

/// Rows of [`Origin::with_rows`]: two runs, two branches, and one in every other table.
const ROWS: i64 = 18;

/// A migrated SQLite file that is moved from, open for writing.
struct Origin {
    folder: TempDir,
    url: String,
    db: Database,
}

impl Origin {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("origin.db").display());
        let db = Database::connect(&url, &options()).await.unwrap();
        Migrator::up(db.writer(), None).await.unwrap();
        Self { folder, url, db }
    }

    /// With a row in every table, two branches and a run that refer to each other.
    async fn with_rows() -> Self {
        let origin = Self::new().await;
        let db = &origin.db;
        let rules = store(db, rows::rule_set()).await;
        let branch = store(db, rows::golden_branch()).await;
        let run = entity::validation_runs::Model { golden_branch_id: Some(branch.id), ..rows::succeeded_run(&rules) };
        let run = store(db, run).await;
        store(db, rows::pending_run()).await;
        let retired = entity::golden_branches::Model {
            is_active: false,
            run_id: Some(run.id),
            replaces_id: Some(branch.id),
            metadata: json!({"z": [1.50, 1e2, -0.25, 12345678901234567890_u64], "a": {"ü\"": null}}),
            reason: "naïve — 東京 🦀 \\N\t\n\"".to_owned(),
            ..rows::golden_branch()
        };
        store(db, retired).await;
        let bundle = store(db, rows::bundle(run.id)).await;
        store(db, entity::config_deltas::Model { created_at: at(-1), ..rows::delta(run.id, bundle.id) }).await;
        store(db, rows::llm_output(run.id)).await;
        store(db, rows::policy_validation(run.id)).await;
        store(db, rows::certification(run.id)).await;
        store(db, rows::aggregated_result(run.id)).await;
        store(db, rows::report(run.id)).await;
        store(db, edge_rows::service()).await;
        let token = store(db, edge_rows::api_token()).await;
        store(db, edge_rows::web_session(token.id)).await;
        store(db, edge_rows::idempotency_key(run.id)).await;
        store(db, edge_rows::run_event(run.id)).await;
        store(db, edge_rows::config_key()).await;
        origin
    }

    /// With many deltas of one run, so that they make several batches.
    async fn with_deltas(deltas: u32) -> Self {
        let origin = Self::with_rows().await;
        origin
            .sql(&format!(
                "insert into config_deltas select randomblob(16), created_at, run_id, bundle_id, 'delta ' || value, \
                 fingerprint, file, path, key_path, from_file, from_path, similarity, kind, class, category, old_value, \
                 new_value, is_secret, risk, risk_reason, policy_tag, policy_rule, document, line_number, column_number, \
                 value from config_deltas, (with recursive n(value) as (select 1 union all select value + 1 from n where \
                 value < {deltas}) select value from n)"
            ))
            .await;
        origin
    }

    async fn sql(&self, statement: &str) {
        self.db.writer().execute_unprepared(statement).await.unwrap();
    }

    /// The command, with the arguments that follow the two URLs.
    fn golden(&self) -> Golden {
        Golden::at(self.folder.path()).place(&self.file(), "<origin>")
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("origin.db").canonicalize().unwrap()
    }

    fn arguments<'a>(&'a self, target: &'a TestDatabase, rest: &[&'a str]) -> Vec<&'a str> {
        [&["db", "move", "--from", &self.url, "--to", &target.url], rest].concat()
    }

    fn start(&self, target: &TestDatabase) -> Child {
        let mut command = self.golden().command(&self.arguments(target, &["--format", "json"]));
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}

async fn number(db: &Database, query: &str) -> i64 {
    let row = db.reader().query_one_raw(Statement::from_string(db.backend(), query)).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// Rows of each table.
async fn counts(db: &Database) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in TABLES {
        counts.push(number(db, &format!("select count(*) from {table}")).await);
    }
    counts
}

/// No row in any table, and no trace of a move.
async fn assert_untouched(target: &Database) {
    assert_eq!(counts(target).await, [0; TABLES.len()]);
    assert_eq!(ledgers(target).await, 0);
}

async fn ledgers(target: &Database) -> i64 {
    number(target, "select count(*) from pg_class where relname like '\\_golden\\_transfer%' and relkind = 'r'").await
}

/// The rows of a table by key, as the product reads them.
async fn read<E>(db: &Database) -> Vec<String>
where
    E: EntityTrait,
    E::Model: ModelTrait + std::fmt::Debug,
{
    let mut rows: Vec<String> =
        E::find().all(db.reader()).await.unwrap().iter().map(|row| format!("{row:?}")).collect();
    rows.sort();
    rows
}

async fn assert_equal(source: &Database, target: &Database) {
    macro_rules! tables {
        ($($table:ident),+) => {
            $(assert_eq!(
                read::<entity::$table::Entity>(source).await,
                read::<entity::$table::Entity>(target).await,
                stringify!($table)
            );)+
        };
    }
    tables!(aggregated_results, certifications, config_deltas, context_bundles, golden_branches);
    tables!(llm_outputs, policy_validations, reports, rule_sets, validation_runs);
    tables!(api_tokens, config_keys, idempotency_keys, run_events, services, web_sessions);
}

/// Every constraint and index, one line each.
async fn constraints(db: &Database) -> Vec<String> {
    let list = "select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated as line \
        from pg_constraint where connamespace = quote_ident(current_schema())::regnamespace union all select indexdef from pg_indexes \
        where schemaname = current_schema() order by 1";
    let rows = db.reader().query_all_raw(Statement::from_string(db.backend(), list)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "line").unwrap()).collect()
}

#[test]
fn every_row_is_moved_and_both_sides_are_equal() {
    on_postgres(Fresh::Migrated, async |target| {
        let origin = Origin::with_rows().await;
        let before = constraints(&target.db).await;
        let answer = origin.golden().args(&origin.arguments(&target, &["--format", "json"])).json(0);
        assert_eq!(
            (&answer["state"], &answer["rows"], &answer["resumed_rows"]),
            (&json!("moved"), &json!(ROWS), &json!(0))
        );
        assert_eq!((&answer["misfit_count"], &answer["misfits"]), (&json!(0), &json!([])));
        let tables = answer["tables"].as_array().unwrap();
        let mut names: Vec<&str> = tables.iter().map(|table| table["table"].as_str().unwrap()).collect();
        assert!(
            names.iter().position(|&name| name == "context_bundles")
                < names.iter().position(|&name| name == "config_deltas")
        );
        names.sort_unstable();
        assert_eq!(names, TABLES);
        assert!(tables.iter().all(|table| table["digest"].as_str().unwrap().len() == 64));
        assert_equal(&origin.db, &target.db).await;
        let twice = ["golden_branches", "validation_runs"];
        assert_eq!(counts(&target.db).await, TABLES.map(|table| if twice.contains(&table) { 2 } else { 1 }));
        assert_eq!(constraints(&target.db).await, before);
        assert_eq!(ledgers(&target.db).await, 0);
        let golden = Golden::at(origin.folder.path()).database(&target.url);
        assert_eq!(golden.run("runs list --format json").json(0)["runs"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn the_text_answer_tells_every_table() {
    on_postgres(Fresh::Migrated, async |target| {
        let origin = Origin::new().await;
        let answer = origin.golden().database(&target.url).args(&origin.arguments(&target, &[]));
        let digest = Value::from("<digest>");
        answer.exits(0);
        assert_eq!(answer.stdout.matches(digest.as_str().unwrap()).count(), TABLES.len(), "{answer}");
        let last = "moved 0 rows from sqlite:<origin> to <database>; every table is equal\n";
        assert!(answer.stdout.ends_with(last), "{answer}");
        assert_eq!(origin.golden().args(&origin.arguments(&target, &[])).code, Some(0), "an empty one stays empty");
    });
}
