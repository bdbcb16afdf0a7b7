//! Conditions on values, which both policy formats write in the same four keys.

use regex::RegexSet;

use super::demand::{Condition, meets};
use crate::document::{Node, Position, Value};
use crate::strict::{Fields, Strict};

/// Reads `forbid_values`, `require_values`, `forbid_patterns` and `allow_patterns`.
pub(super) fn value_conditions(strict: &mut Strict<'_>, fields: &Fields<'_>) -> Vec<Condition> {
    let mut conditions = Vec::new();
    let forbidden = fields.get("forbid_values").map(|node| literals(strict, node, "forbid_values")).unwrap_or_default();
    let required =
        fields.get("require_values").map(|node| literals(strict, node, "require_values")).unwrap_or_default();
    for (value, at) in &required {
        if forbidden.iter().any(|(other, _)| meets(other, value, false)) {
            strict.fault(*at, "a required value is forbidden by the same rule, so that nothing can satisfy both");
        }
    }
    if !forbidden.is_empty() {
        conditions.push(Condition::NotAmong(forbidden.into_iter().map(|(value, _)| value).collect()));
    }
    if !required.is_empty() {
        conditions.push(Condition::Among(required.into_iter().map(|(value, _)| value).collect()));
    }
    let allowed = fields.get("allow_patterns").map(|node| strict.texts(node, "allow_patterns")).unwrap_or_default();
    let unwanted = fields.get("forbid_patterns").map(|node| strict.texts(node, "forbid_patterns")).unwrap_or_default();
    for (text, at) in &unwanted {
        if allowed.iter().any(|(other, _)| other == text) {
            strict.fault(*at, "a forbidden pattern is allowed by the same rule and can never match");
        }
    }
    if !allowed.is_empty() || !unwanted.is_empty() {
        let sets = (regex_set(strict, &unwanted), regex_set(strict, &allowed));
        if let (Some(forbid), Some(allow)) = sets {
            conditions.push(Condition::Text { forbid, allow });
        }
    }
    conditions
}

fn literals(strict: &mut Strict<'_>, node: &Node, what: &str) -> Vec<(Value, Position)> {
    let mut values = Vec::new();
    for item in strict.list(node, what).unwrap_or_default() {
        if matches!(item.value, Value::List(_) | Value::Map(_)) {
            strict.fault(item.at, format!("an entry of {what} must be a scalar; rules on lists judge each element"));
        } else {
            values.push((item.value.clone(), item.at));
        }
    }
    values
}

/// Compiles regular expressions; each bad one is a fault at its place. None when any is bad.
pub(crate) fn regex_set(strict: &mut Strict<'_>, patterns: &[(&str, Position)]) -> Option<RegexSet> {
    match RegexSet::new(patterns.iter().map(|(pattern, _)| pattern)) {
        Ok(set) => Some(set),
        Err(error) => {
            blame(strict, patterns, &error);
            None
        }
    }
}

/// A fault for each bad pattern; a set tells of one only, and not where it stands.
fn blame(strict: &mut Strict<'_>, patterns: &[(&str, Position)], together: &regex::Error) {
    let alone = patterns.iter().filter_map(|(pattern, at)| Some((regex::Regex::new(pattern).err()?, at)));
    let bad: Vec<_> = alone.collect();
    for (error, at) in &bad {
        strict.fault(**at, format!("bad regular expression: {}", reason(error)));
    }
    if let (true, Some((_, at))) = (bad.is_empty(), patterns.first()) {
        strict.fault(*at, format!("these regular expressions are too large together: {}", reason(together)));
    }
}

/// The last line of the parser's message: what is wrong, without the pattern itself.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or("it cannot be compiled");
    last.strip_prefix("error: ").unwrap_or(last).to_lowercase()
}
