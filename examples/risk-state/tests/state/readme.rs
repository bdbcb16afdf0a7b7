//! The commands of the tutorial do what it says.

use std::path::Path;
use std::process::Command;

use crate::database::{Place, on_postgres, on_sqlite};

/// Every shell block, joined.
fn script() -> String {
    let blocks = include_str!("../../README.md").split("```sh\n").skip(1);
    let blocks: Vec<&str> = blocks.map(|block| block.split("```").next().unwrap()).collect();
    assert_eq!(blocks.len(), 6);
    blocks.join("\n")
}

/// Runs them in the test's folder.
fn run(place: &Place) -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_risk-state")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .current_dir(place.folder.path())
        .env("PATH", path)
        .env("URL", &place.url)
        .args(["-euc", &script()])
        .output()
        .unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!((output.status.code(), stderr.as_ref()), (Some(0), ""), "{stdout}");
    stdout.into_owned()
}

fn tutorial(place: &Place) {
    let said = run(place);
    for line in [
        "made a database of version 1 with nine tables",
        "AlreadyThere     m20250301_000001_version_1",
        "SwitchedOff      m20261121_000003_daily_unrealized_pnl",
        "it can be adopted",
        "recorded as applied: m20250301_000001_version_1",
        "rehearsed: m20261121_000001_execution_time, m20261121_000002_indexes",
        "applied: m20261121_000001_execution_time, m20261121_000002_indexes",
        "verified",
        "taken back: m20261121_000002_indexes, m20261121_000001_execution_time",
        "RolledBack   m20261121_000001_execution_time",
        "applied: m20261121_000003_daily_unrealized_pnl",
    ] {
        assert!(said.lines().any(|told| told.trim_end() == line), "{line:?} is missing in\n{said}");
    }
}

#[test]
fn the_tutorial_runs_as_written_on_sqlite() {
    on_sqlite(async |place| tutorial(&place));
}

#[test]
fn the_tutorial_runs_as_written_on_postgres() {
    on_postgres(async |place| tutorial(&place));
}

// The URL of the tutorial names a file without its folder.
#[test]
fn the_tutorial_runs_with_its_own_url() {
    on_sqlite(async |place| tutorial(&Place { url: "sqlite://state.db?mode=rwc".to_owned(), folder: place.folder }));
}
