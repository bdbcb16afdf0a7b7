//! Rows as text, every column of them, for comparing and searching.

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use service::database::Database;

/// Tables that hold rows of one run each, with the column that names it.
pub(super) const OF_RUN: [(&str, &str); 8] = [
    ("validation_runs", "id"),
    ("context_bundles", "run_id"),
    ("config_deltas", "run_id"),
    ("llm_outputs", "run_id"),
    ("policy_validations", "run_id"),
    ("certifications", "run_id"),
    ("aggregated_results", "run_id"),
    ("reports", "run_id"),
];

/// Rows of a query with one text column.
pub(super) async fn texts(db: &Database, sql: &str) -> Vec<String> {
    let rows = db.writer().query_all_raw(Statement::from_string(db.backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// The number that a query gives.
pub(super) async fn number(db: &Database, sql: &str) -> i64 {
    let row = db.writer().query_one_raw(Statement::from_string(db.backend(), sql)).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// An id as a literal: a uuid on Postgres, its bytes on SQLite.
pub(super) fn literal(db: &Database, id: &str) -> String {
    match db.backend() {
        DbBackend::Postgres => format!("'{id}'"),
        _ => format!("x'{}'", id.replace('-', "")),
    }
}

/// Every row of a table, each as one text.
pub(super) async fn dump(db: &Database, table: &str, condition: &str) -> Vec<String> {
    let row = match db.backend() {
        DbBackend::Postgres => format!("{table}::text"),
        _ => {
            let columns = texts(db, &format!("select name from pragma_table_info('{table}') order by cid")).await;
            columns.iter().map(|column| format!("quote({column})")).collect::<Vec<_>>().join("||','||")
        }
    };
    texts(db, &format!("select {row} from {table} where {condition} order by 1")).await
}

/// Everything that is stored of a run.
pub(super) async fn dump_run(db: &Database, id: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (table, column) in OF_RUN {
        let rows = dump(db, table, &format!("{column} = {}", literal(db, id))).await;
        found.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    found
}

/// Rows of a run in each table but the run's own.
pub(super) async fn children(db: &Database, id: &str) -> Vec<i64> {
    let mut counts = Vec::new();
    for (table, column) in &OF_RUN[1..] {
        let sql = format!("select count(*) from {table} where {column} = {}", literal(db, id));
        counts.push(number(db, &sql).await);
    }
    counts
}
