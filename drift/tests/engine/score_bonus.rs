//! What the caller states: context and evidence.

use drift::facts::Facts;
use drift::outcome::ComponentName::{Context, Evidence};

use crate::{LEVEL, Run, edit};

fn run(alter: impl FnOnce(&mut Facts)) -> Run {
    Run::production(vec![edit("app.yml", LEVEL[0], LEVEL[1])]).facts(alter)
}

fn context(alter: impl FnOnce(&mut Facts)) -> i32 {
    run(alter).points(Context)
}

#[test]
fn each_statement_counts_and_blanks_do_not() {
    assert_eq!(context(|_| {}), 0);
    assert_eq!(context(|facts| facts.context.ticket = Some("OPS-1".to_owned())), 5);
    assert_eq!(context(|facts| facts.context.ticket = Some("  ".to_owned())), 0);
    assert_eq!(context(|facts| facts.context.tags = vec!["a".to_owned(), "b".to_owned()]), 5);
    assert_eq!(context(|facts| facts.context.rollback_plan = Some("revert".to_owned())), 10);
    let evidence =
        |key: &str, value: &str| context(|facts| drop(facts.context.evidence.insert(key.to_owned(), value.to_owned())));
    assert_eq!([evidence("tests", "run 7"), evidence("tests", " "), evidence("other", "x")], [5, 0, 0]);
}

#[test]
fn a_description_counts_from_20_and_from_200_characters() {
    let points = |length| context(|facts| facts.context.description = Some("ä".repeat(length)));
    assert_eq!([0, 19, 20, 199, 200, 5_000].map(points), [0, 0, 2, 2, 5, 5]);
    let padded = context(|facts| facts.context.description = Some(format!("{}x", " ".repeat(40))));
    assert_eq!(padded, 0, "blanks in front say nothing");
}

#[test]
fn together_at_most_25() {
    let points = context(|facts| {
        facts.context.ticket = Some("OPS-1".to_owned());
        facts.context.tags = vec!["a".to_owned()];
        facts.context.rollback_plan = Some("revert".to_owned());
        facts.context.evidence.insert("tests".to_owned(), "run 7".to_owned());
        facts.context.description = Some("x".repeat(200));
    });
    assert_eq!(points, 25);
}

#[test]
fn required_evidence_is_all_there_or_missing() {
    let stated = |keys: &[&str]| {
        run(|facts| facts.context.evidence.extend(keys.iter().map(|key| ((*key).to_owned(), "yes".to_owned()))))
            .settings(|settings| settings.required_evidence = vec!["load".to_owned(), "scan".to_owned()])
    };
    assert_eq!(stated(&["load", "scan"]).points(Evidence), 20);
    assert_eq!(stated(&["load"]).points(Evidence), -20);
    assert_eq!(stated(&[]).points(Evidence), -20);
    assert_eq!(run(|_| {}).points(Evidence), 0);
    assert_eq!(stated(&[]).verdict(), (73, "HUMAN_REVIEW"));
    let reason = stated(&["load"]).outcome().certification.components[6].reason.clone();
    assert_eq!(reason, "required evidence is missing: scan");
}

#[test]
fn missing_evidence_ends_the_rule_for_low_deltas() {
    let changes = || (0..6).map(|number| edit(&format!("app{number}.yml"), LEVEL[0], LEVEL[1])).collect();
    assert_eq!(Run::production(changes()).verdict(), (53, "HUMAN_REVIEW"));
    let missing = Run::production(changes()).settings(|settings| settings.required_evidence = vec!["load".to_owned()]);
    assert_eq!(missing.verdict(), (33, "BLOCK_MERGE"));
}
