//! Values out of place: a changed value whose host or word no neighbour has, beside one that many have.
//!
//! A neighbour is a value of the same key elsewhere: in another file, at another place, in another environment. Two things
//! are out of place, and nothing else is: a host or word that is one edit away from one that at least [`LEAST`] neighbours
//! have (`db.svc.exmaple`), and a host of a domain that no neighbour has in place of one that at least as many have.
//! Digits are not counted as edits: `db-2` beside `db-1` is the next one, not a mistake.

mod evidence;
mod parts;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::assess::Assessment;
use crate::delta::{Class, Delta, Kind};
use crate::path::tokens;
use crate::words::words;

pub use evidence::Evidence;
use parts::{Parts, domain, one_edit};

/// Neighbours that must have a part before another one is out of place beside it.
pub const LEAST: u32 = 3;

words! {
    /// Why a value is out of place.
    pub enum OddKind {
        /// One edit away from what its neighbours have.
        OneEdit = "one_edit",
        /// Of a domain that none of its neighbours has.
        Domain = "domain",
    }
}

/// A part of a changed value that no neighbour has. Never a secret: values that hold one have no candidate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Odd {
    /// The delta's file.
    pub file: String,
    /// The delta's key path.
    pub key_path: String,
    /// Why.
    pub kind: OddKind,
    /// The part that no neighbour has.
    pub part: String,
    /// What neighbours have instead.
    pub like: String,
    /// How many of them.
    pub count: u32,
}

/// What the neighbours of a run's deltas say. Part of the facts, so that a replay needs no other file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Neighbours {
    /// Changed values that were compared with their neighbours.
    pub values: u32,
    /// Changed values beyond [`MOST_CANDIDATES`], which were not.
    pub values_left_out: u32,
    /// Files that were read for it.
    pub files: u32,
    /// Files that were left out, for `evidence.max_files`.
    pub left_out: u32,
    /// What is out of place, by file and key path.
    pub odd: Vec<Odd>,
}

/// A changed value that is worth a look at its neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    file: String,
    key_path: String,
    /// The key's own name, by which neighbours are found.
    name: String,
    old: Parts,
    new: Parts,
}

/// Most changed values that one run compares with their neighbours; more are counted.
pub const MOST_CANDIDATES: usize = 1_000;

/// The changed values of class `value` that are plain texts and hold no secret: the first [`MOST_CANDIDATES`] by file and
/// key path, and how many there are beyond.
pub fn candidates(assessments: &[Assessment]) -> (Vec<Candidate>, u32) {
    let deltas = assessments.iter().flat_map(|assessment| &assessment.deltas);
    let mut found: Vec<Candidate> = deltas.filter_map(candidate).collect();
    found.sort_by(|left, right| (&left.file, &left.key_path).cmp(&(&right.file, &right.key_path)));
    let rest = found.len().saturating_sub(MOST_CANDIDATES);
    found.truncate(MOST_CANDIDATES);
    (found, u32::try_from(rest).unwrap_or(u32::MAX))
}

fn candidate(delta: &Delta) -> Option<Candidate> {
    let plain = delta.kind == Kind::Changed && delta.class == Class::Value && !delta.secret;
    let (serde_json::Value::String(old), serde_json::Value::String(new)) = (&delta.old, &delta.new) else {
        return None;
    };
    // A value that was cut to be shown may end within a host.
    if [old, new].iter().any(|text| text.contains('…')) {
        return None;
    }
    let name = tokens(&delta.path).filter(|token| !is_index(token)).last().map(|key| own_name(&key))?;
    let (old, new) = (Parts::of(&name, old), Parts::of(&name, new));
    let (file, key_path) = (delta.file.clone(), delta.key_path.clone());
    (plain && !new.is_empty()).then_some(Candidate { file, key_path, name, old, new })
}

fn is_index(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit())
}

/// The last part of a key that is written with points, in lower case: `spring.datasource.url` and `url` are neighbours.
fn own_name(key: &str) -> String {
    key.rsplit('.').next().unwrap_or(key).to_ascii_lowercase()
}

/// What is out of place beside this evidence, in the order of the candidates.
pub fn judge(candidates: &[Candidate], evidence: &Evidence) -> Vec<Odd> {
    candidates.iter().filter_map(|candidate| odd(candidate, evidence)).collect()
}

/// The first part of a candidate that is out of place; one key counts once.
fn odd(candidate: &Candidate, evidence: &Evidence) -> Option<Odd> {
    let tell = |kind, part: &str, like: &str, count| Odd {
        file: candidate.file.clone(),
        key_path: candidate.key_path.clone(),
        kind,
        part: part.to_owned(),
        like: like.to_owned(),
        count,
    };
    let own = |part: &str| u32::from(evidence.has_file(&candidate.file) && candidate.old.all().any(|old| old == part));
    let seen = |part: &str| evidence.count(&candidate.name, part).saturating_sub(own(part));
    let came = || candidate.new.all().filter(|part| !candidate.old.all().any(|old| old == *part) && seen(part) == 0);
    for part in came() {
        let near = evidence.parts(&candidate.name).filter(|known| one_edit(known, part) && seen(known) >= LEAST);
        // The most frequent; of several the first in the order of the alphabet.
        let nearest = near.map(|known| (std::cmp::Reverse(seen(known)), known)).min();
        if let Some((count, known)) = nearest {
            return Some(tell(OddKind::OneEdit, part, known, count.0));
        }
    }
    let of_domain = |wanted: &str| -> u32 {
        let parts = evidence.parts(&candidate.name).filter(|known| domain(known) == Some(wanted));
        parts.map(seen).fold(0, u32::saturating_add)
    };
    let gone: BTreeSet<&str> = candidate.old.hosts().filter_map(domain).collect();
    for part in came() {
        let new = domain(part).filter(|new| candidate.new.hosts().any(|host| host == part) && of_domain(new) == 0);
        let replaced = new.and_then(|new| gone.iter().find(|gone| **gone != new && of_domain(gone) >= LEAST));
        if let Some(gone) = replaced {
            return Some(tell(OddKind::Domain, part, gone, of_domain(gone)));
        }
    }
    None
}

impl Odd {
    /// The evidence in a clause.
    pub fn sentence(&self) -> String {
        let Self { part, like, count, .. } = self;
        let place = format!("{} of {}", self.key_path, self.file);
        match self.kind {
            OddKind::OneEdit => {
                format!(
                    "{place} says {part}, which no neighbour says and which is one edit away from {like}, which {count} say"
                )
            }
            OddKind::Domain => {
                format!("{place} says {part}, of a domain that no neighbour says in place of {like}, which {count} say")
            }
        }
    }
}
