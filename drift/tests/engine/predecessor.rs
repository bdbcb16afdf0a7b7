//! The predecessor's policy file end to end: every field changes a bucket or a decision.

use drift::risk::Risk;
use drift::settings::Tier;

use crate::{Run, edit};

/// The bucket and the rule of the only delta, and the decision.
fn judged(policy: &str, path: &str, old: &str, new: &str) -> (Risk, Option<String>, &'static str) {
    let run = Run::new(Tier::Development, vec![edit(path, old, new)]).policy(policy);
    let outcome = run.outcome();
    assert_eq!(outcome.deltas.len(), 1, "{policy}");
    (outcome.deltas[0].risk, outcome.deltas[0].rule.clone(), outcome.certification.decision.as_str())
}

fn by(risk: Risk, rule: &str, decision: &'static str) -> (Risk, Option<String>, &'static str) {
    (risk, Some(rule.to_owned()), decision)
}

const PLAIN: (Risk, Option<String>, &str) = (Risk::Medium, None, "AUTO_MERGE");

#[test]
fn env_allow_keys_and_exclusions_allow() {
    let port = |policy| judged(policy, "config/app-dev.yml", "server: {port: 1}\n", "server: {port: 2}\n");
    assert_eq!(port("env_allow_keys: [other]\n"), PLAIN);
    assert_eq!(port("env_allow_keys: [server.port]\n"), by(Risk::Allowed, "env_allow_keys[0]", "AUTO_MERGE"));
    assert_eq!(port("env_allow_keys: ['*-dev.yml']\n"), by(Risk::Allowed, "env_allow_keys[0]", "AUTO_MERGE"));
    assert_eq!(port("exclusions: [config/**]\n"), by(Risk::Allowed, "exclusions[0]", "AUTO_MERGE"));
}

#[test]
fn allowing_hides_neither_a_removal_nor_a_violation() {
    let removal = judged("env_allow_keys: [a]\n", "app.yml", "a: 1\nb: 1\n", "b: 1\n");
    assert_eq!(removal, PLAIN);
    let both = "env_allow_keys: [port]\ninvariants:\n- {name: i, locator_contains: port, severity: high}\n";
    assert_eq!(judged(both, "app.yml", "port: 1\n", "port: 2\n"), by(Risk::High, "i", "BLOCK_MERGE"));
}

#[test]
fn invariants_by_name_locator_severity_and_description() {
    let invariant = |fields: &str| format!("invariants:\n- {{name: i, locator_contains: TLS, {fields}}}\n");
    let judge = |fields: &str, old: &str, new: &str| judged(&invariant(fields), "app.yml", old, new);
    assert_eq!(judge("severity: critical", "tls_x: 1\n", "tls_x: 2\n"), by(Risk::Critical, "i", "BLOCK_MERGE"));
    assert_eq!(judge("severity: high", "tls_x: 1\n", "tls_x: 2\n"), by(Risk::High, "i", "BLOCK_MERGE"));
    assert_eq!(judge("severity: low", "tls_x: 1\n", "tls_x: 2\n"), PLAIN, "a violation raises, never lowers");
    assert_eq!(judge("severity: critical", "x: 1\n", "x: 2\n"), PLAIN);
    let described = Run::production(vec![edit("a.yml", "tls_x: 1\n", "tls_x: 2\n")])
        .policy(&invariant("severity: high, description: keep it"));
    assert_eq!(described.outcome().violations[0].message, "keep it: no change is permitted here");
}

#[test]
fn invariants_by_values_and_patterns() {
    let broken = |fields: &str, new: &str| {
        let policy = format!("invariants:\n- {{name: i, locator_contains: x, severity: critical, {fields}}}\n");
        judged(&policy, "app.yml", "x: start\n", &format!("x: {new}\n")).0 == Risk::Critical
    };
    assert!(broken("forbid_values: [no-go]", "no-go") && !broken("forbid_values: [no-go]", "go"));
    assert!(broken("forbid_values: [false]", "false") && broken("forbid_values: [false]", "'false'"));
    assert!(broken("require_values: [a, b]", "c") && !broken("require_values: [a, b]", "b"));
    assert!(broken("forbid_patterns: ['^http:']", "http://h") && !broken("forbid_patterns: ['^http:']", "https://h"));
    let local = "forbid_patterns: ['^http:'], allow_patterns: [localhost]";
    assert!(!broken(local, "http://localhost") && broken(local, "http://h"));
}

