//! Maps and lists that went elsewhere with edits: found by the leaves that both places share.

use std::collections::{BTreeMap, HashMap};

use crate::difference::Difference;
use crate::equal;

use super::{Pair, in_one_list, node, order};

/// The least share of common leaves, in percent, and their least number, at which two blocks are one that was edited.
const LEAST_SIMILARITY: u8 = 60;
const LEAST_LEAVES: usize = 2;

/// How many partners each block is measured against: those that share the most leaves.
const MEASURED: u8 = 4;

/// Pairs of containers that are mostly the same, with their similarity in percent, the likest first. At most
/// `most` pairs of equal leaves are looked at, those of the rarest leaves first.
pub(super) fn pairs(found: &[Difference<'_>], gone: &[usize], came: &[usize], most: u32) -> Vec<(Pair, u8)> {
    if gone.is_empty() || came.is_empty() {
        return Vec::new();
    }
    let leaves: BTreeMap<usize, Vec<u64>> =
        gone.iter().chain(came).filter_map(|at| Some((*at, equal::leaves(found.get(*at).and_then(node)?)))).collect();
    let mut scored: Vec<(u8, Pair)> = candidates(found, &leaves, gone, came, most)
        .into_iter()
        .filter_map(|pair| Some((similarity(leaves.get(&pair.0)?, leaves.get(&pair.1)?)?, pair)))
        .collect();
    sort(found, &mut scored);
    let mut used = std::collections::HashSet::new();
    let mut pairs = Vec::new();
    for (similarity, (from, to)) in scored {
        if !used.contains(&from) && !used.contains(&to) {
            used.extend([from, to]);
            pairs.push(((from, to), similarity));
        }
    }
    pairs
}

fn similarity(left: &[u64], right: &[u64]) -> Option<u8> {
    let common = equal::common(left, right);
    // Leaves do not know their places in lists, so that all of them may be equal and the blocks still differ.
    let similarity = equal::percent(common, left.len().max(right.len())).min(99);
    (common >= LEAST_LEAVES && similarity >= LEAST_SIMILARITY).then_some(similarity)
}

/// The pairs that are worth to be measured.
fn candidates(
    found: &[Difference<'_>],
    leaves: &BTreeMap<usize, Vec<u64>>,
    gone: &[usize],
    came: &[usize],
    most: u32,
) -> Vec<Pair> {
    let shared = shared(leaves, gone, came, most);
    let score = |count: u32| u8::try_from(count).unwrap_or(u8::MAX);
    let mut scored: Vec<(u8, Pair)> = shared.into_iter().map(|(pair, count)| (score(count), pair)).collect();
    scored.retain(|(_, (from, to))| {
        found.get(*from).zip(found.get(*to)).is_some_and(|(from, to)| !in_one_list(from, to))
    });
    sort(found, &mut scored);
    let mut measured: HashMap<usize, u8> = HashMap::new();
    let mut chosen = Vec::new();
    for (_, pair) in scored {
        let count = |at: usize| measured.get(&at).copied().unwrap_or(0);
        if count(pair.0) < MEASURED && count(pair.1) < MEASURED {
            *measured.entry(pair.0).or_default() += 1;
            *measured.entry(pair.1).or_default() += 1;
            chosen.push(pair);
        }
    }
    chosen
}

/// How many leaves the pairs share that share any, as far as the limit allows.
fn shared(leaves: &BTreeMap<usize, Vec<u64>>, gone: &[usize], came: &[usize], most: u32) -> HashMap<Pair, u32> {
    let mut places: BTreeMap<u64, [Vec<usize>; 2]> = BTreeMap::new();
    for (is_new, side) in [(false, gone), (true, came)] {
        for at in side {
            let mut hashes = leaves.get(at).cloned().unwrap_or_default();
            hashes.dedup();
            for hash in hashes {
                let [old, new] = places.entry(hash).or_default();
                if is_new { new } else { old }.push(*at);
            }
        }
    }
    let mut rare: Vec<(usize, [Vec<usize>; 2])> =
        places.into_values().map(|[old, new]| (old.len().saturating_mul(new.len()), [old, new])).collect();
    // Stable: leaves that are equally rare stay in the order of their hashes.
    rare.sort_by_key(|(pairs, _)| *pairs);
    let mut left = usize::try_from(most).unwrap_or(usize::MAX);
    let mut counts = HashMap::new();
    for (pairs, [old, new]) in rare {
        let Some(rest) = left.checked_sub(pairs) else { break };
        left = rest;
        for from in &old {
            for to in &new {
                *counts.entry((*from, *to)).or_default() += 1;
            }
        }
    }
    counts
}

/// The highest score first, and of equal ones an order that does not depend on which side is which.
fn sort(found: &[Difference<'_>], scored: &mut [(u8, Pair)]) {
    let key = |(from, to): Pair| found.get(from).zip(found.get(to)).map(|(from, to)| order(from, to));
    scored.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| key(left.1).cmp(&key(right.1))));
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::shared;

    /// Blocks `0..count` went and as many came; every one has a leaf that all have and one that its partner has.
    fn looked_at(count: usize, most: u32) -> usize {
        let leaves: BTreeMap<usize, Vec<u64>> =
            (0..2 * count).map(|at| (at, vec![1, 100 + u64::try_from(at % count).unwrap()])).collect();
        let (gone, came): (Vec<usize>, Vec<usize>) = ((0..count).collect(), (count..2 * count).collect());
        shared(&leaves, &gone, &came, most).values().map(|shared| usize::try_from(*shared).unwrap()).sum()
    }

    #[test]
    fn pairs_of_equal_leaves_are_looked_at_up_to_the_limit_the_rarest_first() {
        assert_eq!(looked_at(100, 10_100), 10_100);
        assert_eq!(looked_at(100, 10_099), 100, "the frequent leaf is beyond the limit");
        assert_eq!(looked_at(100, 99), 99);
        assert_eq!(looked_at(100, 0), 0);
        assert_eq!(looked_at(20_000, 100_000), 20_000);
    }
}
