//! The values of the same keys in other files, counted part by part.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Map, Node, Value};
use crate::format;
use crate::limits::Limits;
use crate::naming::Naming;
use crate::secret;

use super::parts::Parts;
use super::{Candidate, own_name};

/// How often each part stands under each key that a candidate has.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    counts: BTreeMap<String, BTreeMap<String, u32>>,
    files: BTreeSet<String>,
}

impl Evidence {
    /// Nothing read yet.
    pub fn of(candidates: &[Candidate]) -> Self {
        let counts = candidates.iter().map(|candidate| (candidate.name.clone(), BTreeMap::new())).collect();
        Self { counts, files: BTreeSet::new() }
    }

    /// Adds what a file says of the keys. One that cannot be read says nothing here; if it changed, the run tells why.
    /// Values that hold secrets are left out.
    pub fn add(&mut self, path: &str, bytes: &[u8], limits: &Limits) {
        let lower = bytes.to_ascii_lowercase();
        let text = String::from_utf8_lossy(&lower);
        if !self.counts.keys().any(|name| text.contains(name.as_str())) {
            return;
        }
        let Ok(document) = format::read(path, bytes, limits) else { return };
        self.files.insert(path.to_owned());
        for root in &document.roots {
            self.node(root, "", Naming::Plain);
        }
    }

    fn node(&mut self, node: &Node, name: &str, named: Naming) {
        match &node.value {
            Value::Map(map) => self.map(map, named),
            Value::List(nodes) => {
                let mut before = None;
                for node in nodes {
                    self.node(node, name, named.element(before));
                    before = Some(node);
                }
            }
            Value::String(text) if !named.hides(&node.value) && !secret::holds_secret(text) => {
                let Some(counts) = self.counts.get_mut(name) else { return };
                for part in Parts::of(name, text).all() {
                    let count = counts.entry(part.to_owned()).or_default();
                    *count = count.saturating_add(1);
                }
            }
            _ => {}
        }
    }

    fn map(&mut self, map: &Map, named: Naming) {
        for entry in map.entries() {
            let name = own_name(&entry.key);
            self.node(&entry.node, &name, named.entry(map, &entry.key));
        }
    }

    /// True when the file said something, so that a candidate of it was counted as its own neighbour.
    pub(super) fn has_file(&self, path: &str) -> bool {
        self.files.contains(path)
    }

    pub(super) fn count(&self, name: &str, part: &str) -> u32 {
        self.counts.get(name).and_then(|counts| counts.get(part)).copied().unwrap_or_default()
    }

    pub(super) fn parts<'e>(&'e self, name: &str) -> impl Iterator<Item = &'e str> {
        self.counts.get(name).into_iter().flat_map(BTreeMap::keys).map(String::as_str)
    }
}
