//! Scalars that have another key: only where nothing else can be meant.

use std::collections::HashMap;

use crate::difference::Difference;
use crate::document::{Node, Value};
use crate::equal;

use super::{Pair, in_one_list, is_distinct, node, sides};

/// Pairs of equal scalars. A value is followed when it is distinct (no boolean, no null, eight letters and digits or
/// more) and stands exactly once in the golden document and once in the candidate's.
pub(super) fn pairs(found: &[Difference<'_>], roots: [&Node; 2]) -> Vec<Pair> {
    let (gone, came) = sides(found, |node| is_distinct(&node.value));
    let by_hash = |places: Vec<usize>| -> HashMap<u64, Vec<usize>> {
        let mut hashes: HashMap<u64, Vec<usize>> = HashMap::new();
        for at in places {
            if let Some(node) = found.get(at).and_then(node) {
                hashes.entry(equal::hash(node)).or_default().push(at);
            }
        }
        hashes
    };
    let (gone, came) = (by_hash(gone), by_hash(came));
    let mut counts: HashMap<u64, [u32; 2]> =
        gone.keys().filter(|hash| came.contains_key(*hash)).map(|hash| (*hash, [0; 2])).collect();
    if counts.is_empty() {
        return Vec::new();
    }
    for (side, root) in roots.into_iter().enumerate() {
        count(root, side, &mut counts);
    }
    let single = |places: Option<&Vec<usize>>| match places.map(Vec::as_slice) {
        Some([at]) => Some(*at),
        _ => None,
    };
    let alone = counts.into_iter().filter(|(_, count)| *count == [1; 2]).map(|(hash, _)| hash);
    let pairs = alone.filter_map(|hash| single(gone.get(&hash)).zip(single(came.get(&hash))));
    let fits = |(from, to): &Pair| {
        found.get(*from).zip(found.get(*to)).is_some_and(|(from, to)| {
            !in_one_list(from, to) && node(from).zip(node(to)).is_some_and(|(old, new)| equal::same(old, new))
        })
    };
    pairs.filter(fits).collect()
}

/// Counts how often each wanted value stands below a node.
fn count(node: &Node, side: usize, counts: &mut HashMap<u64, [u32; 2]>) {
    match &node.value {
        Value::Map(map) => map.entries().iter().for_each(|entry| count(&entry.node, side, counts)),
        Value::List(nodes) => nodes.iter().for_each(|node| count(node, side, counts)),
        scalar if is_distinct(scalar) => {
            if let Some(count) = counts.get_mut(&equal::hash(node)).and_then(|counts| counts.get_mut(side)) {
                *count += 1;
            }
        }
        _ => {}
    }
}
