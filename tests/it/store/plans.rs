//! The queries of people and pages follow an index, with a million deltas and ten thousand runs stored.

use drift::risk::Risk;
use entity::config_keys::{After, SearchIn};
use entity::page::Cursor;
use entity::validation_runs::{RunStatus, RunSummary};
use entity::{config_deltas, config_keys, golden_branches, validation_runs};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QuerySelect, QueryTrait, Select, Statement, TransactionTrait};
use service::database::Database;
use service::overview::{active_branches, newest_runs};
use uuid::Uuid;

use super::rows::at;
use crate::harness::Fresh;

const RUNS: u32 = 10_000;
const DELTAS_OF_A_RUN: u32 = 100;

both_backends!(the_queries_of_people_follow_an_index, async |test| {
    let db = &test.db;
    fill(db).await;
    let run = Uuid::from_bytes(*b"0000000000004711");
    let cursor = Some(Cursor { created_at: at(5_000_000).into(), id: run });
    let by_service = "ix_validation_runs_service_name_environment_created_at_id";
    follows(db, validation_runs::Entity::newest_of("s7", "production", None), by_service).await;
    follows(db, validation_runs::Entity::newest_of("s7", "production", cursor), by_service).await;
    follows(db, validation_runs::Entity::newest(None), "ix_validation_runs_created_at_id").await;
    follows(db, validation_runs::Entity::newest(cursor), "ix_validation_runs_created_at_id").await;
    let silent = validation_runs::Entity::silent_since(RunStatus::Running, at(0).into());
    follows(db, silent, "ix_validation_runs_status_heartbeat_at").await;
    let bucket = "ix_config_deltas_run_id_risk_position";
    follows(db, config_deltas::Entity::of_run_by_risk(run, Risk::High, None), bucket).await;
    follows(db, config_deltas::Entity::of_run_by_risk(run, Risk::High, Some(40)), bucket).await;
    let history = "ix_config_deltas_fingerprint_created_at";
    follows(db, config_deltas::Entity::history_of("f7", None), history).await;
    follows(db, config_deltas::Entity::history_of("f7", cursor), history).await;
    follows(db, golden_branches::Entity::active_of("s7", "production"), "golden_branches_service_name_environment_")
        .await;
    follows_raw(db, newest_runs(db.backend(), &PAIRS), by_service).await;
    follows_raw(db, active_branches(db.backend(), &PAIRS), "golden_branches_service_name_environment_").await;
    let search = |column, after: Option<&After>| config_keys::Entity::starting_with("s7", column, "/k1", after);
    let after = After { first: "/k12".to_owned(), second: "app.yml".to_owned(), id: run };
    for after in [None, Some(&after)] {
        follows(db, search(SearchIn::File, after), "ix_config_keys_service_name_file_key_path_id").await;
        follows(db, search(SearchIn::KeyPath, after), "ix_config_keys_service_name_key_path_file_id").await;
    }
});

#[test]
fn postgres_plans_a_page_of_runs_once() {
    crate::harness::on_postgres(Fresh::Migrated, async |test| {
        let session = test.db.reader().begin().await.unwrap();
        for _ in 0..3 {
            RunSummary::all(&session, validation_runs::Entity::newest(None).limit(51)).await.unwrap();
        }
        let plans = "select sum(custom_plans)::bigint as anew, sum(generic_plans)::bigint as kept \
                     from pg_prepared_statements where statement like 'SELECT %validation_runs%'";
        let plans = session.query_one_raw(Statement::from_string(DbBackend::Postgres, plans)).await.unwrap().unwrap();
        let counts: (i64, i64) = (plans.try_get("", "anew").unwrap(), plans.try_get("", "kept").unwrap());
        assert_eq!(counts, (0, 3));
    });
}

/// Cells of an overview.
const PAIRS: [(&str, &str); 4] =
    [("s7", "production"), ("s7", "staging"), ("s8", "production"), ("none", "production")];

/// The plan of the first five rows uses the index and reads no table from end to end.
async fn follows<E: EntityTrait>(db: &Database, select: Select<E>, index: &str) {
    follows_raw(db, select.limit(5).build(db.backend()), index).await;
}

