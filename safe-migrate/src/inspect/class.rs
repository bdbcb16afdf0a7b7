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

/// Every migration with its class, and of those that are there the ones that nobody can see.
pub(super) struct Classes {
    /// Every migration.
    pub(super) all: Vec<Classed>,
    /// Migrations that leave nothing in the schema and count as applied, each with the one that it counts like.
    pub(super) unseen: Vec<(String, String)>,
}

type Facts<'a> = BTreeMap<String, Fact<'a>>;

/// What a live schema shows of one migration.
#[derive(Default)]
struct Weight {
    /// How much of it is there.
    there: usize,
    missing: Vec<String>,
    wrong: Vec<String>,
    /// True when it makes, changes or drops something that can be seen at all.
    visible: bool,
}

impl Weight {
    /// None when nothing is there, nothing is missing and nothing is wrong: the schema does not tell.
    fn class(&self, off: bool) -> Option<Class> {
        match (self.there, self.missing.is_empty(), self.wrong.is_empty()) {
            (0, true, true) => off.then_some(Class::SwitchedOff),
            (_, true, true) => Some(Class::AlreadyThere),
            (0, false, true) if off => Some(Class::SwitchedOff),
            (0, false, true) => Some(Class::Missing),
            _ => Some(Class::Conflict),
        }
    }
}

/// Classes each migration by the objects that it makes, changes and drops on its step of the ladder. One of which the
/// schema tells nothing is there while all before it are, and is missing behind the first one that is not; before all
/// others it is what the first of them is. On a `server` types are compared by name.
pub(super) fn classify(
    names: &[String],
    off: &[String],
    applied: &[String],
    ladder: &[SchemaDocument],
    live: &SchemaDocument,
    server: bool,
) -> Classes {
    let steps: Vec<Facts<'_>> = ladder.iter().map(SchemaDocument::facts).collect();
    let live = live.facts();
    let weight = |index: usize| match (steps.get(index), steps.get(index + 1)) {
        (Some(before), Some(after)) => weigh(before, after, steps.get(index + 2..).unwrap_or_default(), &live, server),
        _ => Weight::default(),
    };
    let weighed: Vec<(&String, Weight, Option<Class>)> = names
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let weight = weight(index);
            let class = weight.class(off.contains(name));
            let class = class.or_else(|| applied.contains(name).then_some(Class::AlreadyThere));
            (name, weight, class)
        })
        .collect();
    let first = weighed.iter().find(|(_, _, class)| class.is_some_and(|class| class != Class::SwitchedOff));
    let mut like = first.map(|(name, _, _)| (*name).clone()).unwrap_or_default();
    let mut all_there = first.is_some_and(|(_, _, class)| *class == Some(Class::AlreadyThere));
    let mut classes = Classes { all: Vec::new(), unseen: Vec::new() };
    for (name, weight, seen) in weighed {
        let class = seen.unwrap_or(if all_there { Class::AlreadyThere } else { Class::Missing });
        if seen.is_none() && class == Class::AlreadyThere && !weight.visible {
            classes.unseen.push((name.clone(), like.clone()));
        }
        if class != Class::SwitchedOff {
            all_there &= class == Class::AlreadyThere;
            like.clone_from(name);
        }
        let both = weight.missing.into_iter().chain(weight.wrong);
        let details = if class == Class::Conflict { both.collect() } else { Vec::new() };
        classes.all.push(Classed { name: name.clone(), class, applied: applied.contains(name), details });
    }
    classes
}

/// Weighs what is there, what is missing and what is something else. A later migration may have changed or dropped it
/// since: that counts as there.
fn weigh(before: &Facts<'_>, after: &Facts<'_>, later: &[Facts<'_>], live: &Facts<'_>, server: bool) -> Weight {
    let mut weight = Weight::default();
    for (place, wanted) in after.iter().filter(|(place, wanted)| before.get(*place) != Some(*wanted)) {
        // Rules are always told, be there any or not: alone they say nothing.
        let speaks = !matches!(wanted, Fact::Rules(_) | Fact::Key(_));
        weight.visible |= speaks;
        let changed_later = || later.iter().filter_map(|step| step.get(place));
        let fits = |found: &Fact<'_>, wanted: &Fact<'_>| compatible(found, wanted, server);
        match live.get(place) {
            Some(found) if fits(found, wanted) || changed_later().any(|wanted| fits(found, wanted)) => {
                weight.there += usize::from(speaks);
            }
            Some(found) if before.get(place).is_some_and(|old| fits(found, old)) => {
                weight.missing.push(format!("{place} is not changed"));
            }
            Some(found) => weight.wrong.push(format!("{place} is {found}, wanted is {wanted}")),
            None if later.iter().any(|step| !step.contains_key(place)) => {}
            None => weight.missing.push(format!("{place} is missing")),
        }
    }
    for place in before.keys().filter(|place| !after.contains_key(*place)) {
        weight.visible = true;
        if live.contains_key(place) {
            weight.missing.push(format!("{place} is not dropped"));
        }
    }
    weight
}

/// True when rows of one fit the other: on SQLite a type is a wish, so that families of types are compared; on a server
/// it is kept to, and whoever reads a column asks for it by name.
fn compatible(found: &Fact<'_>, wanted: &Fact<'_>, server: bool) -> bool {
    match (found, wanted) {
        (Fact::Column(found), Fact::Column(wanted)) if server => type_name(&found.kind) == type_name(&wanted.kind),
        (Fact::Column(found), Fact::Column(wanted)) => same_family(found, wanted),
        // What is checked beyond the migration, or not checked, is told as a difference and accepted with the adoption.
        (Fact::Rules(_), Fact::Rules(_)) => true,
        (found, wanted) => found == wanted,
    }
}

/// The name of a type of Postgres without its length or precision. Texts with a limit and without are read alike.
fn type_name(kind: &str) -> String {
    let mut depth = 0_usize;
    let mut name = String::with_capacity(kind.len());
    for sign in kind.chars() {
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => name.push(sign),
            _ => {}
        }
    }
    name.replace("character varying", "text")
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
