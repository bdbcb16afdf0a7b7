//! What allow and set_risk do, and what an allow never silences.

use drift::policy::{Policy, Subject, Verdict};
use drift::risk::Risk;

use crate::{changed, number, policy, removed, text};

fn allowed_by(verdict: &Verdict) -> Option<&str> {
    verdict.allow.as_ref().map(|applied| applied.rule.as_str())
}

#[test]
fn the_first_rule_that_may_allow_does() {
    let rules = policy(
        "  - {id: debug, then: allow, must: {require_values: [1]}}\n  - {id: any, description: free, then: allow}\n",
    );
    let verdict = rules.judge(&changed(&number("0"), &number("1")));
    assert_eq!(allowed_by(&verdict), Some("debug"));
    let verdict = rules.judge(&changed(&number("0"), &number("2")));
    assert_eq!(
        verdict.allow.map(|applied| (applied.rule, applied.message)),
        Some(("any".to_owned(), "free: the policy allows it".to_owned()))
    );
}

#[test]
fn removals_are_allowed_only_by_a_rule_that_says_so() {
    let old = number("1");
    let plain = policy("  - {id: a, then: allow}\n").judge(&removed(&old));
    assert_eq!((allowed_by(&plain), plain.matched.as_slice()), (None, [0].as_slice()));
    let named =
        policy("  - {id: a, then: allow}\n  - {id: b, then: allow, allow_removals: true}\n").judge(&removed(&old));
    assert_eq!(allowed_by(&named), Some("b"));
}

#[test]
fn critical_rules_are_silenced_by_name_only_and_stay_violated() {
    let rules = |severity: &str, allow: &str| {
        policy(&format!(
            "  - {{id: a, then: allow{allow}}}\n  - {{id: worst, severity: {severity}}}\n  - {{id: other, severity: critical, where: {{keys: [/x]}}}}\n"
        ))
    };
    let (old, new) = (number("1"), number("2"));
    let judge = |policy: Policy| policy.judge(&changed(&old, &new));
    let high = judge(rules("high", ""));
    assert_eq!((allowed_by(&high), high.violations.len()), (Some("a"), 1));
    assert_eq!(allowed_by(&judge(rules("critical", ""))), None);
    assert_eq!(allowed_by(&judge(rules("critical", ", allow_over: [other]"))), None);
    let named = judge(rules("critical", ", allow_over: [worst, other]"));
    assert_eq!((allowed_by(&named), named.violations.len()), (Some("a"), 1));
}

#[test]
fn a_critical_rule_of_the_risk_table_is_silenced_by_name_only() {
    let (old, new) = (text("a"), text("b"));
    let subject = Subject { critical: Some("reference_to_clear"), ..changed(&old, &new) };
    assert_eq!(allowed_by(&policy("  - {id: a, then: allow}\n").judge(&subject)), None);
    assert_eq!(
        allowed_by(&policy("  - {id: a, then: allow, allow_over: [reference_to_clear]}\n").judge(&subject)),
        Some("a")
    );
}

#[test]
fn of_several_risks_the_worst_counts_and_critical_ones_withhold_an_allow() {
    let rules = policy(
        "  - {id: low, then: {set_risk: low}}\n  - {id: high, then: {set_risk: high}, must: {forbid_values: [3]}}\n  - {id: crit, then: {set_risk: critical}, must: {require_values: [4]}}\n  - {id: a, then: allow}\n",
    );
    let old = number("1");
    let risk = |new: &str| {
        let new = number(new);
        let verdict = rules.judge(&changed(&old, &new));
        (verdict.set_risk.map(|(risk, applied)| (risk, applied.rule)), verdict.allow.is_some())
    };
    assert_eq!(risk("2"), (Some((Risk::High, "high".to_owned())), true));
    assert_eq!(risk("3"), (Some((Risk::Low, "low".to_owned())), true));
    assert_eq!(risk("4"), (Some((Risk::Critical, "crit".to_owned())), false));
}

#[test]
fn an_empty_policy_says_nothing() {
    let (old, new) = (number("1"), number("2"));
    assert_eq!(Policy::empty().judge(&changed(&old, &new)), Verdict::default());
    assert_eq!(policy("  []\n").judge(&changed(&old, &new)), Verdict::default());
}
