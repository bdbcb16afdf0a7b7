//! Many processes at one moment on one database: each does its work, and of those that race one wins.

use std::process::Child;

use git2::Repository;

use super::desk::{CERTIFY, Desk, Ran, ran, run_id};
use super::rows::{children, number, texts};
use crate::harness::Fresh;

const PROCESSES: usize = 20;

/// Starts them all before it waits for the first.
fn at_once(desk: &Desk, commands: &[Vec<&str>]) -> Vec<Ran> {
    let children: Vec<Child> = commands.iter().map(|arguments| desk.command(arguments).spawn().unwrap()).collect();
    children.into_iter().map(|child| ran(child.wait_with_output().unwrap())).collect()
}

fn start(url: &str) -> Desk {
    let desk = Desk::new(url);
    desk.write("app.yml", "port: 1\nname: a\n");
    desk.commit();
    desk
}

const VALIDATE: [&str; 9] =
    ["validate", "--service", "app", "--environment", "production", "--format", "json", "--candidate", "HEAD"];

both_backends!(twenty_validations_at_one_moment_are_twenty_runs, async |test| {
    let desk = start(&test.url);
    desk.certify_head();
    desk.write("app.yml", "port: 2\nname: b\n");
    desk.commit();
    let mut ids = Vec::new();
    for ran in at_once(&desk, &vec![VALIDATE.to_vec(); PROCESSES]) {
        let answer = ran.json(1);
        assert_eq!(answer["summary"]["deltas"], 2);
        ids.push(run_id(&answer));
    }
    for id in &ids {
        assert_eq!(children(&test.db, id).await, [1, 2, 1, 1, 1, 1, 1], "run {id}");
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), PROCESSES);
    let succeeded = "select count(*) from validation_runs where status = 'succeeded' and completed_at is not null";
    assert_eq!(number(&test.db, succeeded).await, PROCESSES as i64);
    assert_eq!(number(&test.db, "select count(*) from rule_sets").await, 1);
});

both_backends!(twenty_first_commands_find_an_empty_database, Fresh::Empty, async |test| {
    let desk = start(&test.url);
    let other = tempfile::TempDir::new().unwrap();
    desk.on(&format!("sqlite://{}?mode=rwc", other.path().join("other.db").display())).certify_head();
    desk.write("app.yml", "port: 2\nname: b\n");
    desk.commit();
    let first = |at: usize| match at % 4 {
        0 => vec!["runs", "list"],
        1 => vec!["db", "migrate"],
        2 => vec!["branches", "list"],
        _ => vec!["branches", "adopt"],
    };
    for ran in at_once(&desk, &(0..PROCESSES).map(first).collect::<Vec<_>>()) {
        assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
    }
    assert_eq!(number(&test.db, "select count(*) from golden_branches where is_active").await, 1);
    let applied = number(&test.db, "select count(*) from seaql_migrations").await;
    assert_eq!(applied, service::schema::known().len() as i64);
    desk.validate(&["--candidate", "HEAD"]).json(1);
});

both_backends!(of_certifications_at_one_moment_one_wins, async |test| {
    for rivals in [2, 8] {
        let service = format!("app{rivals}");
        let desk = start(&test.url);
        let target = ["--service", &service, "--environment", "production"];
        let signed = ["--by", "ann", "--reason", "looks right"];
        desk.golden(&[&["certify"], &target[..], &["--initial", "HEAD"], &signed].concat()).out(0);
        desk.write("app.yml", "port: 2\nname: a\n");
        desk.commit();
        let validate = [&["validate"], &target[..], &["--format", "json", "--candidate", "HEAD"]].concat();
        let run = run_id(&desk.golden(&validate).json(1));
        let certify = [&["certify"], &target[..], &["--run", &run, "--all"], &signed].concat();
        let done = at_once(&desk, &vec![certify; rivals]);
        let won = done.iter().filter(|ran| ran.code == Some(0)).count();
        assert_eq!(won, 1, "{done:#?}");
        for lost in done.iter().filter(|ran| ran.code != Some(0)) {
            assert_eq!(lost.code, Some(1), "{lost:?}");
            let told = lost.stderr.contains("was faster") || lost.stderr.contains("no longer the active one");
            assert!(told && lost.stdout.is_empty(), "{lost:?}");
        }
        let active = format!("select branch_name from golden_branches where service_name = '{service}' and is_active");
        let [active] = texts(&test.db, &active).await.try_into().unwrap();
        let refs = golden_refs(&desk);
        assert_eq!(refs.len(), 2, "the initial one and the winner's: {refs:?}");
        assert!(refs.contains(&active));
    }
});

both_backends!(of_first_certifications_at_one_moment_one_wins, async |test| {
    let desk = start(&test.url);
    let certify = [&CERTIFY[..], &["--initial", "HEAD", "--by", "ann", "--reason", "first"]].concat();
    let done = at_once(&desk, &vec![certify; 8]);
    assert_eq!(done.iter().filter(|ran| ran.code == Some(0)).count(), 1, "{done:#?}");
    assert!(done.iter().all(|ran| matches!(ran.code, Some(0 | 1))), "{done:#?}");
    let active = texts(&test.db, "select branch_name from golden_branches where is_active").await;
    assert_eq!(golden_refs(&desk), active);
});

/// Branches below `golden/`.
fn golden_refs(desk: &Desk) -> Vec<String> {
    let repo = Repository::open(desk.repo()).unwrap();
    let found = repo.references_glob("refs/heads/golden/*").unwrap();
    found.map(|found| found.unwrap().name().unwrap().trim_start_matches("refs/heads/").to_owned()).collect()
}
