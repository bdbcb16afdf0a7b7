//! Maps and lists that went elsewhere without an edit: found by hash, whatever their number.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use crate::difference::Difference;
use crate::equal;

use super::{Pair, has_weight, in_one_list, last, node, parent};

/// Pairs of equal containers. Of several equal ones those with the same key come first, then those in one map.
pub(super) fn pairs(found: &[Difference<'_>], gone: &[usize], came: &[usize]) -> Vec<Pair> {
    let hashed = |places: &[usize]| -> Vec<Place> {
        let place = |at: &usize| {
            let node = found.get(*at).and_then(node).filter(|node| has_weight(node))?;
            Some(Place { at: *at, hash: equal::hash(node) })
        };
        let mut places: Vec<Place> = places.iter().filter_map(place).collect();
        // By path and not by the order in which they were found, which is another one with sides exchanged.
        places.sort_by(|left, right| path(found, left.at).cmp(path(found, right.at)));
        places
    };
    let mut stage = Stage { found, gone: hashed(gone), came: hashed(came), pairs: Vec::new() };
    stage.join(|it| last(it).to_owned());
    stage.join(|it| parent(it).to_owned());
    stage.join(|_| ());
    stage.pairs
}

struct Place {
    at: usize,
    hash: u64,
}

fn path<'f>(found: &'f [Difference<'_>], at: usize) -> &'f str {
    found.get(at).map_or("", |it| &it.path)
}

struct Stage<'f, 'a> {
    found: &'f [Difference<'a>],
    gone: Vec<Place>,
    came: Vec<Place>,
    pairs: Vec<Pair>,
}

impl Stage<'_, '_> {
    /// Joins what is equal and has the same trait, in the order of paths, and takes it out.
    fn join<K: Eq + Hash>(&mut self, of: impl Fn(&Difference<'_>) -> K) {
        let mut free: HashMap<(u64, K), VecDeque<usize>> = HashMap::new();
        for place in &self.gone {
            if let Some(from) = self.found.get(place.at) {
                free.entry((place.hash, of(from))).or_default().push_back(place.at);
            }
        }
        let mut joined = Vec::new();
        for place in &self.came {
            let Some(to) = self.found.get(place.at) else { continue };
            let Some(queue) = free.get_mut(&(place.hash, of(to))) else { continue };
            let fits = |at: &usize| {
                self.found.get(*at).is_some_and(|from| {
                    !in_one_list(from, to) && node(from).zip(node(to)).is_some_and(|(old, new)| equal::same(old, new))
                })
            };
            if queue.front().is_some_and(fits) {
                joined.extend(queue.pop_front().map(|from| (from, place.at)));
            }
        }
        let taken: std::collections::HashSet<usize> = joined.iter().flat_map(|(from, to)| [*from, *to]).collect();
        self.gone.retain(|place| !taken.contains(&place.at));
        self.came.retain(|place| !taken.contains(&place.at));
        self.pairs.append(&mut joined);
    }
}
