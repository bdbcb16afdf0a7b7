//! Moves that are killed go on where they were.

use std::io::Read;
use std::process::Child;
use std::thread::JoinHandle;

use sea_orm::{DatabaseTransaction, TransactionTrait};
use serde_json::{Value, json};

use super::{Origin, ROWS, assert_equal, counts, ledgers, number};
use crate::cli::Golden;
use crate::harness::databases::TestDatabase;
use crate::harness::{Fresh, on_postgres};

/// Enough for several batches.
const DELTAS: u32 = 25_000;

/// How often a move is killed before it may end.
const KILLS: u32 = 8;

/// Holds up whoever writes to a table until it is dropped.
pub(super) async fn hold(target: &TestDatabase, table: &str) -> DatabaseTransaction {
    let transaction = target.db.writer().begin().await.unwrap();
    let lock = format!("lock table {table} in share mode");
    sea_orm::ConnectionTrait::execute_unprepared(&transaction, &lock).await.unwrap();
    transaction
}

/// Waits until somebody waits for a whole table: the writers of a move wait for each other's rows and pages now and then.
pub(super) async fn until_held_up(target: &TestDatabase, child: &mut Child) {
    let waiting = "select count(*) from pg_locks l join pg_database d on d.oid = l.database where not l.granted and \
        l.locktype = 'relation' and d.datname = current_database()";
    while number(&target.db, waiting).await == 0 {
        assert!(child.try_wait().unwrap().is_none(), "the move ended before it was held up");
    }
}

/// Reads an output beside, so that the process never waits for its reader.
fn reader(mut output: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = String::new();
        output.read_to_string(&mut text).unwrap();
        text
    })
}

/// Exit code, standard output and standard error of a process that is let run to its end.
pub(super) fn ended(mut child: Child) -> (Option<i32>, String, String) {
    let (out, err) = (reader(child.stdout.take().unwrap()), reader(child.stderr.take().unwrap()));
    let code = child.wait().unwrap().code();
    (code, out.join().unwrap(), err.join().unwrap())
}

fn answer(child: Child) -> Value {
    let (code, stdout, stderr) = ended(child);
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    serde_json::from_str(&stdout).unwrap()
}

#[test]
fn a_killed_move_goes_on_where_it_was() {
    on_postgres(Fresh::Migrated, async |target| {
        let origin = Origin::with_deltas(DELTAS).await;
        let held = hold(&target, "reports").await;
        let mut child = origin.start(&target);
        until_held_up(&target, &mut child).await;
        child.kill().unwrap();
        child.wait().unwrap();
        held.rollback().await.unwrap();
        let written: i64 = counts(&target.db).await.iter().sum();
        assert!(written > i64::from(DELTAS), "the deltas came before the reports: {written}");

        let golden = Golden::at(origin.folder.path()).database(&target.url);
        let told = "error: the database <database> holds part of a move that has not ended\n  remedy: run the same \
            `golden db move` again: it goes on where it was\n";
        for command in ["runs list", "db status", "db plan", "db migrate", "db verify", "db backup", "db report"] {
            golden.run(command).fails(2, told);
        }
        let answer = answer(origin.start(&target));
        assert_eq!(answer["resumed_rows"], written);
        assert_eq!(answer["rows"], i64::from(DELTAS) + ROWS);
        assert_equal(&origin.db, &target.db).await;
        assert_eq!(ledgers(&target.db).await, 0);
    });
}

#[test]
fn killed_again_and_again_it_ends_with_every_row_once() {
    on_postgres(Fresh::Migrated, async |target| {
        let origin = Origin::with_deltas(DELTAS).await;
        for kill in 1..=KILLS {
            let mut child = origin.start(&target);
            // By what was committed, not by time: the later kills meet a later state.
            let wanted = i64::from(DELTAS / 2) * i64::from(kill) / i64::from(KILLS);
            while number(&target.db, "select count(*) from config_deltas").await < wanted
                && child.try_wait().unwrap().is_none()
            {}
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let answer = answer(origin.start(&target));
        assert_eq!(answer["rows"], i64::from(DELTAS) + ROWS);
        assert!(answer["resumed_rows"].as_u64().unwrap() > 0);
        assert_equal(&origin.db, &target.db).await;
    });
}

#[test]
fn a_source_that_changed_in_between_needs_a_restart() {
    on_postgres(Fresh::Migrated, async |target| {
        let origin = Origin::with_rows().await;
        let held = hold(&target, "reports").await;
        let mut child = origin.start(&target);
        until_held_up(&target, &mut child).await;
        child.kill().unwrap();
        child.wait().unwrap();
        held.rollback().await.unwrap();
        origin.sql("update config_deltas set risk_reason = 'another'").await;
        let golden = origin.golden().database(&target.url);
        golden.args(&origin.arguments(&target, &[])).fails(
            1,
            "error: the target <database> holds part of a move of other rows: the source has changed since it began, or \
             is another one\n  remedy: see who else writes to it, then run the command again with --restart, which \
             empties the target first\n",
        );
        let answer = golden.args(&origin.arguments(&target, &["--restart", "--format", "json"])).json(0);
        assert_eq!((&answer["state"], &answer["resumed_rows"]), (&json!("moved"), &json!(0)));
        assert_equal(&origin.db, &target.db).await;
    });
}
