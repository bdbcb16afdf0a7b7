//! Lists without an identity: equal elements are matched first, then what stands between them is paired.

use std::collections::HashMap;
use std::collections::VecDeque;

use crate::delta::Class;
use crate::document::Node;
use crate::equal;
use crate::hunk;

use super::list::Item;
use super::partner::partners;
use super::{Comparison, ListModes};

/// What stands between two matched elements on both sides: indices of the golden list and of the candidate's.
struct Gap {
    old: Vec<usize>,
    new: Vec<usize>,
}

impl<'a, M: ListModes> Comparison<'a, '_, M> {
    /// Elements matched wherever they stand; one `order` difference tells that matched elements changed places.
    pub(super) fn unordered(&mut self, old_list: &'a Node, new_list: &'a Node, old: &'a [Node], new: &'a [Node]) {
        let mut reordered = false;
        self.matched(old, new, &mut |before, after| reordered |= before > after);
        if reordered {
            self.changed(Class::Order, old_list, new_list);
        }
    }

    /// Matches equal elements, tells `pairs` each two neighbouring golden indices in candidate order, and reports the rest.
    pub(super) fn matched(&mut self, old: &'a [Node], new: &'a [Node], pairs: &mut dyn FnMut(usize, usize)) {
        let matches = equal_elements(old, new);
        let mut last = None;
        for matched in matches.iter().flatten().copied() {
            if let Some(last) = last {
                pairs(last, matched);
            }
            last = Some(matched);
        }
        for gap in gaps(old.len(), &matches) {
            self.gap(&gap, old, new);
        }
    }

    /// Elements told apart by their place: the longest common run stays, what is between is paired.
    pub(super) fn aligned(&mut self, old: &'a [Node], new: &'a [Node]) {
        let hashes = |nodes: &[Node]| nodes.iter().map(equal::hash).collect::<Vec<_>>();
        for hunk in hunk::hash_hunks(&hashes(old), &hashes(new)) {
            self.gap(&Gap { old: hunk.old.collect(), new: hunk.new.collect() }, old, new);
        }
    }

    /// Pairs what went with what came; the rest is removed or added.
    fn gap(&mut self, gap: &Gap, old: &'a [Node], new: &'a [Node]) {
        let nodes =
            |list: &'a [Node], places: &[usize]| places.iter().filter_map(|at| list.get(*at)).collect::<Vec<_>>();
        let most = self.terms.limits.list_pairs;
        let partners = partners(&nodes(old, &gap.old), &nodes(new, &gap.new), most);
        let mut is_paired = vec![false; gap.old.len()];
        for at in partners.iter().flatten() {
            if let Some(paired) = is_paired.get_mut(*at) {
                *paired = true;
            }
        }
        for (at, _) in gap.old.iter().zip(is_paired).filter(|(_, paired)| !paired) {
            self.element(None, Item::at(old, *at), Item::NONE);
        }
        for (at, partner) in gap.new.iter().zip(partners) {
            let before = partner.and_then(|partner| gap.old.get(partner).copied());
            self.element(None, Item { list: old, at: before }, Item::at(new, *at));
        }
    }
}

/// For each candidate element the index of an equal golden element, each used once, the first free one first.
fn equal_elements(old: &[Node], new: &[Node]) -> Vec<Option<usize>> {
    let mut free: HashMap<u64, VecDeque<usize>> = HashMap::new();
    for (at, node) in old.iter().enumerate() {
        free.entry(equal::hash(node)).or_default().push_back(at);
    }
    new.iter()
        .map(|node| {
            let queue = free.get_mut(&equal::hash(node))?;
            let found = queue.iter().position(|at| old.get(*at).is_some_and(|old| equal::same(old, node)))?;
            queue.remove(found)
        })
        .collect()
}

/// What is unmatched, grouped by the matched golden element in front of it.
fn gaps(old_len: usize, matches: &[Option<usize>]) -> Vec<Gap> {
    let mut is_matched = vec![false; old_len];
    for matched in matches.iter().flatten() {
        if let Some(flag) = is_matched.get_mut(*matched) {
            *flag = true;
        }
    }
    // Key: one more than the matched golden index in front, 0 at the start of the list.
    let mut by_front: std::collections::BTreeMap<usize, Gap> = std::collections::BTreeMap::new();
    let mut front = 0;
    for (at, matched) in is_matched.iter().enumerate() {
        if *matched {
            front = at + 1;
        } else {
            by_front.entry(front).or_insert_with(Gap::empty).old.push(at);
        }
    }
    let mut front = 0;
    for (at, matched) in matches.iter().enumerate() {
        match matched {
            Some(matched) => front = matched + 1,
            None => by_front.entry(front).or_insert_with(Gap::empty).new.push(at),
        }
    }
    by_front.into_values().collect()
}

impl Gap {
    const fn empty() -> Self {
        Self { old: Vec::new(), new: Vec::new() }
    }
}
