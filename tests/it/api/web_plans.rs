//! The queries of pages, as they are sent, with ten thousand runs and a million deltas stored: none reads a table.

use std::sync::{Arc, Mutex};

use drift::delta::Class;
use drift::risk::Risk;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use service::config_key::{self, SearchIn};
use service::database::Database;
use service::error::ServiceError;
use service::page::{Cursor, Page};
use service::{certify, chronicle, delta, golden_branch, overview, registry, run, run_detail};
use uuid::Uuid;

use crate::store::plans::fill;

both_backends!(no_query_of_a_page_reads_a_whole_table, async |test| {
    fill(&test.db).await;
    let seen: Arc<Mutex<Vec<Statement>>> = Arc::default();
    let keep = seen.clone();
    let watched = test.db.clone().watched(move |statement| keep.lock().unwrap().push(statement.clone()));
    ask(&watched).await;
    let statements = std::mem::take(&mut *seen.lock().unwrap());
    assert!(statements.len() >= 12, "{} queries", statements.len());
    for statement in statements {
        is_indexed(&test.db, statement).await;
    }
    // A list is read in the order of an index: page 1,000 costs what page 1 costs.
    lists(&watched).await;
    let statements = std::mem::take(&mut *seen.lock().unwrap());
    for statement in statements {
        let (sql, plan) = planned(&test.db, statement).await;
        assert!(!plan.contains("USE TEMP B-TREE") && !plan.contains("Sort"), "{sql}\n{plan}");
        assert!(!plan.contains("Seq Scan") && !plan.contains("Bitmap"), "{sql}\n{plan}");
        assert!(plan.lines().all(|line| !line.starts_with("SCAN") || line.contains("USING")), "{sql}\n{plan}");
    }
});

/// The lists of the API: every filter that they take, from the start and behind a cursor.
async fn lists(watched: &Database) {
    let db = watched.reader();
    let id = Uuid::from_bytes(*b"0000000000004711");
    let created_at = run::get(db, id).await.unwrap().created_at.to_utc();
    for after in [None, Some(Cursor { created_at, id })] {
        let page = Page { after, limit: 5 };
        for (service, environment) in [(None, None), (Some("s11"), None), (Some("s11"), Some("production"))] {
            assert_eq!(run::list(db, service, environment, page).await.unwrap().rows.len(), 5);
            assert_eq!(golden_branch::list(db, service, environment, page).await.unwrap().rows.len(), 5);
        }
    }
}

/// Everything that pages ask for.
async fn ask(watched: &Database) {
    let db = watched.reader();
    let id = Uuid::from_bytes(*b"0000000000004711");
    let row = run::get(db, id).await.unwrap();
    let cursor = Cursor { created_at: row.created_at.to_utc(), id };
    let page = Page { after: Some(cursor), limit: 50 };
    // The documents of these rows are empty; it is their query that counts here.
    assert!(matches!(run_detail::get(db, id).await, Err(ServiceError::Document { .. })));
    assert!(matches!(certify::seen(db, id).await, Err(ServiceError::RunStatus { .. })));
    run_detail::both(db, (id, id)).await.unwrap();
    run_detail::branches(db, &row).await.unwrap();
    assert_eq!(run_detail::files(db, id).await.unwrap().0.iter().map(|file| file.triage.total()).sum::<u64>(), 100);
    let chosen = delta::Chosen { risk: None, class: Some(Class::Value), file: Some("app.yml".to_owned()) };
    for chosen in [delta::Chosen::default(), chosen] {
        let after = delta::Place { risk: Risk::High, position: 3 };
        delta::list(db, &row, &chosen, Some(after), 200).await.unwrap();
    }
    assert_eq!(delta::of_run(db, &row).await.unwrap().len(), 100);
    let places: Vec<_> = ["production", "staging"].map(|one| ("s11".to_owned(), one.to_owned())).into();
    assert_eq!(chronicle::runs(db, &places, page).await.unwrap().rows.len(), RUNS_OF_S11);
    chronicle::newest_of_each(db, &places, (30, 15)).await.unwrap();
    assert_eq!(chronicle::decided(db, ("s11", "production"), 30).await.unwrap().len(), 30);
    assert_eq!(overview::active(db, &places).await.unwrap().len(), 1);
    assert_eq!(golden_branch::standing(db, "s11", "production", 20).await.unwrap().len(), 20);
    run::summary(db, id).await.unwrap();
    chronicle::branches(db, &places, page).await.unwrap();
    assert!(chronicle::run_before(db, &row.clone().into()).await.unwrap().is_some());
    overview::cells(db, &["s11".to_owned(), "s12".to_owned()], &["production".to_owned()]).await.unwrap();
    registry::get(db, "s11").await.unwrap_err();
    golden_branch::get(db, id).await.unwrap();
    run::list(db, None, None, page).await.unwrap();
    config_key::changes(db, "f7", page).await.unwrap();
    config_key::search(db, "s11", (SearchIn::KeyPath, "/k1"), None, 100).await.unwrap();
}

const TABLES: [&str; 6] =
    ["validation_runs", "config_deltas", "golden_branches", "context_bundles", "certifications", "config_keys"];

/// The fixture gives every hundredth run to a service: these stand before the cursor.
const RUNS_OF_S11: usize = 47;

/// A statement and its plan.
async fn planned(db: &Database, mut statement: Statement) -> (String, String) {
    let sql = statement.sql.clone();
    let (explain, column) = match db.backend() {
        DbBackend::Sqlite => ("explain query plan", "detail"),
        _ => ("explain", "QUERY PLAN"),
    };
    statement.sql = format!("{explain} {sql}");
    let rows = db.reader().query_all_raw(statement).await.unwrap();
    let plan: Vec<String> = rows.iter().map(|row| row.try_get::<String>("", column).unwrap()).collect();
    (sql, plan.join("\n"))
}

async fn is_indexed(db: &Database, statement: Statement) {
    let (sql, plan) = planned(db, statement).await;
    for line in plan.lines() {
        let whole = |table: &str| match db.backend() {
            // Tables may have another name in a query; what is made on the way is scanned and small.
            DbBackend::Sqlite => line.starts_with(&format!("SCAN {table}")) && !line.contains("USING"),
            _ => line.contains(&format!("Seq Scan on {table}")),
        };
        // Certifications and bundles are empty here, so that reading all of them is the shortest way.
        let read = TABLES.iter().find(|table| whole(table));
        assert!(read.is_none_or(|table| matches!(*table, "certifications")), "{sql}\n{plan}");
    }
}
