//! Ambiguous scalars of a file: noted while it is read, told when all keys are known.

use std::collections::HashSet;

use super::hazard;
use crate::document::{Node, Position, Value};
use crate::finding::{FileFinding, FindingCode};
use crate::naming::Naming;

/// The ambiguous scalars of one file, each once, whatever aliases repeat it.
#[derive(Default)]
pub(super) struct Ambiguous {
    noted: Vec<Noted>,
}

struct Noted {
    text: String,
    at: Position,
    anchored: bool,
}

impl Ambiguous {
    /// Notes a plain scalar if it is one. What is anchored may stand for a secret elsewhere.
    pub(super) fn note(&mut self, text: &str, at: Position, anchored: bool) {
        if hazard::is_ambiguous(text) {
            self.noted.push(Noted { text: text.to_owned(), at, anchored });
        }
    }

    /// The findings; a scalar whose keys name a secret is told without a value. A key behind the scalar may be the
    /// one that does, so that only the whole tree knows.
    pub(super) fn findings(&self, roots: &[Node]) -> Vec<FileFinding> {
        if self.noted.is_empty() {
            return Vec::new();
        }
        let mut secrets = HashSet::new();
        roots.iter().for_each(|root| collect(root, Naming::Plain, &mut secrets));
        let finding = |Noted { text, at, anchored }: &Noted| {
            let message = hazard::message(text, *anchored || secrets.contains(&(at.line, at.column)))?;
            Some(FileFinding { code: FindingCode::AmbiguousScalar, at: *at, message })
        };
        self.noted.iter().filter_map(finding).collect()
    }
}

/// Places of scalars whose keys speak of a secret.
fn collect(node: &Node, named: Naming, secrets: &mut HashSet<(u32, u32)>) {
    match &node.value {
        Value::Map(map) => {
            for entry in map.entries() {
                collect(&entry.node, named.entry(map, &entry.key), secrets);
            }
        }
        Value::List(nodes) => {
            let mut before = None;
            for node in nodes {
                collect(node, named.element(before), secrets);
                before = Some(node);
            }
        }
        _ if named != Naming::Plain => {
            secrets.insert((node.at.line, node.at.column));
        }
        _ => {}
    }
}
