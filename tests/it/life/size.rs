//! A run of 5,000 deltas in 300 files is stored, counted and told as a whole, and later runs leave it alone.

use service::database::Database;

use super::desk::{Desk, run_id, write_many};
use super::rows::{children, dump_run, literal, number};

const FILES: usize = 300;
const DELTAS: usize = 5_000;

/// 200 files of 17 keys and 100 of 16 are 5,000.
fn keys(file: usize) -> usize {
    if file < 200 { 17 } else { 16 }
}

fn start(url: &str) -> Desk {
    let desk = Desk::new(url);
    write_many(&desk, FILES, keys, "before");
    desk.commit();
    desk.certify_head();
    write_many(&desk, FILES, keys, "behind");
    desk.commit();
    desk
}

async fn sum(db: &Database, table: &str, column: &str, id: &str, columns: &[&str]) -> Vec<i64> {
    let mut found = Vec::new();
    for name in columns {
        let sql = format!("select cast({name} as bigint) from {table} where {column} = {}", literal(db, id));
        found.push(number(db, &sql).await);
    }
    found
}

both_backends!(every_delta_is_stored_counted_and_accounted_for, async |test| {
    let desk = start(&test.url);
    let answer = desk.validate(&["--candidate", "HEAD"]).json(1);
    let (id, db) = (run_id(&answer), &test.db);
    assert_eq!(answer["summary"]["deltas"], DELTAS);
    assert_eq!(answer["summary"]["files_changed"], FILES);
    assert_eq!(answer["deltas"].as_array().unwrap().len(), DELTAS);
    assert_eq!(children(db, &id).await, [1, DELTAS as i64, 1, 1, 1, 1, 1]);
    let columns = ["critical_count", "high_count", "medium_count", "low_count", "allowed_count"];
    let mut rows = Vec::new();
    for risk in ["critical", "high", "medium", "low", "allowed"] {
        let sql = format!("select count(*) from config_deltas where run_id = {} and risk = '{risk}'", literal(db, &id));
        rows.push(number(db, &sql).await);
    }
    assert_eq!(rows.iter().sum::<i64>(), DELTAS as i64);
    assert!(rows.iter().filter(|count| **count > 0).count() >= 3, "several buckets are in use: {rows:?}");
    assert_eq!(sum(db, "validation_runs", "id", &id, &columns).await, rows);
    assert_eq!(sum(db, "llm_outputs", "run_id", &id, &columns).await, rows);
    let classes = ["value_count", "type_count", "order_count", "equivalent_count", "text_count", "unreadable_count"];
    assert_eq!(sum(db, "validation_runs", "id", &id, &classes).await.iter().sum::<i64>(), DELTAS as i64);
    let totals = ["total_deltas", "files_with_drift", "total_files"];
    assert_eq!(sum(db, "context_bundles", "run_id", &id, &totals).await, [5_000, 300, 300]);
    assert_eq!(sum(db, "aggregated_results", "run_id", &id, &["total_deltas"]).await, [5_000]);

    let text = desk.golden(&["report", &id]).out(0);
    let deltas = answer["deltas"].as_array().unwrap();
    let shown = deltas.iter().filter(|delta| text.contains(delta["id"].as_str().unwrap())).count();
    let left_out = format!("\n… and 4,950 more (see: golden report {id} --format json)\n");
    assert!(shown == 50 && text.contains(&left_out), "it shows 50, says how many more and how to see them:\n{text}");
});

both_backends!(a_second_run_leaves_the_rows_of_the_first_alone, async |test| {
    let desk = start(&test.url);
    let first = run_id(&desk.validate(&["--candidate", "HEAD"]).json(1));
    let before = dump_run(&test.db, &first).await;
    assert_eq!(before.len(), DELTAS + 7);
    let second = run_id(&desk.validate(&["--candidate", "HEAD"]).json(1));
    assert_ne!(first, second);
    assert!(dump_run(&test.db, &first).await == before, "the first run's rows changed");
    assert_eq!(children(&test.db, &second).await, children(&test.db, &first).await);
    let distinct = "select count(distinct delta_id) from config_deltas";
    assert_eq!(number(&test.db, distinct).await, DELTAS as i64, "the same content has the same delta ids in both runs");
});
