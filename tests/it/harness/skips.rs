//! Skipped tests are counted and said aloud, so that a green run without Postgres hides nothing.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::cluster::Cluster;

static SKIPPED: AtomicUsize = AtomicUsize::new(0);

/// Says aloud that a Postgres test did not run; fails where CI=true.
pub(crate) fn skip(why: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "Postgres tests must run in CI: {why}");
    let count = SKIPPED.fetch_add(1, Ordering::SeqCst) + 1;
    say(&format!("SKIPPED a Postgres test ({count} so far): {why}\n"));
}

fn must_not_be_ci(why: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "Postgres tests must run in CI: {why}");
}

/// The test runner captures what the print macros write, and nothing else.
pub(crate) fn say(line: &str) {
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

/// The name sorts last, so that its line comes near the end of the run.
#[test]
fn zz_postgres_was_available() {
    if let Err(why) = Cluster::get() {
        must_not_be_ci(why);
        let skipped = SKIPPED.load(Ordering::SeqCst);
        say(&format!("{skipped} Postgres tests were SKIPPED so far: nothing is proved there\n"));
    }
}
