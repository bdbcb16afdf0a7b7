//! Named limits of reading and comparing. Work is bounded by counts, never by a clock.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[limits]` of golden.toml: the bounds that keep one hostile file from stopping a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Largest changed file that is read, in bytes; a larger one is a `too-large` finding and an unreadable delta.
    pub file_bytes: u64,
    /// Deepest nesting of maps and lists.
    pub depth: u32,
    /// Most nodes of one file, aliases expanded.
    pub nodes: u32,
    /// Most nodes that the aliases of one file may add.
    pub alias_nodes: u32,
    /// Longest value that is shown, in characters; the rest is named by its length.
    pub value_chars: u32,
    /// Most nodes of an added or removed subtree that are shown; the rest is named by its count.
    pub value_nodes: u32,
    /// Most deltas that the terminal and Markdown reports print; the rest is counted and named.
    pub report_deltas: u32,
    /// Most pairs of an added and a removed file that are read to find a rename with edits.
    pub rename_pairs: u32,
    /// Most pairs of list elements that one stretch of a list without an identity may cost to find who became whom;
    /// beyond it only near places are looked at.
    pub list_pairs: u32,
    /// Most pairs of equal leaves that are looked at to find moved subtrees with edits in one document; the rarest
    /// leaves come first. Subtrees that moved without edits are always found.
    pub move_pairs: u32,
    /// Most findings of one code that one file lists; the rest is counted in one more.
    pub file_findings: u32,
}

impl Limits {
    /// The deepest nesting that is ever read, whatever `limits.depth` says: trees are compared and dropped recursively.
    pub const DEEPEST: u32 = 1_000;

    /// The nesting of maps and lists that readers allow: `depth`, never more than [`Self::DEEPEST`].
    pub fn nesting(&self) -> usize {
        usize::try_from(self.depth.min(Self::DEEPEST)).unwrap_or(0)
    }

    /// The reason of a file that is nested too deep.
    pub(crate) fn too_deep(&self) -> String {
        format!("nested deeper than {} levels (limits.depth, at most {})", self.nesting(), Self::DEEPEST)
    }

    /// The reason of a file that has too many nodes.
    pub(crate) fn too_many_nodes(&self) -> String {
        format!("more than {} nodes (limits.nodes)", self.nodes)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 16 * 1024 * 1024,
            depth: 128,
            nodes: 2_000_000,
            alias_nodes: 100_000,
            value_chars: 2_000,
            value_nodes: 200,
            report_deltas: 50,
            rename_pairs: 1_000,
            list_pairs: 65_536,
            move_pairs: 100_000,
            file_findings: 200,
        }
    }
}
