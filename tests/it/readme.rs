//! The README's commands do what it says.

use std::path::Path;
use std::process::Command;

use crate::harness::Fresh;

const README: &str = include_str!("../../README.md");

/// The shell blocks below a heading, joined.
fn script(heading: &str) -> String {
    let section = README.split(&format!("\n## {heading}\n")).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let blocks: Vec<&str> = section.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap()).collect();
    assert!(!blocks.is_empty(), "no shell block below {heading:?}");
    blocks.join("\n")
}

fn repository(folder: &Path) {
    std::fs::write(folder.join("app.yml"), "server:\n  port: 8080\n").unwrap();
    let setup = "git init --quiet && git config user.name tester && git config user.email tester@svc.example && \
        git add --all && git commit --quiet --message first";
    assert!(Command::new("sh").current_dir(folder).args(["-ec", setup]).status().unwrap().success());
}

both_backends!(first_steps_run_as_written, Fresh::Empty, async |test| {
    let folder = tempfile::tempdir().unwrap();
    let shop = folder.path().join("shop");
    std::fs::create_dir(&shop).unwrap();
    repository(&shop);
    let bin = Path::new(env!("CARGO_BIN_EXE_golden")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .current_dir(&shop)
        .env("PATH", path)
        .env("DATABASE_URL", &test.url)
        .env("GOLDEN_FINGERPRINT_KEY", "a key for tests only, 32 bytes..")
        .args(["-euc", &script("First steps")])
        .output()
        .unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{stdout}\n{stderr}");
    assert!(stdout.contains("AUTO_MERGE  shop in production, score 100 of 100"), "{stdout}");
    assert!(stdout.contains("HUMAN_REVIEW  shop in production, score 75 of 100"), "{stdout}");
    assert!(stdout.contains("\nrevoked golden/shop/production/"), "{stdout}");
    assert!(std::fs::read_to_string(shop.join("review.md")).unwrap().contains("HUMAN_REVIEW"));
});

#[test]
fn the_test_command_is_the_one_that_ci_runs() {
    let commands = script("Two commands");
    assert_eq!(
        commands.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>(),
        ["cargo run -- demo", "cargo test --workspace"]
    );
    assert!(include_str!("../../.ci/run").lines().any(|line| line == "step cargo test --workspace"));
}
