//! A changed base file: which keys each of its deltas touches, and what its own later documents override.

use crate::document::{Document, Node};
use crate::path::tokens;

use super::family::{Family, Role};
use super::keys::{self, Holds, Key};
use super::profile::When;

/// What is known of a base file from itself.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    pub(super) family: Family,
    /// One for each delta, in order.
    pub(super) reaches: Vec<Reach>,
    /// The documents of the candidate's file behind the first.
    pub(super) documents: Vec<Layer>,
    /// True when a document of either side counts for some environments only.
    pub(super) has_conditions: bool,
}

/// What a delta touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Nobody can tell.
    Everything,
    /// Nothing that is read as a value.
    Nothing,
    /// Keys of these documents.
    Parts(Vec<Part>),
}

/// Keys of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(super) document: u32,
    pub(super) when: When,
    pub(super) keys: Vec<Key>,
}

/// A document that is put over others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layer {
    pub(super) document: u32,
    pub(super) when: When,
    pub(super) keys: Vec<(Key, Holds)>,
}

/// A place of a delta in one side.
pub(crate) struct Place<'p> {
    /// The side as read.
    pub(crate) side: &'p Document,
    /// 0-based document; None for all of them.
    pub(crate) document: Option<u32>,
    /// Pointer (RFC 6901).
    pub(crate) path: &'p str,
}

impl Base {
    /// A base file with the candidate's side as read; None when the name is not that of a base.
    pub(crate) fn of(path: &str, old: Option<&Document>, new: Option<&Document>) -> Option<Self> {
        let family = Role::of(path).filter(|role| role.variant.is_none())?.family;
        let is_conditional = |side: &Document| side.roots.iter().any(|root| condition(root, family) != When::Always);
        let has_conditions = [old, new].into_iter().flatten().any(is_conditional);
        let later = new.into_iter().flat_map(|side| side.roots.iter().zip(0..)).skip(1);
        let documents = match family {
            Family::Spring => later.map(|(root, document)| Layer::of(root, document, family)).collect(),
            Family::Helm | Family::Dotenv => Vec::new(),
        };
        Some(Self { family, reaches: Vec::new(), documents, has_conditions })
    }

    /// Adds what the next delta touches.
    pub(crate) fn push(&mut self, reach: Reach) {
        self.reaches.push(reach);
    }

    /// What a delta touches that stands at these places; nobody can tell when none of them is there.
    pub(crate) fn reach(&self, places: &[Place<'_>]) -> Reach {
        let parts: Vec<Part> = places.iter().flat_map(|place| self.parts(place)).collect();
        let is_condition = parts.iter().flat_map(|part| &part.keys).any(Key::is_condition);
        if parts.is_empty() || (is_condition && self.family == Family::Spring) {
            return Reach::Everything;
        }
        Reach::Parts(parts)
    }

    fn parts(&self, place: &Place<'_>) -> Vec<Part> {
        let tokens: Vec<String> = tokens(place.path).collect();
        let roots = place.side.roots.iter().zip(0..);
        let chosen = roots.filter(|(_, number)| place.document.is_none_or(|document| document == *number));
        let part = |(root, document): (&Node, u32)| {
            let keys = keys::at(root, &tokens, self.family)?;
            Some(Part { document, when: condition(root, self.family), keys })
        };
        chosen.filter_map(part).collect()
    }
}

impl Layer {
    /// A document of a family.
    pub(super) fn of(root: &Node, document: u32, family: Family) -> Self {
        let mut found = Vec::new();
        keys::every(root, family, &mut |key, holds| found.push((key, holds)));
        Self { document, when: condition(root, family), keys: found }
    }
}

fn condition(root: &Node, family: Family) -> When {
    if family == Family::Spring { When::of(root) } else { When::Always }
}
