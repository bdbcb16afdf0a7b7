//! How much of each migration is there.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::schema::{Column, Fact, SchemaDocument};

/// How much of a migration is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Everything that it makes.
    AlreadyThere,
    /// Nothing of it.
    Missing,
    /// Some of it, or something else under its names.
    Conflict,
    /// It belongs to something that is switched off, and nothing of it is there.
    SwitchedOff,
}

/// One migration with its class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Classed {
    /// Its name.
    pub name: String,
    /// How much of it is there.
    pub class: Class,
    /// True when the ledger names it.
    pub applied: bool,
    /// For a conflict: what is missing and what contradicts.
    pub details: Vec<String>,
}

type Facts<'a> = BTreeMap<String, Fact<'a>>;

/// Classes each migration by the objects that it makes, changes and drops on its step of the ladder.
pub(super) fn classify(
    names: &[String],
    off: &[String],
    applied: &[String],
    ladder: &[SchemaDocument],
    live: &SchemaDocument,
) -> Vec<Classed> {
    let steps: Vec<Facts<'_>> = ladder.iter().map(SchemaDocument::facts).collect();
    let live = live.facts();
    let class = |(index, name): (usize, &String)| {
        let (Some(before), Some(after)) = (steps.get(index), steps.get(index + 1)) else {
            return Classed { name: name.clone(), class: Class::Missing, applied: false, details: Vec::new() };
        };
        let later = steps.get(index + 2..).unwrap_or_default();
        let (there, missing, wrong) = weigh(before, after, later, &live);
        let class = match (there, missing.is_empty(), wrong.is_empty()) {
            (_, true, true) => Class::AlreadyThere,
            (0, false, true) if off.contains(name) => Class::SwitchedOff,
            (0, false, true) => Class::Missing,
            _ => Class::Conflict,
        };
        let details = if class == Class::Conflict { missing.into_iter().chain(wrong).collect() } else { Vec::new() };
        Classed { name: name.clone(), class, applied: applied.contains(name), details }
    };
    names.iter().enumerate().map(class).collect()
}

/// Counts what is there, and lists what is missing and what is something else. A later migration may have changed or
/// dropped it since: that counts as there.
fn weigh(
    before: &Facts<'_>,
    after: &Facts<'_>,
    later: &[Facts<'_>],
    live: &Facts<'_>,
) -> (usize, Vec<String>, Vec<String>) {
    let (mut there, mut missing, mut wrong) = (0, Vec::new(), Vec::new());
    for (place, wanted) in after.iter().filter(|(place, wanted)| before.get(*place) != Some(*wanted)) {
        let changed_later = || later.iter().filter_map(|step| step.get(place));
        match live.get(place) {
            Some(found) if compatible(found, wanted) || changed_later().any(|wanted| compatible(found, wanted)) => {
                // Rules are always told, be there any or not: alone they say nothing.
                there += usize::from(!matches!(wanted, Fact::Rules(_) | Fact::Key(_)));
            }
            Some(found) if before.get(place).is_some_and(|old| compatible(found, old)) => {
                missing.push(format!("{place} is not changed"));
            }
            Some(found) => wrong.push(format!("{place} is {found}, wanted is {wanted}")),
            None if later.iter().any(|step| !step.contains_key(place)) => {}
            None => missing.push(format!("{place} is missing")),
        }
    }
    for place in before.keys().filter(|place| !after.contains_key(*place) && live.contains_key(*place)) {
        missing.push(format!("{place} is not dropped"));
    }
    (there, missing, wrong)
}

/// True when rows of one fit the other: on SQLite a type is a wish, so that families of types are compared.
fn compatible(found: &Fact<'_>, wanted: &Fact<'_>) -> bool {
    match (found, wanted) {
        (Fact::Column(found), Fact::Column(wanted)) => same_family(found, wanted),
        // What is checked beyond the migration, or not checked, is told as a difference and accepted with the adoption.
        (Fact::Rules(_), Fact::Rules(_)) => true,
        (found, wanted) => found == wanted,
    }
}

fn same_family(found: &Column, wanted: &Column) -> bool {
    let (found, wanted) = (family(&found.kind), family(&wanted.kind));
    found == wanted || (found.holds_times() && wanted.holds_times())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Integer,
    Real,
    Text,
    Time,
    Blob,
    Other,
}

impl Family {
    /// Times are kept as texts, or under types of their own.
    const fn holds_times(self) -> bool {
        matches!(self, Self::Text | Self::Time)
    }
}

fn family(kind: &str) -> Family {
    let has = |words: &[&str]| words.iter().any(|word| kind.contains(word));
    if has(&["date", "time"]) {
        Family::Time
    } else if has(&["int", "bool"]) {
        Family::Integer
    } else if has(&["real", "floa", "doub", "dec", "num"]) {
        Family::Real
    } else if has(&["char", "clob", "text", "json", "enum"]) && !has(&["uuid"]) {
        Family::Text
    } else if has(&["blob", "binary", "uuid", "bytea"]) || kind.is_empty() {
        Family::Blob
    } else {
        Family::Other
    }
}
