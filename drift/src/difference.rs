//! Differences as the comparison finds them: nodes of both sides, before any judgement or mask.

use crate::delta::{Class, Kind};
use crate::document::{Node, Position};
use crate::naming::Naming;

/// One difference between two documents. Not `Debug`: the nodes may hold secrets.
#[derive(Clone)]
pub(crate) struct Difference<'a> {
    /// Pointer in the side where the node stands.
    pub(crate) path: String,
    /// The same with list elements named by identity.
    pub(crate) key_path: String,
    /// Pointer in the golden document; for an addition that of its place there, whose last token means nothing.
    pub(crate) old_path: String,
    /// Pointer in the candidate's document; for a removal that of its place there, whose last token means nothing.
    pub(crate) new_path: String,
    /// Where a moved or renamed node was.
    pub(crate) from: Option<Origin>,
    /// 0-based document in its file.
    pub(crate) document: u32,
    /// What happened.
    pub(crate) kind: Kind,
    /// What sort of difference.
    pub(crate) class: Class,
    /// The golden node.
    pub(crate) old: Option<&'a Node>,
    /// The candidate's node.
    pub(crate) new: Option<&'a Node>,
    /// What the keys above say of it on either side: a secret of one side hides both.
    pub(crate) named: Naming,
    /// True for an element that a list gained or lost, so that its path ends with a place or identity and not a key.
    pub(crate) of_list: bool,
    /// True for an addition to a map that held a reference to a secret, which went: `value` in place of `valueFrom`.
    pub(crate) referred: bool,
    /// Where it stands, in the candidate where it is there, else in the golden file.
    pub(crate) at: Position,
}

/// Where a moved or renamed node was, and how much of it is still the same.
#[derive(Clone)]
pub(crate) struct Origin {
    /// Pointer in the golden document.
    pub(crate) path: String,
    /// The same with list elements named by identity.
    pub(crate) key_path: String,
    /// Pointer of that place in the candidate's document, whose last token means nothing.
    pub(crate) new_path: String,
    /// Shared leaves, in percent of the larger side.
    pub(crate) similarity: u8,
}
