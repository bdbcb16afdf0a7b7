//! Equality and structural hashes of nodes: positions, key order and spelling of numbers aside.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::document::{Map, Node, Value};

/// Below this many keys a linear search is faster than an index.
const INDEX_FROM: usize = 9;

/// Finds entries of a map by key, through an index for large maps.
pub(crate) struct Keys<'a> {
    map: &'a Map,
    index: Option<HashMap<&'a str, usize>>,
}

impl<'a> Keys<'a> {
    /// An index over the keys of a map.
    pub(crate) fn of(map: &'a Map) -> Self {
        let index = (map.entries().len() >= INDEX_FROM)
            .then(|| map.entries().iter().enumerate().map(|(at, entry)| (entry.key.as_str(), at)).collect());
        Self { map, index }
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Node> {
        match &self.index {
            Some(index) => index.get(key).and_then(|at| self.map.entries().get(*at)).map(|entry| &entry.node),
            None => self.map.get(key),
        }
    }
}

/// True when two nodes mean the same: tags and types included, positions and key order not.
pub(crate) fn same(left: &Node, right: &Node) -> bool {
    left.tag == right.tag
        && match (&left.value, &right.value) {
            (Value::List(left), Value::List(right)) => {
                left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
            }
            (Value::Map(left), Value::Map(right)) => {
                let keys = Keys::of(right);
                left.entries().len() == right.entries().len()
                    && left
                        .entries()
                        .iter()
                        .all(|entry| keys.get(&entry.key).is_some_and(|node| same(&entry.node, node)))
            }
            (left, right) => left == right,
        }
}

/// A hash under which nodes that are [`same`] are equal. Fixed keys: the same in every process.
pub(crate) fn hash(node: &Node) -> u64 {
    let mut hasher = DefaultHasher::new();
    node.tag.hash(&mut hasher);
    match &node.value {
        Value::Null => 0_u8.hash(&mut hasher),
        Value::Bool(value) => (1_u8, value).hash(&mut hasher),
        Value::Number(number) => (2_u8, number).hash(&mut hasher),
        Value::String(text) => (3_u8, text).hash(&mut hasher),
        Value::DateTime(text) => (4_u8, text).hash(&mut hasher),
        Value::List(nodes) => {
            5_u8.hash(&mut hasher);
            for node in nodes {
                hash(node).hash(&mut hasher);
            }
        }
        // Key order means nothing, so the entries' hashes are added up.
        Value::Map(map) => {
            let entries = map.entries().iter().fold(0_u64, |sum, entry| {
                let mut hasher = DefaultHasher::new();
                (&entry.key, hash(&entry.node)).hash(&mut hasher);
                sum.wrapping_add(hasher.finish())
            });
            (6_u8, entries).hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// How alike two nodes are, 0 to 100: shared entries of maps or elements of lists, one level deep.
pub(crate) fn likeness(left: &Node, right: &Node) -> u8 {
    match (&left.value, &right.value) {
        (Value::Map(left), Value::Map(right)) => {
            let keys = Keys::of(right);
            let shared =
                left.entries().iter().filter(|entry| keys.get(&entry.key).is_some_and(|node| same(&entry.node, node)));
            percent(shared.count(), left.entries().len().max(right.entries().len()))
        }
        (Value::List(left), Value::List(right)) => {
            let hashes: std::collections::HashSet<u64> = right.iter().map(hash).collect();
            let shared = left.iter().filter(|node| hashes.contains(&hash(node)));
            percent(shared.count().min(right.len()), left.len().max(right.len()))
        }
        _ if same(left, right) => 100,
        _ => 0,
    }
}

fn percent(part: usize, whole: usize) -> u8 {
    match whole {
        0 => 100,
        whole => u8::try_from(part.min(whole) * 100 / whole).unwrap_or(100),
    }
}
