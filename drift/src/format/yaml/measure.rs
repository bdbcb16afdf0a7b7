//! How large and how deep a copied subtree is, so that aliases cannot multiply without end.

use crate::document::{Node, Value};

/// A long text costs as much as several nodes when it is copied: one more for each so many bytes.
const BYTES_OF_A_NODE: usize = 64;

/// The cost of one copy of a subtree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    /// Its nodes, long texts counted by their length.
    pub(super) nodes: u64,
    /// Levels of maps and lists; 0 for a scalar.
    pub(super) height: usize,
}

impl Size {
    /// Measures a subtree; its depth is bounded by the depth limit.
    pub(super) fn of(node: &Node) -> Self {
        match &node.value {
            Value::Null | Value::Bool(_) => Self { nodes: 1, height: 0 },
            Value::Number(number) => Self::of_text(number.source()),
            Value::String(text) | Value::DateTime(text) => Self::of_text(text),
            Value::List(items) => items.iter().map(Self::of).fold(Self::default(), Self::beside).inside(),
            Value::Map(map) => {
                let sizes = map.entries().iter().map(|entry| {
                    let value = Self::of(&entry.node);
                    Self { nodes: value.nodes + Self::of_text(&entry.key).nodes - 1, ..value }
                });
                sizes.fold(Self::default(), Self::beside).inside()
            }
        }
    }

    fn of_text(text: &str) -> Self {
        Self { nodes: 1 + u64::try_from(text.len() / BYTES_OF_A_NODE).unwrap_or(u64::MAX / 2), height: 0 }
    }

    fn beside(self, other: Self) -> Self {
        Self { nodes: self.nodes.saturating_add(other.nodes), height: self.height.max(other.height) }
    }

    fn inside(self) -> Self {
        Self { nodes: self.nodes.saturating_add(1), height: self.height + 1 }
    }
}
