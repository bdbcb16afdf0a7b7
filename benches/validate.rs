//! `golden validate`, stored in SQLite, as a whole process, against what git needs to list and compare the same trees.
//!
//! Prints ratios of medians; both sides run in turn, so that a busy machine slows both.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a benchmark"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 9;

fn main() {
    let large = Tree::new(50_000, 500);
    let (golden, git) = large.measure();
    println!(
        "validate, 50,000 files, 500 changed: {golden:?}, git: {git:?}, ratio {:.2} (goal 1.5)",
        ratio(golden, git)
    );
    let small = Tree::new(5_000, 10);
    let grown = Tree::new(50_000, 10);
    let ((small_golden, _), (grown_golden, _)) = (small.measure(), grown.measure());
    let (small_list, grown_list) = (small.list(), grown.list());
    let (golden, list) = (ratio(grown_golden, small_golden), ratio(grown_list, small_list));
    println!(
        "10 changed, 5,000 to 50,000 files: validate grows {golden:.2} times, ls-tree {list:.2} times, ratio {:.2} (goal 1.5)",
        golden / list
    );
}

fn ratio(left: Duration, right: Duration) -> f64 {
    left.as_secs_f64() / right.as_secs_f64()
}

struct Tree {
    folder: tempfile::TempDir,
}

impl Tree {
    /// A repository of configuration files, the first commit certified, `changed` files changed in the second.
    fn new(files: usize, changed: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_owned();
        let text = |file: usize, port: usize| {
            format!(
                "name: service-{file}\nserver:\n  port: {port}\n  host: svc-{file}.example\nlogging:\n  level: INFO\n"
            )
        };
        let path = |file: usize| {
            root.join(format!("group-{}/service-{}/config/application-{file}.yml", file / 1_000, file / 50))
        };
        for file in 0..files {
            std::fs::create_dir_all(path(file).parent().unwrap()).unwrap();
            std::fs::write(path(file), text(file, 8_000)).unwrap();
        }
        git(&root, &["init", "--quiet"]);
        // The collection that a commit starts by itself would run beside the measured commands.
        git(&root, &["config", "gc.auto", "0"]);
        git(&root, &["config", "user.name", "bench"]);
        git(&root, &["config", "user.email", "bench@svc.example"]);
        git(&root, &["add", "--all"]);
        git(&root, &["commit", "--quiet", "--message", "first"]);
        let tree = Self { folder };
        assert!(tree.golden(&["certify", "--initial", "HEAD", "--by", "bench", "--reason", "first"]));
        for file in (0..files).step_by(files / changed) {
            std::fs::write(path(file), text(file, 9_000)).unwrap();
        }
        git(tree.folder.path(), &["commit", "--quiet", "--all", "--message", "second"]);
        git(tree.folder.path(), &["gc", "--quiet"]);
        tree
    }

    /// Medians of `golden validate` and of the git commands that look at the same.
    fn measure(&self) -> (Duration, Duration) {
        let (mut golden, mut git) = (Vec::new(), Vec::new());
        for run in 0..=RUNS {
            let start = Instant::now();
            self.golden(&["validate", "--candidate", "HEAD", "--fail-on", "block", "--quiet"]);
            let middle = Instant::now();
            self.git_lists();
            self::git(self.folder.path(), &["diff", "HEAD~1", "HEAD"]);
            let end = Instant::now();
            // The first round warms up.
            if run > 0 {
                golden.push(middle - start);
                git.push(end - middle);
            }
        }
        (median(golden), median(git))
    }

    fn git_lists(&self) {
        git(self.folder.path(), &["ls-tree", "-r", "HEAD~1"]);
        git(self.folder.path(), &["ls-tree", "-r", "HEAD"]);
    }

    /// The median of listing one revision.
    fn list(&self) -> Duration {
        let once = |_| {
            let start = Instant::now();
            git(self.folder.path(), &["ls-tree", "-r", "HEAD"]);
            start.elapsed()
        };
        median((0..RUNS).map(once).collect())
    }

    fn golden(&self, arguments: &[&str]) -> bool {
        let (verb, rest) = arguments.split_first().unwrap();
        let status = Command::new(env!("CARGO_BIN_EXE_golden"))
            .current_dir(self.folder.path())
            .env_remove("DATABASE_URL")
            .args([verb, "--service", "bench", "--environment", "development"])
            .args(rest)
            .stdout(Stdio::null())
            .status();
        status.unwrap().code() == Some(0)
    }
}

fn git(folder: &Path, arguments: &[&str]) {
    let status = Command::new("git").current_dir(folder).args(arguments).stdout(Stdio::null()).status();
    assert!(status.unwrap().success());
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
