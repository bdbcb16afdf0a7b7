//! Equality and structural hashes of nodes: positions, key order and spelling of numbers aside.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::document::{Entry, Map, Node, Value};

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
            let entries = map.entries().iter().fold(0_u64, |sum, entry| sum.wrapping_add(entry_hash(entry)));
            (6_u8, entries).hash(&mut hasher);
        }
    }
    hasher.finish()
}

fn entry_hash(entry: &Entry) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&entry.key, hash(&entry.node)).hash(&mut hasher);
    hasher.finish()
}

/// Hashes of what a map or list holds, one level deep and sorted; None for scalars.
pub(crate) fn traits(node: &Node) -> Option<Vec<u64>> {
    let mut traits: Vec<u64> = match &node.value {
        Value::Map(map) => map.entries().iter().map(entry_hash).collect(),
        Value::List(nodes) => nodes.iter().map(hash).collect(),
        _ => return None,
    };
    traits.sort_unstable();
    Some(traits)
}

/// How much two sorted lists of hashes share, in percent of the longer one.
pub(crate) fn shared(left: &[u64], right: &[u64]) -> u8 {
    let (mut at, mut common) = (0, 0);
    for hash in left {
        at += right.get(at..).map_or(0, |rest| rest.iter().take_while(|other| *other < hash).count());
        if right.get(at) == Some(hash) {
            (at, common) = (at + 1, common + 1);
        }
    }
    percent(common, left.len().max(right.len()))
}

/// How alike two nodes are, 0 to 100: shared entries of maps or elements of lists, one level deep.
pub(crate) fn likeness(left: &Node, right: &Node) -> u8 {
    if left.value.type_name() != right.value.type_name() {
        return 0;
    }
    match (traits(left), traits(right)) {
        (Some(left), Some(right)) => shared(&left, &right),
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
