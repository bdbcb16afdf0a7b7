//! Blocks that went into a new map, or came out of one that went: the map around them is taken apart.

use std::collections::HashSet;

use crate::delta::Kind;
use crate::difference::Difference;
use crate::document::{Node, Value};
use crate::equal;
use crate::naming::Naming;
use crate::path::Trail;

use super::{has_weight, is_container, node, sides};

/// The differences, with each added (removed) map taken apart that holds somewhere inside what was removed (added)
/// elsewhere as a whole: the equal block is a difference of its own, and so is each key beside it.
pub(super) fn opened(found: Vec<Difference<'_>>) -> Vec<Difference<'_>> {
    let (gone, came) = sides(&found, is_container);
    let hashes = |places: &[usize]| -> HashSet<u64> {
        let node = |at: &usize| found.get(*at).and_then(node).filter(|node| has_weight(node));
        places.iter().filter_map(node).map(equal::hash).collect()
    };
    let (in_gone, in_came) = (hashes(&gone), hashes(&came));
    // What has an equal on the other side already needs no search.
    let wanted =
        |these: &HashSet<u64>, those: &HashSet<u64>| -> HashSet<u64> { these.difference(those).copied().collect() };
    let (from_gone, from_came) = (wanted(&in_gone, &in_came), wanted(&in_came, &in_gone));
    if from_gone.is_empty() && from_came.is_empty() {
        return found;
    }
    let mut result = Vec::with_capacity(found.len());
    for difference in found {
        let wanted = if difference.kind == Kind::Added { &from_gone } else { &from_came };
        let one_sided = matches!(difference.kind, Kind::Added | Kind::Removed) && !difference.path.is_empty();
        match node(&difference).filter(|node| one_sided && is_container(node) && !wanted.is_empty()) {
            Some(root) => open(difference, root, wanted, &mut result),
            None => result.push(difference),
        }
    }
    result
}

/// Places of nodes in memory: they tell nodes apart and never order them.
type Nodes = HashSet<*const Node>;

fn open<'a>(difference: Difference<'a>, root: &'a Node, wanted: &HashSet<u64>, result: &mut Vec<Difference<'a>>) {
    let mut inside = Nodes::new();
    equal::hash_each(root, &mut |node, hash| {
        if wanted.contains(&hash) && !std::ptr::eq(node, root) && has_weight(node) {
            inside.insert(std::ptr::from_ref(node));
        }
    });
    let mut around = Nodes::new();
    if inside.is_empty() || !mark(root, &inside, &mut around) {
        return result.push(difference);
    }
    let trail = Trail::at(&difference.path, &difference.key_path);
    let named = difference.named;
    Opening { of: difference, inside, around, trail, result }.walk(root, named);
}

/// Notes the maps on the way to a wanted node. Lists are not taken apart: their elements would lose their places.
fn mark(node: &Node, inside: &Nodes, around: &mut Nodes) -> bool {
    let Value::Map(map) = &node.value else { return false };
    let mut holds = false;
    for entry in map.entries() {
        holds |= inside.contains(&std::ptr::from_ref(&entry.node)) || mark(&entry.node, inside, around);
    }
    if holds {
        around.insert(std::ptr::from_ref(node));
    }
    holds
}

struct Opening<'a, 'r> {
    of: Difference<'a>,
    inside: Nodes,
    around: Nodes,
    trail: Trail,
    result: &'r mut Vec<Difference<'a>>,
}

impl<'a> Opening<'a, '_> {
    fn walk(&mut self, node: &'a Node, named: Naming) {
        let Value::Map(map) = &node.value else { return };
        for entry in map.entries() {
            let mark = self.trail.push_key(&crate::secret::redacted(&entry.key));
            let named = named.entry(map, &entry.key);
            let place = std::ptr::from_ref(&entry.node);
            if self.around.contains(&place) && !self.inside.contains(&place) {
                self.walk(&entry.node, named);
            } else {
                let is_new = self.of.kind == Kind::Added;
                let pointer = || self.trail.pointer().to_owned();
                self.result.push(Difference {
                    path: pointer(),
                    old_path: if is_new { self.of.old_path.clone() } else { pointer() },
                    new_path: if is_new { pointer() } else { self.of.new_path.clone() },
                    key_path: self.trail.key_path().to_owned(),
                    old: (!is_new).then_some(&entry.node),
                    new: is_new.then_some(&entry.node),
                    named,
                    of_list: false,
                    at: if is_new { entry.at } else { entry.node.at },
                    ..self.of.clone()
                });
            }
            self.trail.truncate(mark);
        }
    }
}
