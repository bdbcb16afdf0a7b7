//! `golden demo`: all three decisions by computation, and a decision that follows what is changed.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Golden, Repo};

both_backends!(the_demo_reaches_all_decisions_and_goes_on_by_hand, async |test| {
    let repo = Repo::empty();
    let directory = repo.beside("demo");
    let golden = Golden::at(&repo.path());
    let demo = golden
        .args(&[
            "demo",
            "--quiet",
            "--format",
            "json",
            "--directory",
            &directory.display().to_string(),
            "--database-url",
            &test.url,
        ])
        .json(0);
    let runs = demo["runs"].as_array().unwrap();
    let words = |key: &str| runs.iter().map(|run| run[key].as_str().unwrap()).collect::<BTreeSet<_>>();
    assert_eq!((runs.len(), words("service").len(), words("environment").len()), (9, 3, 3));
    assert_eq!(words("decision"), BTreeSet::from(["AUTO_MERGE", "BLOCK_MERGE", "HUMAN_REVIEW"]));
    for run in runs {
        let reports = run["reports"].as_array().unwrap();
        assert_eq!(reports.len(), 6);
        assert!(reports.iter().all(|path| std::fs::metadata(path.as_str().unwrap()).unwrap().len() > 100));
    }
    let by_hand = Golden::at(Path::new(demo["repository"].as_str().unwrap())).database(&test.url);
    assert_eq!(by_hand.run("runs list --format json").json(0)["runs"].as_array().unwrap().len(), 9);
    let decision = |code: i32| {
        by_hand.run("validate --service catalog --environment production --format json").json(code)["certification"]["decision"].clone()
    };
    assert_eq!(decision(1), "BLOCK_MERGE");
    let file = directory.join("repository/services/catalog/catalog-prod.properties");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("correct-horse-battery", "${CATALOG_DB_PASSWORD}")).unwrap();
    assert_eq!(decision(0), "AUTO_MERGE");
    golden.args(&["demo", "--directory", &directory.display().to_string()]).exits_only(2);
});

#[test]
fn the_demo_needs_nothing_and_tells_where_everything_is() {
    let repo = Repo::empty();
    let directory = repo.beside("demo");
    let golden = Golden::at(&repo.path()).place(&directory, "<demo>");
    let told = golden.args(&["demo", "--quiet", "--directory", &directory.display().to_string()]);
    told.exits(0);
    for line in
        ["repository  <demo>/repository", "database    sqlite:<demo>/golden_config.db", "  cd <demo>/repository"]
    {
        assert!(told.stdout.lines().any(|found| found == line), "{line}\n{told}");
    }
    let next = told
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("  golden --database-url "))
        .unwrap()
        .replace('\'', "")
        .replace("<demo>", &directory.display().to_string());
    let listed = Golden::at(&directory.join("repository")).run(&format!("--database-url {next}"));
    assert_eq!(listed.exits(0).stdout.lines().count(), 10, "{listed}");
    assert!(!repo.path().join("config_data").exists());
}
