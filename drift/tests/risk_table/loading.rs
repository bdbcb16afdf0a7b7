//! Tables: the shipped one, another one, bad ones.

use drift::policy::PolicyErrors;
use drift::risk::Risk;
use drift::risk_table::{RiskSubject, RiskTable};

use crate::{BASE, value};

#[test]
fn the_shipped_table_is_read_without_a_fault() {
    let text = include_str!("../../rules/risk.yml");
    RiskTable::parse("risk.yml", text).unwrap();
    assert_eq!(RiskTable::shipped().critical_categories().collect::<Vec<_>>(), ["reference_to_clear"]);
}

#[test]
fn another_table_takes_its_place() {
    let text = "version: 1\nrules:\n  - {category: colour, risk: low, reason: taste, when: [{words: [theme], new_patterns: [dark]}]}\n  - {category: rest, risk: high, reason: unknown}\n";
    let table = RiskTable::parse("mine.yml", text).unwrap();
    let new = value("dark");
    let subject = RiskSubject { key_path: "/theme", new: Some(&new), ..BASE };
    assert_eq!((table.classify(&subject).risk, table.classify(&subject).category), (Risk::Low, "colour"));
    assert_eq!(table.classify(&BASE).category, "rest");
}

#[test]
fn bad_tables_are_refused_with_every_fault() {
    let text = "\
version: 1
rules:
  - {category: first, risk: medium, reason: x}
  - {category: second, risk: allowed, reason: x, when: [{word: [a]}]}
  - {category: third, risk: low, when: [{words: [API_KEY], new_patterns: ['(']}, {}]}
  - {category: fourth, risk: low, reason: x, when: [{facts: [secrets]}]}
";
    let PolicyErrors(errors) = RiskTable::parse("risk.yml", text).unwrap_err();
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "risk.yml:3:5: only the last rule has no `when`; the rules after this one can never match",
            "risk.yml:4:30: risk must be one of critical, high, medium, low",
            "risk.yml:4:58: unknown key \"word\"; did you mean \"words\"?",
            "risk.yml:5:5: a risk rule has no `reason`",
            "risk.yml:5:50: an entry of words is a lower-case word, or words joined by \"+\"",
            "risk.yml:5:75: bad regular expression: unclosed group",
            "risk.yml:5:82: a condition is empty and would match everything",
            "risk.yml:6:5: the last rule must have no `when`, so that every difference has a risk",
            "risk.yml:6:62: an entry of facts must be one of secret, reference_to_clear, whole_file, profile_file; did you mean \"secret\"?",
        ]
    );
}