async fn follows_raw(db: &Database, mut statement: Statement, index: &str) {
    let (explain, column) = match db.backend() {
        DbBackend::Sqlite => ("explain query plan", "detail"),
        _ => ("explain", "QUERY PLAN"),
    };
    statement.sql = format!("{explain} {}", statement.sql);
    let rows = db.reader().query_all_raw(statement).await.unwrap();
    let plan = rows.iter().map(|row| row.try_get::<String>("", column).unwrap()).collect::<Vec<_>>().join("\n");
    assert!(plan.contains(index), "does not use {index}:\n{plan}");
    assert!(!plan.contains("Seq Scan"), "reads a whole table:\n{plan}");
    let scans_a_table =
        plan.lines().any(|line| line.starts_with("SCAN") && !line.contains(index) && !is_of_values(line));
    assert!(!scans_a_table, "reads a whole table:\n{plan}");
    let sorts_everything = plan.contains("USE TEMP B-TREE FOR ORDER BY")
        || plan.lines().any(|line| line.trim_start().starts_with("->  Sort"));
    assert!(!sorts_everything, "sorts what an index has in order:\n{plan}");
}

/// The pairs of an overview are no table.
fn is_of_values(line: &str) -> bool {
    line == "SCAN p" || line.contains("CONSTANT ROW")
}

/// Postgres is spared the check of two links for each of a million rows, which would take half of the time.
pub(crate) async fn fill(db: &Database) {
    for table in [runs(), branches(), bundles(), deltas(), keys()] {
        let insert = match db.backend() {
            DbBackend::Sqlite => sqlite(&table),
            _ => format!("begin; set local session_replication_role = replica; {}; commit", postgres(&table)),
        };
        db.writer().execute_unprepared(&insert).await.unwrap();
    }
    db.writer().execute_unprepared("analyze").await.unwrap();
}

/// `insert into TABLE (COLUMNS) select EXPRESSIONS` over the numbers `n` below `count`. `uuid(…)` makes an id of a
/// number, `at(…)` a time, `json(…)` a document: each backend has its own way.
struct Table {
    name: &'static str,
    count: u32,
    values: Vec<(&'static str, &'static str)>,
}

fn runs() -> Table {
    let mut values = vec![
        ("id", "uuid(n)"),
        ("created_at", "at(n)"),
        ("service_name", "'s' || (n % 100)"),
        ("environment", "case n % 2 when 0 then 'staging' else 'production' end"),
        ("tier", "'production'"),
        ("status", "case when n % 1000 = 0 then 'running' when n % 3 = 0 then 'succeeded' else 'cancelled' end"),
        ("decision", "case when n % 1000 <> 0 and n % 3 = 0 then 'auto_merge' end"),
        ("score", "case when n % 1000 <> 0 and n % 3 = 0 then 100 end"),
        ("heartbeat_at", "at(n)"),
        ("started_at", "at(n)"),
        ("worker", "'w'"),
        ("completed_at", "case when n % 1000 = 0 then null else at(n) end"),
        ("execution_time_ms", "case when n % 1000 = 0 then null else 1 end"),
        ("origin", "'import'"),
        ("change_context", "json()"),
        ("certifiable", "n % 7 <> 0"),
        ("engine_version", "'0.1.0'"),
    ];
    let counts = [
        "files_compared",
        "files_changed",
        "critical_count",
        "high_count",
        "medium_count",
        "low_count",
        "allowed_count",
        "value_count",
        "type_count",
        "order_count",
        "equivalent_count",
        "text_count",
        "unreadable_count",
        "finding_critical_count",
        "finding_high_count",
        "finding_medium_count",
        "finding_low_count",
    ];
    values.extend(counts.map(|name| (name, "0")));
    Table { name: "validation_runs", count: RUNS, values }
}

