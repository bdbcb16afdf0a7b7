//! On a server where nobody else is at work it can be seen whether a command takes a transaction id.

use std::process::Command;

use sea_orm::{ConnectionTrait, Database as Plain};

use crate::cli::{Golden, Repo, SHOP};
use crate::harness::{Fresh, on_postgres};

/// Set in the copy of this test that has a server to itself.
const ALONE: &str = "GOLDEN_TEST_ALONE";

/// Commands that only look, and need no scratch database.
const LOOKING: [&str; 4] = ["db status", "db status --format json", "db plan", "db migrate"];

async fn next_id(url: &str) -> i64 {
    let db = Plain::connect(url).await.unwrap();
    let query = "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as n";
    let statement = sea_orm::Statement::from_string(db.get_database_backend(), query);
    let next = db.query_one_raw(statement).await.unwrap().unwrap().try_get("", "n").unwrap();
    db.close().await.unwrap();
    next
}

#[test]
fn status_takes_no_transaction_id() {
    if std::env::var(ALONE).is_err() {
        let mut copy = Command::new(std::env::current_exe().unwrap());
        copy.args(["--exact", "db::quiet::status_takes_no_transaction_id", "--nocapture"]);
        let output = copy.env(ALONE, "1").env_remove("TEST_DATABASE_URL").output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        return;
    }
    on_postgres(Fresh::Migrated, async |test| {
        test.db.writer().execute_unprepared("alter system set autovacuum = off").await.unwrap();
        test.db.writer().execute_unprepared("select pg_reload_conf()").await.unwrap();
        test.db.close().await.unwrap();
        let repo = Repo::of(&[("app-prod.yml", SHOP)]);
        let golden = Golden::at(&repo.path()).database(&test.url);
        let before = next_id(&test.url).await;
        for command in LOOKING {
            golden.run(command).exits(0);
            assert_eq!(next_id(&test.url).await, before, "{command} took a transaction id");
        }
        golden.run("db backup").exits(0);
        assert!(next_id(&test.url).await > before, "a line in the ledger is seen");
    });
}
