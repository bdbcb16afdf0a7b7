//! Rules that are well formed and still wrong: ids that clash, and rules that can never match.

use super::demand::Condition;
use super::{Effect, Rule};
use crate::delta::Kind;
use crate::document::{Node, Position};
use crate::environment::Environments;
use crate::finding::Severity;
use crate::risk::Risk;
use crate::risk_table::RiskTable;
use crate::strict::{Strict, did_you_mean};

/// Reads an id: letters, digits, `.`, `_` and `-`, starting with a letter or digit. Empty when it is bad.
pub(super) fn id(strict: &mut Strict<'_>, node: &Node) -> String {
    let Some(text) = strict.text(node, "id") else {
        return String::new();
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if !text.chars().all(plain) || !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        strict.fault(node.at, "an id holds letters, digits, \".\", \"_\" and \"-\", and starts with a letter or digit");
        return String::new();
    }
    text.to_owned()
}

/// Ids stand once, and `allow_over` names critical rules only: those of the file, and those of the risk table.
pub(super) fn ids(strict: &mut Strict<'_>, rules: &[Rule], table: &RiskTable) {
    unique(strict, rules);
    // A rule that could not be read is missing here, and naming it would look wrong.
    if strict.has_faults() {
        return;
    }
    let critical: Vec<&str> = rules.iter().filter(|rule| is_critical(rule)).map(|rule| rule.id.as_str()).collect();
    let critical: Vec<&str> = critical.into_iter().chain(table.critical_categories()).collect();
    for rule in rules {
        let Effect::Allow { over, .. } = &rule.effect else {
            continue;
        };
        for id in over.iter().filter(|id| !critical.contains(&id.as_str())) {
            let message = if rules.iter().any(|other| other.id == *id) {
                format!("allow_over names {id:?}, which is not critical and needs no naming")
            } else {
                let hint =
                    did_you_mean(id, &critical).map_or_else(String::new, |hint| format!("; did you mean {hint:?}?"));
                format!("allow_over names {id:?}, and no critical rule has this id{hint}")
            };
            strict.fault(rule.at, message);
        }
    }
}

/// No two rules have one id.
pub(super) fn unique(strict: &mut Strict<'_>, rules: &[Rule]) {
    let mut seen: std::collections::HashMap<&str, Position> = std::collections::HashMap::new();
    for rule in rules.iter().filter(|rule| !rule.id.is_empty()) {
        if let Some(first) = seen.get(rule.id.as_str()) {
            strict.fault(rule.at, format!("the id {:?} stands twice, first on line {}", rule.id, first.line));
        } else {
            seen.insert(&rule.id, rule.at);
        }
    }
}

/// The name is one of an environment, or a known word for one that is not configured.
pub(super) fn environment(strict: &mut Strict<'_>, name: &str, at: Position, known: &Environments) {
    if !known.is_known(name) {
        let names: Vec<&str> = known.configured().iter().map(|environment| environment.name.as_str()).collect();
        let words: Vec<&str> = known.known_words().collect();
        let hint = did_you_mean(&name.to_lowercase(), &words)
            .map_or_else(String::new, |hint| format!("; did you mean {hint:?}?"));
        strict.fault(
            at,
            format!(
                "no environment has this name, so that the rule never matches; configured are {}{hint}",
                names.join(", ")
            ),
        );
    }
}

fn is_critical(rule: &Rule) -> bool {
    matches!(
        rule.effect,
        Effect::Violation { severity: Severity::Critical, .. } | Effect::SetRisk { risk: Risk::Critical, .. }
    )
}

/// Faults for a rule whose conditions exclude each other.
pub(super) fn can_match(strict: &mut Strict<'_>, rule: &Rule) {
    let changes = &rule.scope.changes;
    if changes.is_empty() {
        return;
    }
    if let Effect::Allow { removals, .. } = &rule.effect {
        let removed = changes.contains(&Kind::Removed);
        if changes.iter().all(|kind| *kind == Kind::Removed) && !removals {
            strict.fault(
                rule.at,
                "this rule can never allow anything: it is about removals and does not set `allow_removals: true`",
            );
        }
        if *removals && !removed {
            strict.fault(rule.at, "allow_removals says nothing here: `changes` leaves removals out");
        }
    }
    let (must, breaks) = match &rule.effect {
        Effect::Violation { must: Some(must), .. } => (must, true),
        Effect::Allow { must: Some(must), .. } | Effect::SetRisk { must: Some(must), .. } => (must, false),
        _ => return,
    };
    let possible = |condition: &Condition| changes.iter().any(|kind| speaks_of(condition, *kind, breaks));
    let can = if breaks { must.conditions.iter().any(possible) } else { must.conditions.iter().all(possible) };
    if !can && !must.conditions.is_empty() {
        strict.fault(rule.at, "this rule can never match: `changes` leaves no value that `must` could judge");
    }
}

/// True when a condition can be broken (`breaks`) or can hold at a change of this kind.
const fn speaks_of(condition: &Condition, kind: Kind, breaks: bool) -> bool {
    match (condition, kind) {
        (Condition::Version { .. }, Kind::Added | Kind::Removed) => false,
        (Condition::Version { .. }, _) => true,
        (Condition::Among(_), Kind::Removed) => breaks,
        (Condition::NotAmong(_) | Condition::Text { .. }, Kind::Removed) => !breaks,
        _ => true,
    }
}
