//! What `must` demands of values, texts and versions.

use drift::document::{Map, Node, Position, Value};
use drift::finding::Severity;
use drift::policy::Subject;

use crate::{added, changed, number, policy, removed, text};

/// True when `must` is broken by a change to `new`.
fn broken(must: &str, new: &Value) -> bool {
    broken_by(must, &changed(&text("before"), new))
}

fn broken_by(must: &str, subject: &Subject<'_>) -> bool {
    let verdict = policy(&format!("  - {{id: r, severity: high, must: {must}}}\n")).judge(subject);
    assert_eq!(verdict.matched, [0]);
    !verdict.violations.is_empty()
}

fn list(values: &[Value]) -> Value {
    Value::List(values.iter().map(|value| Node::new(value.clone(), Position::START)).collect())
}

#[test]
fn values_are_equal_by_type_and_booleans_by_spelling_too() {
    let cases = [
        ("false", Value::Bool(false), true),
        ("'false'", Value::Bool(false), true),
        ("false", text("false"), true),
        ("false", Value::Bool(true), false),
        ("false", number("0"), false),
        ("8080", number("8080"), true),
        ("8080", number("8080.0"), true),
        ("0x1F90", number("8080"), true),
        ("9007199254740993", number("9007199254740992"), false),
        ("8080", text("8080"), false),
        ("'8080'", text("8080"), true),
        ("'8080'", number("8080"), false),
        ("null", Value::Null, true),
        ("null", text("null"), false),
        ("''", text(""), true),
        ("debug", text("DEBUG"), false),
    ];
    for (rule, value, expected) in cases {
        assert_eq!(
            broken(&format!("{{forbid_values: [{rule}]}}"), &value),
            expected,
            "forbid {rule} against {value:?}"
        );
        assert_eq!(
            broken(&format!("{{require_values: [{rule}]}}"), &value),
            !expected,
            "require {rule} against {value:?}"
        );
    }
}

#[test]
fn formats_that_know_only_text_are_compared_by_spelling() {
    let old = text("before");
    let cases = [
        ("8080", "8080", true),
        ("8080", "8080.0", false),
        ("false", "FALSE", true),
        ("'no'", "no", true),
        ("null", "null", true),
    ];
    for (rule, value, expected) in cases {
        let new = text(value);
        let subject = Subject { only_text: true, ..changed(&old, &new) };
        assert_eq!(broken_by(&format!("{{forbid_values: [{rule}]}}"), &subject), expected, "{rule} against {value}");
    }
}

#[test]
fn a_removal_breaks_only_the_demand_for_a_value() {
    let old = Value::Bool(true);
    assert!(broken_by("{require_values: [true]}", &removed(&old)));
    assert!(!broken_by("{forbid_values: [true]}", &removed(&old)));
    assert!(!broken_by("{forbid_patterns: ['.']}", &removed(&old)));
    assert!(broken_by("{require_values: [true]}", &added(&Value::Bool(false))));
    assert!(!broken_by("{require_values: [true]}", &added(&old)));
}

#[test]
fn lists_are_judged_by_their_elements_and_maps_by_their_leaves() {
    let star = list(&[text("a.example"), text("*")]);
    assert!(broken("{forbid_values: ['*']}", &star));
    assert!(broken("{require_values: [a.example]}", &star));
    assert!(!broken("{require_values: [a.example, '*']}", &star));
    assert!(broken("{require_values: [a.example]}", &list(&[])));
    let map = Value::Map(Map::default());
    assert!(!broken_by("{forbid_values: ['*'], forbid_patterns: ['.']}", &added(&map)));
    assert!(!broken_by("{require_values: [true]}", &added(&map)));
    assert!(broken("{require_values: [true]}", &map));
}

#[test]
fn allowed_patterns_win_over_forbidden_ones_and_stand_alone_as_a_demand() {
    let both = r"{forbid_patterns: ['^http://'], allow_patterns: ['localhost']}";
    assert!(broken(both, &text("http://svc.example")));
    assert!(!broken(both, &text("http://localhost:80")));
    assert!(!broken(both, &text("https://svc.example")));
    let alone = r"{allow_patterns: ['^https://', '^$']}";
    assert!(broken(alone, &text("http://svc.example")));
    assert!(!broken(alone, &text("https://svc.example")) && !broken(alone, &text("")));
    assert!(broken("{forbid_patterns: ['^80']}", &number("8080")));
}

#[test]
fn version_changes_are_limited_by_size() {
    let limited = |old: &str, new: &str| broken_by("{semver: {max: minor}}", &changed(&text(old), &text(new)));
    assert!(!limited("1.2.3", "1.3.0") && !limited("web:1.2.3", "web:1.2.4"));
    assert!(limited("1.2.3", "2.0.0") && limited("^1.2.0", "^3.0.0"));
    assert!(limited("web:1.2.3", "web:latest") && limited("web:1.2.3", "other:1.2.3"));
    assert!(!limited("latest", "1.2.3") && !limited("8080", "9090"));
    let old = text("1.2.3");
    assert!(!broken_by("{semver: {max: patch}}", &removed(&old)));
    assert!(broken_by("{semver: {max: patch}}", &changed(&old, &text("1.3.0"))));
}

#[test]
fn a_violation_says_which_rule_and_why_and_quotes_no_value() {
    let rules = policy(
        "  - {id: port, severity: critical, description: the port is fixed, must: {forbid_values: [8090], forbid_patterns: ['^809']}}\n",
    );
    let verdict = rules.judge(&changed(&number("8080"), &number("8090")));
    let [(severity, applied)] = verdict.violations.as_slice() else { panic!("one violation, not {verdict:?}") };
    assert_eq!((*severity, applied.rule.as_str()), (Severity::Critical, "port"));
    assert_eq!(
        applied.message,
        "the port is fixed: the new value is one of the forbidden ones; the new value matches a forbidden pattern"
    );
    let bare = policy("  - {id: frozen, severity: low}\n").judge(&removed(&number("1")));
    assert_eq!(
        bare.violations.first().map(|(_, applied)| applied.message.as_str()),
        Some("no change is permitted here")
    );
}
