//! Skipped tests are counted and said aloud, so that a green run without Postgres hides nothing.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::cluster::Cluster;

static SKIPPED: AtomicUsize = AtomicUsize::new(0);

/// Says past the capture of the test runner that a Postgres test did not run; fails where CI=true.
pub(crate) fn skip(why: &str) {
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "Postgres tests must run in CI: {why}"
    );
    let count = SKIPPED.fetch_add(1, Ordering::SeqCst) + 1;
    writeln!(std::io::stderr(), "SKIPPED a Postgres test ({count} so far): {why}").unwrap();
}

/// The name sorts last, so that its line closes the run.
#[test]
fn zz_postgres_was_available() {
    if let Err(why) = Cluster::get() {
        skip(why);
        let skipped = SKIPPED.load(Ordering::SeqCst);
        writeln!(
            std::io::stderr(),
            "{skipped} Postgres tests were SKIPPED: nothing is proved there"
        )
        .unwrap();
    }
}
