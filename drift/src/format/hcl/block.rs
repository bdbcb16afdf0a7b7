//! Blocks of one body as entries of its map: by label where they have labels, else as a list.

use crate::document::{Entry, Map, Node, Position, Value};
use crate::finding::FileFinding;

/// A block as it stands.
pub(super) struct Block {
    pub(super) kind: String,
    pub(super) at: Position,
    pub(super) labels: Vec<String>,
    pub(super) body: Map,
}

/// Terraform reads all `locals` of a module as one.
const MERGED: &str = "locals";

/// One entry for each kind of block, in the order of the first of each kind.
pub(super) fn entries(blocks: Vec<Block>, findings: &mut Vec<FileFinding>) -> Vec<Entry> {
    let kinds = grouped(blocks.into_iter().map(|block| (block.kind.clone(), block)));
    let mut entries = Vec::with_capacity(kinds.len());
    for (kind, blocks) in kinds {
        let at = blocks.first().map_or(Position::START, |block| block.at);
        let unlabelled = blocks.iter().all(|block| block.labels.is_empty());
        let value = if unlabelled && kind == MERGED {
            let all = blocks.into_iter().flat_map(|block| block.body.into_entries()).collect();
            Value::Map(Map::last_wins(all, findings))
        } else if unlabelled {
            Value::List(blocks.into_iter().map(node).collect())
        } else {
            Value::Map(by_label(blocks, 0))
        };
        entries.push(Entry { key: kind.into(), at, node: Node::new(value, at) });
    }
    entries
}

fn node(block: Block) -> Node {
    Node::new(Value::Map(block.body), block.at)
}

/// Maps by label, the next one below; blocks with equal labels are a list. Depth is the number of labels, which the reader
/// counts as nesting.
fn by_label(blocks: Vec<Block>, depth: usize) -> Map {
    let labelled = blocks.into_iter().map(|block| (block.labels.get(depth).cloned().unwrap_or_default(), block));
    let entries = grouped(labelled).into_iter().map(|(label, mut blocks)| {
        let at = blocks.first().map_or(Position::START, |block| block.at);
        let value = if blocks.iter().any(|block| block.labels.len() > depth + 1) {
            Value::Map(by_label(blocks, depth + 1))
        } else if blocks.len() == 1 {
            Value::Map(blocks.pop().map(|block| block.body).unwrap_or_default())
        } else {
            Value::List(blocks.into_iter().map(node).collect())
        };
        Entry { key: label.into(), at, node: Node::new(value, at) }
    });
    Map::from_unique(entries.collect())
}

/// Groups in the order of the first of each.
fn grouped(blocks: impl Iterator<Item = (String, Block)>) -> Vec<(String, Vec<Block>)> {
    let mut groups: Vec<(String, Vec<Block>)> = Vec::new();
    let mut slots = std::collections::HashMap::new();
    for (name, block) in blocks {
        let slot = *slots.entry(name.clone()).or_insert_with(|| {
            groups.push((name, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, group)) = groups.get_mut(slot) {
            group.push(block);
        }
    }
    groups
}
