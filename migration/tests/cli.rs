//! The stock migration command line, as `cargo run -p migration` and `sea-orm-cli migrate` run it.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Output};

use migration::MigratorTrait;

fn count() -> usize {
    migration::Migrator::migrations().len()
}

fn migration(file: &Path, arguments: &[&str]) -> Output {
    let url = format!("sqlite://{}?mode=rwc", file.display());
    Command::new(env!("CARGO_BIN_EXE_migration")).args(arguments).args(["--database-url", &url]).output().unwrap()
}

/// How many migrations are pending and applied.
fn status(file: &Path) -> (usize, usize) {
    let output = migration(file, &["status"]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    (text.matches("... Pending").count(), text.matches("... Applied").count())
}

#[test]
fn status_up_and_down_work_from_the_command_line() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("golden.db");
    assert_eq!(status(&file), (count(), 0));
    assert!(migration(&file, &["up", "-n", "3"]).status.success());
    assert_eq!(status(&file), (count() - 3, 3));
    assert!(migration(&file, &["up"]).status.success());
    assert_eq!(status(&file), (0, count()));
    assert!(migration(&file, &["down"]).status.success());
    assert_eq!(status(&file), (1, count() - 1));
    assert!(migration(&file, &["refresh"]).status.success());
    assert_eq!(status(&file), (0, count()));
    assert!(migration(&file, &["reset"]).status.success());
    assert_eq!(status(&file), (count(), 0));
}

#[test]
fn fresh_is_refused_and_changes_nothing() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("golden.db");
    assert!(migration(&file, &["up"]).status.success());
    let output = migration(&file, &["fresh"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("fresh is refused"));
    assert_eq!(status(&file), (0, count()));
}
