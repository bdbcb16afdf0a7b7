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
    /// Where it stands, in the candidate where it is there, else in the golden file.
    pub(crate) at: Position,
}