#[test]
fn semver_rules_by_size_of_the_change() {
    let judge = |rule: &str, new: &str| {
        judged(&format!("semver_rules: {rule}\n"), "app.yml", "version: 1.2.3\n", &format!("version: {new}\n"))
    };
    assert_eq!(judge("{major: {severity: high}}", "2.0.0"), by(Risk::High, "semver_rules.major", "BLOCK_MERGE"));
    assert_eq!(judge("{major: {severity: high}}", "1.3.0"), PLAIN);
    assert_eq!(judge("{minor: {severity: low}}", "1.3.0"), by(Risk::Low, "semver_rules.minor", "AUTO_MERGE"));
    assert_eq!(judge("{patch: {severity: low}}", "1.2.4"), by(Risk::Low, "semver_rules.patch", "AUTO_MERGE"));
    for demand in ["require_review: true", "require_approval: true", "verdict: HUMAN_REVIEW"] {
        let decided = judge(&format!("{{patch: {{severity: low, {demand}}}}}"), "1.2.4");
        assert_eq!(decided, by(Risk::Low, "semver_rules.patch", "HUMAN_REVIEW"), "{demand}");
    }
    assert_eq!(judge("{patch: {verdict: block}}", "1.2.4"), (Risk::Medium, None, "BLOCK_MERGE"));
    assert_eq!(judge("{patch: {require_review: false}}", "1.2.4"), PLAIN);
}

#[test]
fn environment_rules_by_strictness_and_approvals() {
    let verdict = |rule: &str| {
        Run::new(Tier::Development, vec![edit("app.yml", "port: 1\n", "port: 2\n")])
            .policy(&format!("environment_rules: {{development: {rule}}}\n"))
            .verdict()
    };
    assert_eq!(verdict("{}"), (75, "AUTO_MERGE"));
    assert_eq!(verdict("{strictness: strict}"), (75, "HUMAN_REVIEW"));
    assert_eq!(verdict("{strictness: moderate}"), (75, "AUTO_MERGE"));
    assert_eq!(verdict("{require_approvals: true}"), (75, "HUMAN_REVIEW"));
    assert_eq!(verdict("{require_approvals: 2}"), (75, "HUMAN_REVIEW"));
    assert_eq!(verdict("{require_approvals: false}"), (75, "AUTO_MERGE"));
    let mut other = Run::new(Tier::Development, vec![edit("app.yml", "port: 1\n", "port: 2\n")])
        .policy("environment_rules: {dev: {require_approvals: true}}\n");
    assert_eq!(other.verdict().1, "AUTO_MERGE");
    other.source.aliases = vec!["dev".to_owned()];
    assert_eq!(other.verdict().1, "HUMAN_REVIEW");
}

#[test]
fn monitored_patterns_ask_for_a_least_risk() {
    let level = |list: &str| {
        let policy = format!("monitored_patterns: {{{list}: ['**/db/*']}}\n");
        judged(&policy, "conf/db/app.yml", "logging: {level: info}\n", "logging: {level: warn}\n")
    };
    let rule = |list: &str| format!("monitored_patterns.{list}[0]");
    assert_eq!(level("critical"), by(Risk::Critical, &rule("critical"), "BLOCK_MERGE"));
    assert_eq!(level("high_priority"), by(Risk::High, &rule("high_priority"), "BLOCK_MERGE"));
    // Medium and a critical file: 100 - 20 - (15 + 5).
    assert_eq!(level("medium_priority"), by(Risk::Medium, &rule("medium_priority"), "HUMAN_REVIEW"));
}
