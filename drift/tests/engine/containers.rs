//! Rules and lists, maps and texts: what a rule says of values is asked of every value that a difference brings or takes.

use drift::delta::Delta;
use drift::outcome::Outcome;
use drift::risk::Risk;

use crate::{Run, change, edit, file};

fn outcome(rule: &str, old: &str, new: &str) -> Outcome {
    Run::production(vec![edit("app.yml", old, new)]).policy(&format!("version: 1\nrules:\n- {rule}\n")).outcome()
}

fn broken(rule: &str, old: &str, new: &str) -> Vec<String> {
    outcome(rule, old, new).violations.into_iter().map(|violation| violation.message).collect()
}

fn only(outcome: Outcome) -> Delta {
    assert_eq!(outcome.deltas.len(), 1);
    outcome.deltas.into_iter().next().unwrap()
}

#[test]
fn a_scalar_in_place_of_a_list_or_map_is_judged() {
    let rule = "{id: r, severity: critical, where: {keys: [/origins]}, must: {forbid_values: ['*']}}";
    for old in ["[a]", "[]", "{x: 1}", "a", "null"] {
        let found = broken(rule, &format!("x: 1\norigins: {old}\n"), "x: 1\norigins: '*'\n");
        assert_eq!(found, ["the new value is one of the forbidden ones"], "{old}");
    }
}

#[test]
fn a_list_is_judged_by_each_of_its_scalars_and_a_map_by_its_leaves() {
    let rule = "{id: r, severity: critical, where: {keys: [/origins]}, must: {forbid_values: ['*']}}";
    for (new, expected) in [("[a, '*']", 1), ("[a, [b, '*']]", 1), ("[{x: 1}, '*']", 1), ("[a]", 0), ("{a: '*'}", 0)] {
        for old in ["x: 1\n", "x: 1\norigins: y\n"] {
            assert_eq!(broken(rule, old, &format!("x: 1\norigins: {new}\n")).len(), expected, "{old}{new}");
        }
    }
    let required = "{id: r, severity: high, where: {keys: [/a]}, must: {require_values: [x]}}";
    let found = broken(required, "a: x\n", "a: {b: x}\n");
    assert_eq!(found, ["a map or a list of maps stands where a value is required"]);
}

#[test]
fn allowing_what_must_hold_asks_every_value() {
    let rule = "{id: r, then: allow, where: {keys: [/a/**]}, must: {allow_patterns: ['^ok$']}}";
    for (new, risk) in [
        ("{b: evil}", Risk::Low),
        ("{b: ok}", Risk::Allowed),
        ("{b: ok, c: [ok, evil]}", Risk::Low),
        ("[ok, ok]", Risk::Allowed),
        ("[ok, evil]", Risk::Low),
        ("[ok, {b: evil}]", Risk::Low),
        ("[ok, {b: ok}]", Risk::Allowed),
    ] {
        assert_eq!(only(outcome(rule, "x: 1\n", &format!("x: 1\na: {new}\n"))).risk, risk, "{new}");
    }
    let set = "{id: r, then: {set_risk: low}, where: {keys: [/a/**]}, must: {allow_patterns: ['^ok$']}}";
    assert_eq!(only(outcome(set, "x: 1\n", "x: 1\na: {password: evil-one}\n")).risk, Risk::High);
    assert_eq!(only(outcome(set, "x: 1\n", "x: 1\na: {password: ok}\n")).risk, Risk::Low);
}

#[test]
fn what_has_no_values_meets_no_demand() {
    let run = |change| {
        let rule = "version: 1\nrules:\n- {id: r, then: allow, must: {allow_patterns: ['^ok$']}}\n";
        only(Run::production(vec![change]).policy(rule).outcome()).risk
    };
    assert_ne!(run(edit("Makefile", "a:\n\tok\n", "a:\n\tevil\n")), Risk::Allowed);
    assert_ne!(run(change("Makefile", None, file("a:\n\tevil\n"))), Risk::Allowed);
    assert_ne!(run(change("app.yml", None, file("a: evil\n"))), Risk::Allowed);
    assert_ne!(run(change("app.json", None, file("[\"ok\", \"evil\"]"))), Risk::Allowed);
    assert_eq!(run(change("app.yml", None, file("a: ok\n"))), Risk::Allowed);
    assert_eq!(run(change("app.json", None, file("\"ok\""))), Risk::Allowed);
}

#[test]
fn an_added_map_is_no_removal() {
    let policy = "invariants:\n- {name: i, locator_contains: tls, severity: critical, require_values: [true]}\n";
    for (enabled, count) in [("true", 0), ("false", 1)] {
        let new = format!("x: 1\ntls: {{enabled: {enabled}}}\n");
        let outcome = Run::production(vec![edit("app.yml", "x: 1\n", &new)]).policy(policy).outcome();
        assert_eq!(outcome.violations.len(), count, "{enabled}");
    }
}

#[test]
fn what_went_with_a_map_went() {
    let delta = only(Run::production(vec![edit("a.yml", "tls: {enabled: true}\n", "tls: null\n")]).outcome());
    assert_eq!((delta.category.as_str(), delta.risk), ("security_off", Risk::High));
    // What stands on both sides did not go, though its map has another tag.
    let tagged = only(outcome("{id: r, severity: low}", "t: !a {tls: true}\n", "t: !b {tls: true}\n"));
    assert_ne!(tagged.category, "security_off");
    let allowed = |keys: &str, removals: bool, new: &str| {
        let rule = format!("{{id: r, then: allow, allow_removals: {removals}, where: {{keys: [{keys}]}}}}");
        only(outcome(&rule, "a: {b: 1, c: 2}\n", &format!("a: {new}\n"))).risk == Risk::Allowed
    };
    for new in ["null", "x", "[]", "[x]"] {
        assert!(!allowed("/a/b, /a/c", false, new) && !allowed("/a/b, /a/c", true, new), "{new}");
        assert!(!allowed("/a/**", false, new), "{new}");
        assert!(allowed("/a/**", true, new), "{new}");
    }
    let came = |keys: &str| {
        let rule = format!("{{id: r, then: allow, where: {{keys: [{keys}]}}}}");
        only(outcome(&rule, "a: 1\n", "a: {b: 1}\n")).risk == Risk::Allowed
    };
    assert!(!came("/a/b") && came("/a/**"));
}
