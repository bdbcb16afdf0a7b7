//! What is refused, where, and in which words.

use drift::environment::{Environment, Environments};
use drift::policy::Policy;
use drift::policy::PolicyErrors;
use drift::settings::Tier;

fn faults(text: &str) -> String {
    Policy::parse("policy.yml", text).unwrap_err().to_string()
}

/// The fault of one rule in flow style, which stands in line 3 from column 5 on.
fn rule_fault(rule: &str) -> String {
    faults(&format!("version: 1\nrules:\n  - {rule}\n"))
}

#[test]
fn every_fault_is_told_with_its_place() {
    let text = "\
version: 1
rules:
  - id: one
    severty: high
    severity: hihg
    where: {keys: [server], tiers: []}
  - id: one
    severity: low
    must: {forbid_patterns: ['(']}
";
    assert_eq!(
        faults(text),
        "\
policy.yml:4:5: unknown key \"severty\"; did you mean \"severity\"?
policy.yml:5:15: severity must be one of critical, high, medium, low; did you mean \"high\"?
policy.yml:6:20: a key-path glob starts with \"/\"
policy.yml:6:36: tiers is empty and can never match; remove it or name something
policy.yml:9:30: bad regular expression: unclosed group"
    );
}

#[test]
fn rules_that_can_never_match_are_refused() {
    let cases = [
        (
            "{id: r, severity: low, where: {files: []}}",
            "3:43: files is empty and can never match; remove it or name something",
        ),
        ("{id: r, severity: low, must: {}}", "3:34: must is empty; remove it or name a condition"),
        (
            "{id: r, severity: low, must: {require_values: [a, b], forbid_values: [b]}}",
            "3:55: a required value is forbidden by the same rule, so that nothing can satisfy both",
        ),
        (
            "{id: r, severity: low, must: {forbid_patterns: [a], allow_patterns: [a]}}",
            "3:53: a forbidden pattern is allowed by the same rule and can never match",
        ),
        (
            "{id: r, severity: low, where: {changes: [removed]}, must: {forbid_values: [b]}}",
            "3:5: this rule can never match: `changes` leaves no value that `must` could judge",
        ),
        (
            "{id: r, severity: low, where: {changes: [added, removed]}, must: {semver: {max: patch}}}",
            "3:5: this rule can never match: `changes` leaves no value that `must` could judge",
        ),
        (
            "{id: r, then: allow, where: {changes: [removed]}}",
            "3:5: this rule can never allow anything: it is about removals and does not set `allow_removals: true`",
        ),
        (
            "{id: r, then: allow, where: {changes: [added]}, allow_removals: true}",
            "3:5: allow_removals says nothing here: `changes` leaves removals out",
        ),
        ("{id: r, severity: low, must: {semver: {max: major}}}", "3:49: semver.max must be one of patch, minor"),
    ];
    for (rule, expected) in cases {
        assert_eq!(rule_fault(rule), format!("policy.yml:{expected}"), "{rule}");
    }
}

#[test]
fn keys_that_nothing_reads_and_words_that_nobody_knows_are_refused() {
    let cases = [
        ("{severity: low}", "3:5: a rule has no `id`"),
        (
            "{id: a b, severity: low}",
            "3:10: an id holds letters, digits, \".\", \"_\" and \"-\", and starts with a letter or digit",
        ),
        ("{id: r}", "3:5: a rule that can be violated needs a `severity`"),
        (
            "{id: r, then: allow, severity: low}",
            "3:26: severity belongs to a rule whose `then` is violation; remove it",
        ),
        (
            "{id: r, severity: low, allow_removals: true}",
            "3:28: allow_removals belongs to a rule whose `then` is allow; remove it",
        ),
        ("{id: r, then: permit}", "3:19: then must be violation, allow or a map with `set_risk`"),
        ("{id: r, then: {set_risk: allowed}}", "3:30: set_risk must be one of critical, high, medium, low"),
        (
            "{id: r, severity: low, where: {files: ['a[']}}",
            "3:44: bad file glob: unclosed character class; missing ']'",
        ),
        ("{id: r, severity: low, where: {files: app.yml}}", "3:43: files must be a list, not text"),
        (
            "{id: r, severity: low, must: {forbid_values: [[a]]}}",
            "3:51: an entry of forbid_values must be a scalar; rules on lists judge each element",
        ),
        (
            "{id: r, then: allow, allow_over: [nothing]}",
            "3:5: allow_over names \"nothing\", and no critical rule has this id",
        ),
        ("[r]", "3:5: a rule must be a map, not a list"),
    ];
    for (rule, expected) in cases {
        assert_eq!(rule_fault(rule), format!("policy.yml:{expected}"), "{rule}");
    }
    assert_eq!(
        faults("version: 1\nrules:\n  - {id: a, then: allow, allow_over: [b]}\n  - {id: b, severity: high}\n"),
        "policy.yml:3:5: allow_over names \"b\", which is not critical and needs no naming"
    );
    assert_eq!(
        faults("version: 1\nrules:\n  - {id: b, severity: high}\n  - {id: b, severity: low}\n"),
        "policy.yml:4:5: the id \"b\" stands twice, first on line 3"
    );
}

