//! The trees of all environments at once, down to the leaves.

use crate::document::{Map, Node, Text, Value};
use crate::format::Spelling;
use crate::identity::Identity;
use crate::mask::Masker;
use crate::naming::Naming;
use crate::path::Trail;
use crate::secret;

use super::cells::{RowPlace, Side};
use super::{Columns, Row};

/// A walk over one document of a file.
pub(super) struct Walk<'w> {
    pub(super) columns: &'w Columns,
    pub(super) masker: &'w Masker,
    pub(super) file: &'w str,
    pub(super) document: u32,
    /// How the format writes scalars.
    pub(super) spelling: Spelling,
    pub(super) trail: Trail,
    pub(super) rows: Vec<Row>,
}

impl Walk<'_> {
    /// Adds the rows at and below nodes of one place. Depth is bounded by `limits.depth` of the readers.
    pub(super) fn nodes(&mut self, sides: &[Side<'_>], named: Naming) {
        let present = || sides.iter().filter_map(|side| side.node);
        let is_map = |node: &Node| matches!(&node.value, Value::Map(map) if !map.entries().is_empty());
        if present().all(is_map) && !tags_differ(sides) {
            return self.maps(sides, named);
        }
        let is_list = |node: &Node| matches!(&node.value, Value::List(nodes) if nodes.iter().any(holds_more));
        if present().all(is_list) && !tags_differ(sides) {
            return self.lists(sides, named);
        }
        let (file, document, key_path, spelling) = (self.file, self.document, self.trail.key_path(), self.spelling);
        let place = RowPlace { file, document, key_path, named, spelling };
        self.rows.push(self.columns.row(&place, sides, self.masker));
    }

    fn maps(&mut self, sides: &[Side<'_>], named: Naming) {
        let maps: Vec<Option<&Map>> = sides.iter().map(|side| map(side.node)).collect();
        let keys = maps.iter().map(|map| map.map_or(&[][..], Map::entries).iter().map(|entry| &entry.key).collect());
        let keys: Vec<Vec<&Text>> = keys.collect();
        for aligned in self.columns.align(&keys) {
            let mut below: Option<Naming> = None;
            let entries = maps.iter().zip(&aligned.at).zip(sides).map(|((map, at), side)| {
                let entry = at.and_then(|at| (*map)?.entries().get(at));
                if let Some((map, entry)) = map.zip(entry) {
                    below = below.max(Some(named.entry(map, &entry.key)));
                }
                Side { path: side.path, node: entry.map(|entry| &entry.node) }
            });
            let entries: Vec<Side<'_>> = entries.collect();
            let mark = self.trail.push_key(&secret::redacted(&aligned.name));
            self.nodes(&entries, below.unwrap_or(named));
            self.trail.truncate(mark);
        }
    }

    fn lists(&mut self, sides: &[Side<'_>], named: Naming) {
        let lists: Vec<&[Node]> = sides.iter().map(|side| list(side.node)).collect();
        let (labels, by_identity) = match self.identity(&lists, named) {
            Some(labels) => (labels, true),
            None => (lists.iter().map(|nodes| (0..nodes.len()).map(|at| at.to_string()).collect()).collect(), false),
        };
        for aligned in self.columns.align(&labels) {
            let elements = lists.iter().zip(&aligned.at).zip(sides);
            let mut below = named;
            let elements = elements.map(|((nodes, at), side)| {
                let before = at.and_then(|at| nodes.get(at.checked_sub(1)?));
                below = below.max(named.element(before));
                Side { path: side.path, node: at.and_then(|at| nodes.get(at)) }
            });
            let elements: Vec<Side<'_>> = elements.collect();
            let index = aligned.at.iter().copied().flatten().next().unwrap_or_default();
            let label = by_identity.then_some(aligned.name.as_str());
            let mark = self.trail.push_element(index, label);
            self.nodes(&elements, below);
            self.trail.truncate(mark);
        }
    }

    /// The labels of every list's elements by one identity that all of them share.
    fn identity(&self, lists: &[&[Node]], named: Naming) -> Option<Vec<Vec<String>>> {
        let first = lists.iter().find(|nodes| !nodes.is_empty())?;
        let mut chosen: Option<Vec<String>> = None;
        let mut labels = Vec::with_capacity(lists.len());
        for nodes in lists {
            let identity = Identity::find(first, nodes, named)?;
            let of = |nodes: &[Node]| nodes.iter().map(|node| identity.label(node)).collect::<Option<Vec<String>>>();
            let of_first = of(first)?;
            if chosen.get_or_insert_with(|| of_first.clone()) != &of_first {
                return None;
            }
            labels.push(of(nodes)?);
        }
        Some(labels)
    }
}

fn tags_differ(sides: &[Side<'_>]) -> bool {
    let mut tags = sides.iter().filter_map(|side| side.node).map(|node| &node.tag);
    tags.next().is_some_and(|first| tags.any(|tag| tag != first))
}

const fn holds_more(node: &Node) -> bool {
    matches!(node.value, Value::Map(_) | Value::List(_))
}

fn map(node: Option<&Node>) -> Option<&Map> {
    match &node?.value {
        Value::Map(map) => Some(map),
        _ => None,
    }
}

fn list(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.value) {
        Some(Value::List(nodes)) => nodes,
        _ => &[],
    }
}