fn branches() -> Table {
    let values = vec![
        ("id", "uuid(n)"),
        ("created_at", "at(n)"),
        ("service_name", "'s' || (n % 100)"),
        ("environment", "case n % 2 when 0 then 'staging' else 'production' end"),
        ("branch_name", "'b' || n"),
        ("branch_type", "'golden'"),
        ("run_id", "case n % 3 when 0 then uuid(n) end"),
        ("commit_id", "'c'"),
        ("tree_digest", "'d'"),
        ("is_active", "n < 100"),
        ("metadata", "json()"),
        ("certified_by", "'ann'"),
        ("reason", "'r'"),
    ];
    Table { name: "golden_branches", count: RUNS, values }
}

fn bundles() -> Table {
    let values = vec![
        ("id", "uuid(n)"),
        ("created_at", "at(n)"),
        ("run_id", "uuid(n)"),
        ("golden_digest", "'a'"),
        ("candidate_digest", "'b'"),
        ("total_files", "1"),
        ("files_with_drift", "1"),
        ("total_deltas", "1"),
        ("bundle_data", "json()"),
    ];
    Table { name: "context_bundles", count: RUNS, values }
}

fn deltas() -> Table {
    let values = vec![
        ("id", "uuid(n)"),
        ("created_at", "at(n / 100)"),
        ("run_id", "uuid(n / 100)"),
        ("bundle_id", "uuid(n / 100)"),
        ("delta_id", "'d' || (n % 100)"),
        ("fingerprint", "'f' || (n % 2500)"),
        ("file", "'app.yml'"),
        ("path", "'/p'"),
        ("key_path", "'/p'"),
        ("kind", "'changed'"),
        ("class", "'value'"),
        ("category", "'port'"),
        ("is_secret", "false"),
        (
            "risk",
            "case n % 5 when 0 then 'critical' when 1 then 'high' when 2 then 'medium' when 3 then 'low' else 'allowed' end",
        ),
        ("risk_reason", "'r'"),
        ("document", "0"),
        ("line_number", "1"),
        ("column_number", "1"),
        ("position", "n % 100"),
    ];
    Table { name: "config_deltas", count: RUNS * DELTAS_OF_A_RUN, values }
}

fn keys() -> Table {
    let values = vec![
        ("id", "uuid(n)"),
        ("created_at", "at(n)"),
        ("fingerprint", "'f' || n"),
        ("service_name", "'s' || (n % 100)"),
        ("environment", "'production'"),
        ("file", "'/k' || (n % 50) || '.yml'"),
        ("key_path", "'/k' || n"),
        ("document", "0"),
    ];
    Table { name: "config_keys", count: RUNS, values }
}

fn insert(table: &Table, numbers: &str, function: impl Fn(&str) -> String) -> String {
    let (columns, values): (Vec<_>, Vec<_>) =
        table.values.iter().map(|(column, value)| (*column, function(value))).unzip();
    format!("insert into {} ({}) select {} from {numbers}", table.name, columns.join(", "), values.join(", "))
}

fn sqlite(table: &Table) -> String {
    let last = table.count - 1;
    let numbers =
        format!("(with recursive i(n) as (select 0 union all select n + 1 from i where n < {last}) select n from i)");
    insert(table, &numbers, |value| {
        value
            .replace("uuid(n / 100)", "cast(printf('%016d', n / 100) as blob)")
            .replace("uuid(n)", "cast(printf('%016d', n) as blob)")
            .replace("at(n / 100)", "strftime('%Y-%m-%dT%H:%M:%S+00:00', 1790000000 + n / 100, 'unixepoch')")
            .replace("at(n)", "strftime('%Y-%m-%dT%H:%M:%S+00:00', 1790000000 + n, 'unixepoch')")
            .replace("json()", "'{}'")
    })
}

fn postgres(table: &Table) -> String {
    let numbers = format!("generate_series(0, {}) as n", table.count - 1);
    insert(table, &numbers, |value| {
        let id = |n: &str| format!("encode(convert_to(lpad(({n})::text, 16, '0'), 'utf8'), 'hex')::uuid");
        value
            .replace("uuid(n / 100)", &id("n / 100"))
            .replace("uuid(n)", &id("n"))
            .replace("at(n / 100)", "to_timestamp(1790000000 + n / 100)")
            .replace("at(n)", "to_timestamp(1790000000 + n)")
            .replace("json()", "'{}'::jsonb")
    })
}
