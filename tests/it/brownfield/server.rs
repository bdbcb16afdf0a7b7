//! A Postgres schema with an index that its server does not use.

use safe_migrate::{FindingCode, SafeError, SafeMigrator};
use sea_orm::ConnectionTrait;

use super::migrators::{Orchestrator, TASKS};
use super::options;
use crate::harness::{Fresh, on_postgres};

#[test]
fn an_invalid_index_is_refused() {
    on_postgres(Fresh::Empty, async |test| {
        let db = test.db.writer();
        for statement in TASKS {
            db.execute_unprepared(statement).await.unwrap();
        }
        let rows = "insert into tasks values (1, 'a', 'open', ''), (2, 'a', 'open', '')";
        db.execute_unprepared(rows).await.unwrap();
        let index = "create unique index concurrently idx_tasks_name on tasks (name)";
        db.execute_unprepared(index).await.unwrap_err();
        let orchestrator = SafeMigrator::new::<Orchestrator>(&test.url, options()).unwrap();
        let inspection = orchestrator.inspect().await.unwrap();
        let found = inspection.findings.iter().find(|finding| finding.code == FindingCode::InvalidIndex).unwrap();
        assert!(found.blocks && found.cause.contains("idx_tasks_name"), "{found:?}");
        match orchestrator.adopt("a test").await {
            Err(SafeError::Refused { findings, .. }) => {
                assert!(findings.iter().any(|finding| finding.code == FindingCode::InvalidIndex));
            }
            other => panic!("not refused: {other:?}"),
        }
        let ledgers = "select count(*) from pg_tables where schemaname = current_schema() and tablename <> 'tasks'";
        let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, ledgers);
        let count: i64 = db.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap();
        assert_eq!(count, 0, "nothing was written");
    });
}
