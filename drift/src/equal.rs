//! Equality and structural hashes of nodes: positions, key order and spelling of numbers aside.

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::document::{Entry, Map, Node, Value};

/// Below this many keys a linear search is faster than an index.
const INDEX_FROM: usize = 9;

/// Finds entries of a map by key: the one behind the last find first, since two versions of a map have their keys
/// mostly in one order, then through an index for large maps.
pub(crate) struct Keys<'a> {
    map: &'a Map,
    next: Cell<usize>,
    index: OnceCell<HashMap<&'a str, usize>>,
}

impl<'a> Keys<'a> {
    /// Nothing is indexed before a key is asked for out of order.
    pub(crate) const fn of(map: &'a Map) -> Self {
        Self { map, next: Cell::new(0), index: OnceCell::new() }
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Node> {
        let entries = self.map.entries();
        let is_next = entries.get(self.next.get()).is_some_and(|entry| entry.key == key);
        let at = if is_next { Some(self.next.get()) } else { self.find(entries, key) }?;
        self.next.set(at + 1);
        entries.get(at).map(|entry| &entry.node)
    }

    fn find(&self, entries: &'a [Entry], key: &str) -> Option<usize> {
        if entries.len() < INDEX_FROM {
            return entries.iter().position(|entry| entry.key == key);
        }
        let index =
            self.index.get_or_init(|| entries.iter().enumerate().map(|(at, entry)| (entry.key.as_str(), at)).collect());
        index.get(key).copied()
    }
}

/// True when both nodes are scalars and [`same`].
pub(crate) fn same_scalar(left: &Node, right: &Node) -> bool {
    !matches!(left.value, Value::List(_) | Value::Map(_)) && left.tag == right.tag && left.value == right.value
}

/// Most pairs of nodes that [`same_at_once`] looks at, so that what is compared again below costs no more than that.
const AT_ONCE: u32 = 16;

/// True when two nodes are [`same`] and small; false says nothing.
pub(crate) fn same_at_once(left: &Node, right: &Node) -> bool {
    same_within(left, right, &mut AT_ONCE.clone())
}

/// Maps are followed in their order alone.
fn same_within(left: &Node, right: &Node, most: &mut u32) -> bool {
    let Some(rest) = most.checked_sub(1) else { return false };
    *most = rest;
    left.tag == right.tag
        && match (&left.value, &right.value) {
            (Value::List(left), Value::List(right)) => {
                left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same_within(left, right, most))
            }
            (Value::Map(left), Value::Map(right)) => {
                let (left, right) = (left.entries(), right.entries());
                let mut pairs = left.iter().zip(right);
                left.len() == right.len()
                    && pairs.all(|(left, right)| left.key == right.key && same_within(&left.node, &right.node, most))
            }
            (left, right) => left == right,
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
    hash_each(node, &mut |_, _| {})
}

/// The [`hash`] of a node; `each` is told the hash of every map and list in it, the inner ones first, each once.
pub(crate) fn hash_each<'a>(node: &'a Node, each: &mut dyn FnMut(&'a Node, u64)) -> u64 {
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
                hash_each(node, each).hash(&mut hasher);
            }
        }
        // Key order means nothing, so the entries' hashes are added up.
        Value::Map(map) => {
            let hashed = |entry: &'a Entry| joined(&entry.key, hash_each(&entry.node, each));
            let entries = map.entries().iter().map(hashed).fold(0_u64, u64::wrapping_add);
            (6_u8, entries).hash(&mut hasher);
        }
    }
    let hash = hasher.finish();
    if matches!(node.value, Value::List(_) | Value::Map(_)) {
        each(node, hash);
    }
    hash
}

fn joined(key: &str, hash: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (key, hash).hash(&mut hasher);
    hasher.finish()
}

/// One hash for each scalar, empty map and empty list below a node, of its value and the keys that lead to it,
/// sorted. Places in lists do not count, so that an inserted element leaves the others alike.
pub(crate) fn leaves(node: &Node) -> Vec<u64> {
    let mut found = Vec::new();
    add_leaves(node, 0, &hash, &mut found);
    found.sort_unstable();
    found
}

/// One hash for each leaf of the keys that lead to it, sorted; two nodes of one shape differ in values alone.
pub(crate) fn shape(node: &Node) -> Vec<u64> {
    let mut found = Vec::new();
    add_leaves(node, 0, &|_| 0, &mut found);
    found.sort_unstable();
    found
}

fn add_leaves(node: &Node, above: u64, of: &dyn Fn(&Node) -> u64, found: &mut Vec<u64>) {
    match &node.value {
        Value::Map(map) if !map.entries().is_empty() => {
            map.entries().iter().for_each(|entry| add_leaves(&entry.node, joined(&entry.key, above), of, found));
        }
        Value::List(nodes) if !nodes.is_empty() => {
            nodes.iter().for_each(|node| add_leaves(node, joined("[]", above), of, found));
        }
        _ => found.push(joined("", of(node).wrapping_add(above.rotate_left(1)))),
    }
}

fn entry_hash(entry: &Entry) -> u64 {
    joined(&entry.key, hash(&entry.node))
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

/// Hashes of the keys of a map, sorted; none for anything else.
pub(crate) fn keys(node: &Node) -> Vec<u64> {
    let Value::Map(map) = &node.value else { return Vec::new() };
    let mut keys: Vec<u64> = map.entries().iter().map(|entry| joined(&entry.key, 0)).collect();
    keys.sort_unstable();
    keys
}

/// How much two sorted lists of hashes share, in percent of the longer one.
pub(crate) fn shared(left: &[u64], right: &[u64]) -> u8 {
    percent(common(left, right), left.len().max(right.len()))
}

/// How many hashes two sorted lists share.
pub(crate) fn common(left: &[u64], right: &[u64]) -> usize {
    let (mut at, mut common) = (0, 0);
    for hash in left {
        at += right.get(at..).map_or(0, |rest| rest.iter().take_while(|other| *other < hash).count());
        if right.get(at) == Some(hash) {
            (at, common) = (at + 1, common + 1);
        }
    }
    common
}

/// A part of a whole in percent, rounded down; 100 of nothing.
pub(crate) fn percent(part: usize, whole: usize) -> u8 {
    match whole {
        0 => 100,
        whole => u8::try_from(part.min(whole) * 100 / whole).unwrap_or(100),
    }
}
