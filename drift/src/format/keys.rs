//! The keys of one map as they are met, each kept once.

use std::collections::HashMap;

use crate::document::{Entry, Map, Node, Position, Text, Value};
use crate::format::Unreadable;
use crate::format::tally::Tally;

/// Entries in source order with an index by key.
#[derive(Default)]
pub(super) struct Keys {
    entries: Vec<Option<Entry>>,
    slots: HashMap<Text, usize>,
}

/// An entry whose value is text.
pub(super) fn text_entry(key: impl Into<Text>, at: Position, value: impl Into<Text>, value_at: Position) -> Entry {
    Entry { key: key.into(), at, node: Node::new(Value::String(value.into()), value_at) }
}

/// An entry whose value is a map or list that starts at the key.
pub(super) fn tree_entry(key: impl Into<Text>, at: Position, value: Value) -> Entry {
    Entry { key: key.into(), at, node: Node::new(value, at) }
}

impl Keys {
    /// Adds an entry; of two with one key the last counts, with a finding.
    pub(super) fn put_last(&mut self, entry: Entry, tally: &mut Tally<'_>) -> Result<(), Unreadable> {
        tally.node(entry.node.at)?;
        if let Some(earlier) =
            self.slots.get(&entry.key).and_then(|slot| self.entries.get_mut(*slot)).and_then(Option::take)
        {
            tally.duplicate(&entry.key, earlier.at, entry.at, "the last one counts");
        }
        self.slots.insert(entry.key.clone(), self.entries.len());
        self.entries.push(Some(entry));
        Ok(())
    }

    /// Adds an entry whose value is no list; the values of one key become a list, with a finding.
    pub(super) fn put_each(&mut self, entry: Entry, tally: &mut Tally<'_>) -> Result<(), Unreadable> {
        tally.node(entry.node.at)?;
        let (key, at) = (entry.key.clone(), entry.at);
        if let Some(first) = self.gather(entry) {
            tally.duplicate(&key, first, at, "all its values are compared, in order");
        }
        Ok(())
    }

    /// Adds an entry whose value is no list; the values of one key become a list. Gives the place of the first.
    pub(super) fn gather(&mut self, entry: Entry) -> Option<Position> {
        let slot = self.slots.get(&entry.key).and_then(|slot| self.entries.get_mut(*slot)).and_then(Option::as_mut);
        let Some(earlier) = slot else {
            self.slots.insert(entry.key.clone(), self.entries.len());
            self.entries.push(Some(entry));
            return None;
        };
        if let Value::List(nodes) = &mut earlier.node.value {
            nodes.push(entry.node);
        } else {
            let at = earlier.node.at;
            let first = std::mem::replace(&mut earlier.node, Node::new(Value::Null, at));
            earlier.node.value = Value::List(vec![first, entry.node]);
        }
        Some(earlier.at)
    }

    /// The entry of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Entry> {
        self.slots.get(key).and_then(|slot| self.entries.get(*slot)).and_then(Option::as_ref)
    }

    /// True when no key was added.
    pub(super) const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries in source order.
    pub(super) fn into_entries(self) -> impl Iterator<Item = Entry> {
        self.entries.into_iter().flatten()
    }

    /// The map.
    pub(super) fn into_map(self) -> Map {
        Map::from_unique(self.into_entries().collect())
    }
}
