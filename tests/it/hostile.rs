//! Bad input through the real command: it ends in time with the right code and a message, and leaves nothing half done.

mod database;
mod disk;
mod entries;
mod files;
mod names;
mod output;
mod programs;
mod repository;
mod settings;

use std::process::Command;
use std::time::{Duration, Instant};

use drift::report::escape::is_unseen;
use serde_json::Value;

use crate::cli::answer::Answer;
use crate::cli::{Golden, Repo};

/// Longest that any of these commands may take, debug build and all.
const LONGEST: Duration = Duration::from_secs(20);

/// What most of these tests run.
const VALIDATE: &str = "validate --service shop --environment production";

/// In a repository, with a SQLite file beside it.
fn beside(repo: &Repo) -> Golden {
    Golden::at(&repo.path()).database(&format!("sqlite://{}?mode=rwc", repo.beside("golden.db").display()))
}

/// A repository of one file and its first golden branch.
fn certified() -> (Repo, Golden) {
    let repo = Repo::of(&[("app.yml", "port: 8080\n")]);
    let golden = beside(&repo);
    golden.certify_initial("production", "HEAD");
    (repo, golden)
}

/// Runs arguments that may be hostile.
#[track_caller]
fn told(golden: &Golden, arguments: &[&str]) -> Answer {
    let start = Instant::now();
    let answer = golden.args(arguments);
    assert!(start.elapsed() < LONGEST, "it took {:?}\n{answer}", start.elapsed());
    assert!(!answer.stderr.contains("panicked"), "{answer}");
    let unseen = |c: char| c != '\n' && is_unseen(c);
    assert!(!answer.raw.contains(unseen) && !answer.stderr.contains(unseen), "it steers the terminal\n{answer}");
    answer
}

/// Runs the words of one line.
#[track_caller]
fn run(golden: &Golden, line: &str) -> Answer {
    told(golden, &line.split_whitespace().collect::<Vec<_>>())
}

/// The stored runs.
#[track_caller]
fn runs(golden: &Golden) -> Vec<Value> {
    golden.run("runs list --format json").json(0)["runs"].as_array().unwrap().clone()
}

/// Checks that there is no run and that these golden branches are all there are, in the repository and in the database.
#[track_caller]
fn nothing_happened(repo: &Repo, golden: &Golden, branches: usize) {
    assert_eq!(runs(golden), Vec::<Value>::new());
    let stored = golden.run("branches list --format json").json(0);
    assert_eq!((repo.branches("golden/").len(), stored["branches"].as_array().unwrap().len()), (branches, branches));
}

/// Runs a program of the system that must succeed; none of this machine's git settings count.
#[track_caller]
fn system(program: &str, arguments: &[&str], folder: &std::path::Path) -> String {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// True when the tests may change owners and mount.
fn is_root() -> bool {
    system("id", &["-u"], std::path::Path::new("/")) == "0"
}
