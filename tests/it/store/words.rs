//! The words that the migrations allow are the words of the code, no more and no fewer.

use drift::decision::Decision;
use drift::delta::{Class, Kind};
use drift::report::ReportFormat;
use drift::risk::Risk;
use drift::settings::Tier;
use entity::golden_branches::BranchType;
use entity::reports::ReportType;
use entity::stored::Stored;
use entity::validation_runs::{Origin, RunStatus};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use service::database::Database;

both_backends!(checks_hold_the_words_of_the_code, async |test| {
    let db = &test.db;
    assert_eq!(allowed(db, "validation_runs", "tier").await, words::<Tier>());
    assert_eq!(allowed(db, "validation_runs", "status").await, words::<RunStatus>());
    assert_eq!(allowed(db, "validation_runs", "decision").await, words::<Decision>());
    assert_eq!(allowed(db, "validation_runs", "origin").await, words::<Origin>());
    assert_eq!(allowed(db, "config_deltas", "kind").await, words::<Kind>());
    assert_eq!(allowed(db, "config_deltas", "class").await, words::<Class>());
    assert_eq!(allowed(db, "config_deltas", "risk").await, words::<Risk>());
    assert_eq!(allowed(db, "certifications", "decision").await, words::<Decision>());
    assert_eq!(allowed(db, "aggregated_results", "decision").await, words::<Decision>());
    assert_eq!(allowed(db, "golden_branches", "branch_type").await, words::<BranchType>());
    assert_eq!(allowed(db, "reports", "report_type").await, words::<ReportType>());
    assert_eq!(allowed(db, "reports", "format").await, words::<ReportFormat>());
});

fn words<W: Stored>() -> Vec<String> {
    W::MEMBERS.iter().map(|word| word.stored().to_owned()).collect()
}

/// The quoted words of the CHECK that limits a column to a list.
async fn allowed(db: &Database, table: &str, column: &str) -> Vec<String> {
    let definition = match db.backend() {
        DbBackend::Sqlite => {
            let sql = text(db, &format!("select sql as text from sqlite_master where name = '{table}'")).await;
            let start = format!("CHECK ({column} in (");
            let (_, rest) = sql.split_once(&start).unwrap_or_else(|| panic!("{table}.{column} has no list"));
            rest.split_once(')').unwrap().0.to_owned()
        }
        _ => text(
            db,
            &format!(
                "select pg_get_constraintdef(oid) as text from pg_constraint where conname = '{table}_{column}_check'"
            ),
        )
        .await,
    };
    definition.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
}

async fn text(db: &Database, query: &str) -> String {
    let row = db.reader().query_one_raw(Statement::from_string(db.backend(), query)).await.unwrap();
    row.unwrap_or_else(|| panic!("nothing for {query}")).try_get("", "text").unwrap()
}
