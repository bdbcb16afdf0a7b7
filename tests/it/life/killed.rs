//! Runs that are killed or interrupted at any moment: nothing half stored is ever shown as a result.

use std::io::Read as _;
use std::process::{Child, Command};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use service::database::Database;

use super::desk::{Desk, ran, run_id, write_many};
use super::rows::{OF_RUN, children, number};

const KILLS: u32 = 50;
const FILES: usize = 100;
const KEYS: usize = 6;
const DELTAS: i64 = 600;

/// Seconds that a silent run is believed to be alive.
const LEASE: &str = "[run]\nlease = 1\n";

/// How often `runs list` is asked before a lease of one second must have run out.
const MOST_LOOKS: u32 = 500;

/// Random fractions from a seed, the same in every test run (Marsaglia's xorshift).
struct Moments(u64);

impl Moments {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % 10_000) as f64 / 10_000.0
    }
}

fn start(url: &str) -> Desk {
    let desk = Desk::new(url);
    desk.write("golden.toml", LEASE);
    write_many(&desk, FILES, |_| KEYS, "before");
    desk.commit();
    desk.certify_head();
    write_many(&desk, FILES, |_| KEYS, "behind");
    desk.commit();
    desk
}

fn validation(desk: &Desk) -> Child {
    let arguments = ["validate", "--service", "app", "--environment", "production", "--candidate", "HEAD"];
    desk.command(&[&arguments[..], &["--output", "report.txt"]].concat()).spawn().unwrap()
}

/// Kills the process at the moment unless it has ended by then.
fn kill_at(mut child: Child, moment: Duration) {
    let (ended, end) = mpsc::channel();
    let mut stdout = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        // The pipe closes when the process is gone.
        let read = stdout.read_to_end(&mut Vec::new());
        ended.send(read.is_ok()).ok();
    });
    let _ = end.recv_timeout(moment);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();
}

/// Every run has ended with everything, or shows nothing. Gives how many succeeded and how many did not.
async fn check(db: &Database) -> (i64, i64) {
    for (table, column) in &OF_RUN[1..] {
        let whole = if *table == "config_deltas" { DELTAS } else { 1 };
        let half = format!(
            "select count(*) from validation_runs r where (select count(*) from {table} t where t.{column} = r.id) <> \
             case status when 'succeeded' then {whole} else 0 end"
        );
        assert_eq!(number(db, &half).await, 0, "runs with too many or too few rows of {table}");
    }
    let runs = |condition: &str| format!("select count(*) from validation_runs where {condition}");
    let outcome = "(decision is not null and score is not null and facts is not null and candidate_digest is not null)";
    let trace =
        "(decision is not null or score is not null or facts is not null or files_compared > 0 or low_count > 0)";
    assert_eq!(number(db, &runs(&format!("status = 'succeeded' and not {outcome}"))).await, 0);
    assert_eq!(number(db, &runs(&format!("status <> 'succeeded' and {trace}"))).await, 0);
    (number(db, &runs("status = 'succeeded'")).await, number(db, &runs("status <> 'succeeded'")).await)
}

/// All runs, newest first, as `golden runs list` shows them.
fn runs(desk: &Desk) -> Vec<Json> {
    let answer = desk.golden(&["runs", "list", "--limit", "500", "--format", "json"]).json(0);
    answer["runs"].as_array().unwrap().clone()
}

/// Looks until no run counts as running any more.
fn settled(desk: &Desk) -> Vec<Json> {
    for _ in 0..MOST_LOOKS {
        let found = runs(desk);
        if found.iter().all(|run| run["status"] != "running") {
            return found;
        }
    }
    panic!("a run is still shown as running after {MOST_LOOKS} looks");
}

both_backends!(killed_at_fifty_moments_nothing_half_stored_is_shown, async |test| {
    let desk = start(&test.url);
    let begun = Instant::now();
    ran(validation(&desk).wait_with_output().unwrap()).out(1);
    let whole = begun.elapsed();
    let mut moments = Moments(0x5eed_0000_0000_0001);
    for _ in 0..KILLS {
        kill_at(validation(&desk), whole.mul_f64(moments.next()));
        check(&test.db).await;
    }
    let (succeeded, killed) = check(&test.db).await;
    assert!(killed >= i64::from(KILLS) / 3, "most kills met a run under way, not {killed}");
    let shown = settled(&desk);
    assert_eq!(shown.len() as i64, succeeded + killed);
    for run in shown.iter().filter(|run| run["status"] != "succeeded") {
        assert_eq!((&run["status"], &run["decision"], &run["score"]), (&"failed".into(), &Json::Null, &Json::Null));
        let message = run["error"]["message"].as_str().unwrap();
        assert!(message.starts_with("no sign of life from ") && message.ends_with(" for more than 1 s"), "{message}");
        assert_eq!(run["error"]["code"], "lease_expired");
    }
    let last = desk.validate(&["--candidate", "HEAD"]).json(1);
    assert_eq!(children(&test.db, &run_id(&last)).await, [1, DELTAS, 1, 1, 1, 1, 1]);
    let failed = shown.iter().find(|run| run["status"] == "failed").unwrap();
    let report = desk.golden(&["report", failed["id"].as_str().unwrap()]);
    assert_eq!((report.code, report.stdout.as_str()), (Some(2), ""), "a failed run has no report");
});

/// Sends a signal by its name.
fn signal(child: &Child, name: &str) {
    assert!(Command::new("sh").args(["-c", &format!("kill -{name} {}", child.id())]).status().unwrap().success());
}

async fn until_running(db: &Database, child: &mut Child) {
    while number(db, "select count(*) from validation_runs where status = 'running'").await == 0 {
        assert!(child.try_wait().unwrap().is_none(), "the run ended before it was seen");
    }
}

both_backends!(an_interrupted_run_is_cancelled, async |test| {
    let desk = start(&test.url);
    for name in ["INT", "TERM"] {
        let mut child = validation(&desk);
        until_running(&test.db, &mut child).await;
        signal(&child, name);
        let ran = ran(child.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(130), "error: interrupted\n"), "SIG{name}");
        let run = &runs(&desk)[0];
        assert_eq!((&run["status"], &run["decision"]), (&"cancelled".into(), &Json::Null), "SIG{name}");
        assert_eq!(run["error"]["code"], "interrupted");
        assert!(!desk.repo().join("report.txt").exists());
    }
    assert_eq!(check(&test.db).await, (0, 2));
});
