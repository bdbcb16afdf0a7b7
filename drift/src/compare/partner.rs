//! Who is whom between two matched elements of a list: the likest maps and lists, and scalars in their order.

use std::ops::Range;

use crate::document::{Node, Value};
use crate::equal;

/// How far a partner is looked for at least, whatever the limit says.
const LEAST_REACH: usize = 8;

/// For each candidate element the place in `old` of its golden partner. The same pairs come out with sides exchanged.
/// About `most` pairs of containers are compared.
pub(super) fn partners(old: &[&Node], new: &[&Node], most: u32) -> Vec<Option<usize>> {
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
            _ => {
                for (old, new) in paired(&of(old, &old_places), &of(new, &new_places), most) {
                    if let (Some(old), Some(new)) = (old_places.get(old), new_places.get(new)) {
                        pair(*old, *new);
                    }
                }
            }
        }
    }
    partners
}

fn of<'n>(nodes: &[&'n Node], places: &[usize]) -> Vec<&'n Node> {
    places.iter().filter_map(|at| nodes.get(*at).copied()).collect()
}

/// Pairs of containers that hold the same things; of the rest those that have the same shape, as when every value of
/// an element was edited.
fn paired(old: &[&Node], new: &[&Node], most: u32) -> Vec<(usize, usize)> {
    if old.is_empty() || new.is_empty() {
        return Vec::new();
    }
    let traits = |nodes: &[&Node]| -> Vec<Vec<u64>> {
        nodes.iter().map(|node| equal::traits(node).unwrap_or_default()).collect()
    };
    let mut pairs = likest(&traits(old), &traits(new), 1, most);
    let (mut old_free, mut new_free) = (vec![true; old.len()], vec![true; new.len()]);
    for (old, new) in &pairs {
        for free in [old_free.get_mut(*old), new_free.get_mut(*new)].into_iter().flatten() {
            *free = false;
        }
    }
    let places = |free: Vec<bool>| -> Vec<usize> {
        free.into_iter().enumerate().filter(|(_, free)| *free).map(|(at, _)| at).collect()
    };
    let (old_free, new_free) = (places(old_free), places(new_free));
    let shapes = |nodes: &[&Node], places: &[usize]| -> Vec<Vec<u64>> {
        places.iter().map(|at| nodes.get(*at).map(|node| equal::shape(node)).unwrap_or_default()).collect()
    };
    let alike = likest(&shapes(old, &old_free), &shapes(new, &new_free), 100, most);
    pairs.extend(alike.into_iter().filter_map(|(old, new)| Some((*old_free.get(old)?, *new_free.get(new)?))));
    pairs
}

/// Pairs of places in two lists of sorted traits that share at least `least` percent, the likest first, each place
/// used once. About `most` pairs are compared: of long lists only those whose places are near each other.
pub(super) fn likest(old: &[Vec<u64>], new: &[Vec<u64>], least: u8, most: u32) -> Vec<(usize, usize)> {
    let mut scored = Vec::new();
    for (at, near) in windows(old.len(), new.len(), most) {
        let Some(mine) = new.get(at) else { continue };
        let first = near.start;
        for (other, theirs) in (first..).zip(old.get(near).unwrap_or_default()) {
            let likeness = equal::shared(theirs, mine);
            if likeness >= least.max(1) {
                scored.push((std::cmp::Reverse(likeness), at.abs_diff(other), at + other, at.min(other), other, at));
            }
        }
    }
    scored.sort_unstable();
    let (mut old_used, mut new_used) = (vec![false; old.len()], vec![false; new.len()]);
    let mut pairs = Vec::new();
    for (.., other, at) in scored {
        if let (Some(old_used @ false), Some(new_used @ false)) = (old_used.get_mut(other), new_used.get_mut(at)) {
            (*old_used, *new_used) = (true, true);
            pairs.push((other, at));
        }
    }
    pairs
}

/// For each candidate place the golden places that are looked at for it, all in all about `most` pairs, or
/// [`LEAST_REACH`] to each side.
fn windows(old: usize, new: usize, most: u32) -> impl Iterator<Item = (usize, Range<usize>)> {
    let longest = old.max(new).max(1);
    let reach = (usize::try_from(most).unwrap_or(usize::MAX) / longest).max(LEAST_REACH);
    (0..new).map(move |at| (at, at.saturating_sub(reach).min(old)..at.saturating_add(reach + 1).min(old)))
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

/// Which of so many places are among these: those that have a partner.
pub(super) fn marked<'p>(length: usize, places: impl Iterator<Item = &'p usize>) -> Vec<bool> {
    let mut marked = vec![false; length];
    for place in places {
        if let Some(marked) = marked.get_mut(*place) {
            *marked = true;
        }
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::{LEAST_REACH, windows};

    #[test]
    fn pairs_that_are_looked_at_are_bounded_by_the_limit() {
        let looked_at = |old, new, most| windows(old, new, most).map(|(_, near)| near.len()).sum::<usize>();
        assert_eq!(looked_at(100, 100, 10_000), 10_000, "all of them, up to the limit");
        for (old, new) in [(100, 100), (1_000, 1_000), (5, 100_000), (100_000, 5), (30_000, 30_000)] {
            for most in [0, 1_000, 65_536, 1_000_000] {
                let bound = (2 * most as usize).max(2 * LEAST_REACH * old.max(new)) + old.max(new);
                assert!(looked_at(old, new, most) <= bound, "{old} {new} {most}: {}", looked_at(old, new, most));
            }
        }
        assert_eq!(looked_at(30_000, 30_000, 0), 30_000 * (2 * LEAST_REACH + 1) - LEAST_REACH * (LEAST_REACH + 1));
    }
}
