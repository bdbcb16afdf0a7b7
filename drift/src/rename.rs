//! Renamed files: a removed and an added file with the same or nearly the same lines are one change.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::change::{Content, FileChange, Renamed};
use crate::file_name::{name_of, split_last};

/// The least share of common lines, in percent, at which two files are one that was renamed and edited (as in git).
const LEAST_SIMILARITY: u8 = 50;

/// Joins removed with added files: equal bytes first, then the most alike of the same extension, best first.
/// At most `most_pairs` pairs are read for likeness. The result is sorted by path and does not depend on the input's order.
pub fn pair_renames(changes: Vec<FileChange>, most_pairs: u32) -> Vec<FileChange> {
    let mut by_path: BTreeMap<String, FileChange> =
        changes.into_iter().map(|change| (change.path.clone(), change)).collect();
    let removed: Vec<String> = paths(&by_path, |change| change.new.is_none());
    let added: Vec<String> = paths(&by_path, |change| change.old.is_none());
    let mut pairs = equal_pairs(&by_path, &removed, &added);
    pairs.extend(alike_pairs(&by_path, &removed, &added, &pairs, most_pairs));
    for (from, (to, similarity)) in pairs {
        if let (Some(removed), Some(added)) = (by_path.remove(&from), by_path.get_mut(&to)) {
            added.renamed_from = Some(Renamed { path: from, similarity });
            added.old = removed.old;
            added.profile |= removed.profile;
        }
    }
    by_path.into_values().collect()
}

/// Removed path to added path with the similarity in percent.
type Pairs = BTreeMap<String, (String, u8)>;

fn paths(changes: &BTreeMap<String, FileChange>, one_sided: impl Fn(&FileChange) -> bool) -> Vec<String> {
    let full = |change: &&FileChange| one_sided(change) && bytes(change).is_some_and(|bytes| !bytes.is_empty());
    changes.values().filter(full).map(|change| change.path.clone()).collect()
}

fn bytes(change: &FileChange) -> Option<&[u8]> {
    match &change.old.as_ref().or(change.new.as_ref())?.content {
        Content::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

fn equal_pairs(changes: &BTreeMap<String, FileChange>, removed: &[String], added: &[String]) -> Pairs {
    let mut free: HashMap<&[u8], std::collections::VecDeque<&String>> = HashMap::new();
    for path in added {
        if let Some(bytes) = changes.get(path).and_then(bytes) {
            free.entry(bytes).or_default().push_back(path);
        }
    }
    let mut pairs = Pairs::new();
    for path in removed {
        let partner = changes.get(path).and_then(bytes).and_then(|bytes| free.get_mut(bytes)?.pop_front());
        if let Some(partner) = partner {
            pairs.insert(path.clone(), (partner.clone(), 100));
        }
    }
    pairs
}

fn alike_pairs(
    changes: &BTreeMap<String, FileChange>,
    removed: &[String],
    added: &[String],
    taken: &Pairs,
    most: u32,
) -> Pairs {
    let taken_added: HashSet<&str> = taken.values().map(|(to, _)| to.as_str()).collect();
    let free_removed: Vec<&String> = removed.iter().filter(|path| !taken.contains_key(*path)).collect();
    let free_added: Vec<&String> = added.iter().filter(|path| !taken_added.contains(path.as_str())).collect();
    let (by_name, by_extension) = (group(&free_added, name_of), group(&free_added, extension));
    // A folder that moved keeps the names of its files: those pairs come first, so that the limit does not cut them off.
    let same_name = free_removed
        .iter()
        .flat_map(|from| by_name.get(name_of(from)).into_iter().flatten().map(move |to| (*from, *to)));
    let same_extension = free_removed.iter().flat_map(|from| {
        let others = by_extension.get(extension(from)).into_iter().flatten().filter(|to| name_of(to) != name_of(from));
        others.map(move |to| (*from, *to))
    });
    let candidates = same_name.chain(same_extension);
    let mut lines: HashMap<&str, HashMap<&[u8], u32>> = HashMap::new();
    let mut scored: Vec<(u8, &String, &String)> = Vec::new();
    for (from, to) in candidates.take(most as usize) {
        for path in [from, to] {
            lines.entry(path).or_insert_with(|| changes.get(path).and_then(bytes).map(line_counts).unwrap_or_default());
        }
        let similarity =
            lines.get(from.as_str()).zip(lines.get(to.as_str())).map_or(0, |(from, to)| similarity(from, to));
        if similarity >= LEAST_SIMILARITY {
            scored.push((similarity, from, to));
        }
    }
    scored.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| (left.1, left.2).cmp(&(right.1, right.2))));
    let mut pairs = Pairs::new();
    let mut used = HashSet::new();
    for (similarity, from, to) in scored {
        if !pairs.contains_key(from) && used.insert(to.as_str()) {
            pairs.insert(from.clone(), (to.clone(), similarity));
        }
    }
    pairs
}

fn extension(path: &str) -> &str {
    split_last(name_of(path), b'.').map_or("", |(_, extension)| extension)
}

fn group<'p>(paths: &[&'p String], by: impl Fn(&'p str) -> &'p str) -> HashMap<&'p str, Vec<&'p String>> {
    let mut groups: HashMap<&str, Vec<&String>> = HashMap::new();
    for path in paths {
        groups.entry(by(path)).or_default().push(path);
    }
    groups
}

fn line_counts(bytes: &[u8]) -> HashMap<&[u8], u32> {
    let mut counts = HashMap::new();
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
        *counts.entry(line).or_default() += 1;
    }
    counts
}

/// Shared lines, in percent of the longer file; below 100 because the bytes differ.
fn similarity(left: &HashMap<&[u8], u32>, right: &HashMap<&[u8], u32>) -> u8 {
    let shared: u32 = left.iter().map(|(line, count)| (*count).min(right.get(line).copied().unwrap_or(0))).sum();
    let longest = left.values().sum::<u32>().max(right.values().sum());
    match longest {
        0 => 0,
        longest => u8::try_from(u64::from(shared) * 100 / u64::from(longest)).unwrap_or(99).min(99),
    }
}
