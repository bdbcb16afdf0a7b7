//! The worked examples of the score: production unless said.

use drift::outcome::Triage;
use drift::settings::Tier;

use crate::{LEVEL, PASSWORD, PORT, Run, edit};

fn levels(names: &str) -> String {
    let lines = (1..=8).map(|number| format!("  logger{number}: {names}\n"));
    format!("logging:\n level:\n{}", lines.collect::<String>())
}

#[test]
fn one_low_delta_merges() {
    assert_eq!(Run::production(vec![edit("app.yml", LEVEL[0], LEVEL[1])]).verdict(), (93, "AUTO_MERGE"));
}

#[test]
fn eight_low_deltas_in_one_file_are_reviewed() {
    let run = Run::production(vec![edit("app.yml", &levels("info"), &levels("debug"))]);
    assert_eq!(run.outcome().triage, Triage { low: 8, ..Triage::default() });
    assert_eq!(run.verdict(), (79, "HUMAN_REVIEW"));
}

#[test]
fn six_files_with_a_logging_level_each_are_reviewed_by_the_low_rule() {
    let changes = (1..=6).map(|number| edit(&format!("app{number}.yml"), LEVEL[0], LEVEL[1])).collect();
    let run = Run::production(changes);
    assert_eq!(run.verdict(), (53, "HUMAN_REVIEW"));
    let broken = "version: 1\nrules:\n- {id: quiet, severity: low}\n";
    assert_eq!(run.policy(broken).verdict(), (53, "BLOCK_MERGE"), "a violation ends the low rule");
}

#[test]
fn one_port_is_reviewed_in_production_and_merges_in_development() {
    let change = || vec![edit("app.yml", PORT[0], PORT[1])];
    assert_eq!(Run::production(change()).verdict(), (75, "HUMAN_REVIEW"));
    assert_eq!(Run::new(Tier::Staging, change()).verdict(), (75, "HUMAN_REVIEW"));
    assert_eq!(Run::new(Tier::Development, change()).verdict(), (75, "AUTO_MERGE"));
}

#[test]
fn one_password_blocks() {
    let run = Run::production(vec![edit("app.yml", PASSWORD[0], PASSWORD[1])]);
    assert_eq!(run.outcome().triage, Triage { high: 1, ..Triage::default() });
    assert_eq!(run.verdict(), (35, "BLOCK_MERGE"));
}

#[test]
fn an_allowed_key_alone_merges() {
    let run = Run::production(vec![edit("app.yml", PORT[0], PORT[1])]).policy("env_allow_keys: [server.port]\n");
    assert_eq!(run.outcome().triage, Triage { allowed: 1, ..Triage::default() });
    assert_eq!(run.verdict(), (100, "AUTO_MERGE"));
}

#[test]
fn the_same_duration_in_another_unit_merges() {
    let run = Run::production(vec![edit("app.yml", "timeout: 60s\n", "timeout: 1m\n")]);
    assert_eq!(run.verdict(), (100, "AUTO_MERGE"));
}

#[test]
fn no_difference_merges() {
    let outcome = Run::production(Vec::new()).outcome();
    assert_eq!((outcome.certification.score, outcome.certification.decision.as_str()), (100, "AUTO_MERGE"));
    assert_eq!(outcome.certification.explanation, "no difference from the golden version");
}