#[test]
fn files_that_are_no_policy_are_refused() {
    assert_eq!(faults(""), "policy.yml:1:1: the file holds no yaml document");
    assert_eq!(faults("- a\n"), "policy.yml:1:1: the policy must be a map, not a list");
    assert_eq!(
        faults("version: 2\nrules: []\n"),
        "policy.yml:1:10: version must be 1, the only version of this format"
    );
    assert_eq!(faults("rules: []\n"), "policy.yml:1:1: the policy has no `version`; this format is version 1");
    assert_eq!(faults("version: 1\n"), "policy.yml:1:1: the policy has no `rules`");
    assert_eq!(
        faults("version: 1\nrules: []\n---\na: 1\n"),
        "policy.yml:4:1: a rule file holds one yaml document; remove the second one"
    );
    assert!(faults("version: 1\nversion: 1\nrules: []\n").starts_with("policy.yml:2:1: "));
    assert!(faults("version: [1\n").starts_with("policy.yml:"));
}

#[test]
fn files_of_the_predecessor_are_read_strictly_too() {
    let text = "\
env_allow_keys: [a, 7]
invariant: []
invariants:
  - {name: a, severity: hgih}
  - {name: b, locator_contains: x, severity: low, forbid_patterns: ['[']}
semver_rules: {mayor: {}}
environment_rules: {prod: {strictness: very}}
exclusions: ['a[']
";
    assert_eq!(
        faults(text),
        "\
policy.yml:1:21: an entry of env_allow_keys must be text, not a number
policy.yml:2:1: unknown key \"invariant\"; did you mean \"invariants\"?
policy.yml:4:5: an invariant has no `locator_contains`
policy.yml:4:25: severity must be one of critical, blocker, high, error, major, medium, moderate, warning, low, minor, info; did you mean \"high\"?
policy.yml:5:69: bad regular expression: unclosed character class
policy.yml:6:16: unknown key \"mayor\"; did you mean \"major\"?
policy.yml:7:40: strictness must be one of production, strict, high, staging, moderate, medium, development, relaxed, low
policy.yml:8:14: bad file glob: unclosed character class; missing ']'"
    );
}

#[test]
fn faults_quote_no_value() {
    let secret = "hunter2-canary";
    let texts = [
        format!("version: {secret}\nrules: {secret}\n"),
        format!(
            "version: 1\nrules:\n  - {{id: '{secret}!', severity: {secret}, then: {secret}, where: {{keys: [{secret}], tiers: [{secret}]}}}}\n"
        ),
        format!(
            "version: 1\nrules:\n  - {{id: a, severity: low, must: {{forbid_patterns: ['{secret}('], forbid_values: [[{secret}]]}}}}\n"
        ),
        format!(
            "exclusions: ['{secret}[']\nenvironment_rules: {{prod: {{strictness: {secret}, require_approvals: {secret}}}}}\n"
        ),
    ];
    for text in texts {
        let PolicyErrors(errors) = Policy::parse("policy.yml", &text).unwrap_err();
        assert!(!errors.is_empty());
        assert!(errors.iter().all(|error| !error.message.contains(secret)), "{errors:?}");
    }
}

#[test]
fn environments_that_nobody_knows_are_faults_with_their_place() {
    let known = Environments::shipped();
    let check = |text: &str| Policy::parse("p.yml", text).unwrap().check_environments("p.yml", &known);
    let rule = |names: &str| {
        format!("version: 1\nrules:\n- id: r\n  severity: critical\n  where: {{environments: [{names}]}}\n")
    };
    for name in ["production", "PRD", "qa", "pre_prod"] {
        assert_eq!(check(&rule(name)), Ok(()), "{name}");
    }
    assert_eq!(
        check(&rule("production, prodution")).unwrap_err().to_string(),
        "p.yml:5:38: no environment has this name, so that the rule never matches; configured are production, staging, \
         development; did you mean \"production\"?"
    );
    let predecessor = |name: &str| format!("environment_rules:\n  {name}: {{require_approvals: 1}}\n");
    assert_eq!(check(&predecessor("stg")), Ok(()));
    let error = check(&predecessor("moon")).unwrap_err().to_string();
    assert_eq!(
        error,
        "p.yml:2:3: no environment has this name, so that the rule never matches; configured are production, staging, \
         development"
    );
    let own =
        |name: &str| Environment { name: name.to_owned(), tier: Tier::Production, aliases: vec!["moon".to_owned()] };
    let own = Environments::new(vec![own("eu-1")]).unwrap();
    let policy = Policy::parse("p.yml", &rule("eu-1, MOON, staging")).unwrap();
    assert_eq!(policy.check_environments("p.yml", &own), Ok(()));
}
