//! Who is whom between two matched elements of a list: the likest maps and lists, and scalars in their order.

use crate::document::{Node, Value};
use crate::equal;

/// Most comparisons of containers that one gap may cost, and how far a partner is looked for at least.
const MOST_WORK: usize = 1 << 16;
const LEAST_REACH: usize = 8;

/// For each candidate element the place in `old` of its golden partner. The same pairs come out with sides exchanged.
pub(super) fn partners(old: &[&Node], new: &[&Node]) -> Vec<Option<usize>> {
    let mut partners = vec![None; new.len()];
    let mut pair = |old: usize, new: usize| {
        if let Some(partner) = partners.get_mut(new) {
            *partner = Some(old);
        }
    };
    for (old, new) in places(old, is_scalar).into_iter().zip(places(new, is_scalar)) {
        pair(old, new);
    }
    for is_kind in [is_map as fn(&Node) -> bool, is_list] {
        let (old_places, new_places) = (places(old, is_kind), places(new, is_kind));
        match (old_places.as_slice(), new_places.as_slice()) {
            // One that went and one that came: nothing else can have become of it.
            ([old], [new]) => pair(*old, *new),
            _ => likest(old, &old_places, new, &new_places).into_iter().for_each(|(old, new)| pair(old, new)),
        }
    }
    partners
}

/// Pairs of containers that share something, the likest first, each used once.
fn likest(old: &[&Node], old_places: &[usize], new: &[&Node], new_places: &[usize]) -> Vec<(usize, usize)> {
    let traits = |nodes: &[&Node], places: &[usize]| -> Vec<Vec<u64>> {
        places.iter().map(|at| nodes.get(*at).and_then(|node| equal::traits(node)).unwrap_or_default()).collect()
    };
    let (old_traits, new_traits) = (traits(old, old_places), traits(new, new_places));
    let reach = (MOST_WORK / old_places.len().max(new_places.len()).max(1)).max(LEAST_REACH);
    let mut scored = Vec::new();
    for (at, mine) in new_traits.iter().enumerate() {
        let first = at.saturating_sub(reach);
        for (other, theirs) in old_traits.iter().enumerate().skip(first).take(at + reach + 1 - first) {
            let likeness = equal::shared(theirs, mine);
            if likeness > 0 {
                scored.push((std::cmp::Reverse(likeness), at.abs_diff(other), at + other, at.min(other), other, at));
            }
        }
    }
    scored.sort_unstable();
    let (mut old_used, mut new_used) = (vec![false; old_places.len()], vec![false; new_places.len()]);
    let mut pairs = Vec::new();
    for (.., other, at) in scored {
        if let (Some(old_used @ false), Some(new_used @ false)) = (old_used.get_mut(other), new_used.get_mut(at)) {
            (*old_used, *new_used) = (true, true);
            pairs.extend(old_places.get(other).copied().zip(new_places.get(at).copied()));
        }
    }
    pairs
}

fn places(nodes: &[&Node], is_kind: fn(&Node) -> bool) -> Vec<usize> {
    nodes.iter().enumerate().filter(|(_, node)| is_kind(node)).map(|(at, _)| at).collect()
}

const fn is_map(node: &Node) -> bool {
    matches!(node.value, Value::Map(_))
}

const fn is_list(node: &Node) -> bool {
    matches!(node.value, Value::List(_))
}

const fn is_scalar(node: &Node) -> bool {
    !is_map(node) && !is_list(node)
}
