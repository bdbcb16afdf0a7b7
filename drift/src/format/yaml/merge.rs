//! Merge keys: a map takes in the keys of others.

use std::collections::HashSet;

use super::Stop;
use crate::document::{Entry, Map, Node, Position, Text, Value};
use crate::finding::FileFinding;

/// A map with its merge keys resolved (<https://yaml.org/type/merge.html>): own keys win over merged ones,
/// an earlier map of a list over a later one, and of two merge keys the last.
pub(super) fn merged(
    entries: Vec<Entry>,
    merges: Vec<(Position, Node)>,
    findings: &mut Vec<FileFinding>,
) -> Result<Map, Stop> {
    let own = Map::last_wins(entries, findings);
    let Some((first, _)) = merges.first() else {
        return Ok(own);
    };
    let first = *first;
    findings.extend(merges.iter().skip(1).map(|(again, _)| FileFinding::duplicate_key("<<", first, *again)));
    let mut entries = own.into_entries();
    let mut keys: HashSet<Text> = entries.iter().map(|entry| entry.key.clone()).collect();
    for (at, node) in merges.into_iter().rev() {
        let sources = match node.value {
            Value::List(items) => items,
            _ => vec![node],
        };
        for source in sources {
            let Value::Map(map) = source.value else {
                return Err(Stop::syntax(at, "a merge key needs a map or a list of maps"));
            };
            entries.extend(map.into_entries().into_iter().filter(|entry| keys.insert(entry.key.clone())));
        }
    }
    Ok(Map::from_unique(entries))
}
