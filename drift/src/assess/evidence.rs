//! What rules look at below a difference: its leaves on both sides, and its lines of text.

use std::collections::HashMap;

use crate::delta::{Class, Kind};
use crate::document::{Node, Value};
use crate::identity::Identity;
use crate::naming::Naming;
use crate::path::Trail;
use crate::secret;

use super::Draft;

/// What rules look at: the leaves below both nodes, and lines of text.
#[derive(Default)]
pub(super) struct Evidence<'a> {
    /// Scalars below the node; at least one unless the difference is about text or a whole file.
    pub(super) leaves: Vec<Leaf<'a>>,
    /// Lines of a hunk, each with whether it holds a secret.
    pub(super) lines: Vec<(&'a str, bool)>,
    /// Why the file could not be read.
    pub(super) unreadable: Option<String>,
}

/// One scalar, or an empty list or map, with its key path relative to the difference.
pub(super) struct Leaf<'a> {
    pub(super) below: String,
    pub(super) old: Option<&'a Value>,
    pub(super) new: Option<&'a Value>,
    /// True when the golden value refers to a secret that is kept elsewhere.
    was_reference: bool,
    /// True when a secret stands in clear on the golden side, and on the candidate's.
    clear: [bool; 2],
    /// True when the candidate's value has no tag that says where it is kept.
    is_plain: bool,
}

impl Leaf<'_> {
    /// True when either side holds a secret.
    pub(super) const fn secret(&self) -> bool {
        let [old, new] = self.clear;
        old || new
    }

    /// True when a secret stands in clear where a reference to one stood.
    pub(super) const fn reference_to_clear(&self) -> bool {
        let [_, clear] = self.clear;
        clear && self.is_plain && self.was_reference
    }
}

impl<'a> Evidence<'a> {
    /// Adds the leaves of a node that is on both sides, or on one. `referred` is true when a map beside it held a reference
    /// to a secret that went.
    pub(super) fn node(&mut self, old: Option<&'a Node>, new: Option<&'a Node>, named: Naming, referred: bool) {
        let scalar =
            |node: Option<&Node>| node.is_none_or(|node| !matches!(node.value, Value::Map(_) | Value::List(_)));
        if scalar(old) && scalar(new) {
            self.leaves.push(leaf(String::new(), old, new, named));
        } else {
            self.ends(old, new, named, referred);
            self.pair();
        }
        let referred = referred || old.is_some_and(holds_reference);
        self.refer(referred);
    }

    /// Adds the leaves of a node that went in one place and of the one that came in another.
    pub(super) fn ends(&mut self, old: Option<&'a Node>, new: Option<&'a Node>, named: Naming, referred: bool) {
        let mut trail = Trail::default();
        for (node, is_new) in [(old, false), (new, true)] {
            if let Some(node) = node {
                self.walk(node, is_new, named, &mut trail);
            }
        }
        self.refer(referred);
    }

    /// Adds the leaves of whole documents.
    pub(super) fn roots(&mut self, roots: &'a [Node], is_new: bool) {
        for root in roots {
            self.walk(root, is_new, Naming::Plain, &mut Trail::default());
        }
    }

    /// What came stands where a reference stood.
    fn refer(&mut self, referred: bool) {
        for leaf in self.leaves.iter_mut().filter(|leaf| leaf.old.is_none()) {
            leaf.was_reference |= referred;
        }
    }

    /// Joins what stands at one place on both sides: it neither went nor came.
    fn pair(&mut self) {
        let gone = self.leaves.iter().position(|leaf| leaf.new.is_some()).unwrap_or(self.leaves.len());
        let came = self.leaves.split_off(gone);
        let mut places: HashMap<String, usize> = HashMap::with_capacity(gone);
        places.extend(self.leaves.iter().enumerate().rev().map(|(at, leaf)| (leaf.below.clone(), at)));
        for leaf in came {
            let place = places.remove(&leaf.below);
            match place.and_then(|at| self.leaves.get_mut(at)) {
                Some(old) => {
                    let ([before, _], [_, after]) = (old.clear, leaf.clear);
                    (old.new, old.clear, old.is_plain) = (leaf.new, [before, after], leaf.is_plain);
                }
                None => self.leaves.push(leaf),
            }
        }
    }

    fn walk(&mut self, node: &'a Node, is_new: bool, named: Naming, trail: &mut Trail) {
        match &node.value {
            Value::Map(map) if !map.entries().is_empty() => {
                for entry in map.entries() {
                    let mark = trail.push_key(&secret::redacted(&entry.key));
                    self.walk(&entry.node, is_new, named.entry(map, &entry.key), trail);
                    trail.truncate(mark);
                }
            }
            Value::List(nodes) if !nodes.is_empty() => {
                // Named as the comparison names them, so that rules on key paths find them here too.
                let identity = Identity::find(nodes, &[], named);
                let mut before = None;
                for (at, node) in nodes.iter().enumerate() {
                    let label = identity.as_ref().and_then(|identity| identity.label(node));
                    let mark = trail.push_element(at, label.as_deref());
                    self.walk(node, is_new, named.element(before), trail);
                    trail.truncate(mark);
                    before = Some(node);
                }
            }
            _ => {
                let (old, new) = if is_new { (None, Some(node)) } else { (Some(node), None) };
                self.leaves.push(leaf(trail.key_path().to_owned(), old, new, named));
            }
        }
    }
}

fn leaf<'a>(below: String, old: Option<&'a Node>, new: Option<&'a Node>, named: Naming) -> Leaf<'a> {
    let clear = |node: &Node| {
        named.hides(&node.value) || matches!(&node.value, Value::String(text) if secret::holds_secret(text))
    };
    // What a tag such as `!vault` marks is kept elsewhere, or encrypted, whatever it looks like.
    let reference = |node: &Node| {
        node.tag.is_some() || (matches!(&node.value, Value::String(text) if secret::is_reference(text)) && !clear(node))
    };
    Leaf {
        below,
        old: old.map(|node| &node.value),
        new: new.map(|node| &node.value),
        was_reference: old.is_some_and(reference),
        clear: [old.is_some_and(clear), new.is_some_and(clear)],
        is_plain: new.is_some_and(|new| new.tag.is_none()),
    }
}

/// True for a map that says where a secret is kept: `valueFrom: {secretKeyRef: …}`. Depth is bounded by the reader.
fn holds_reference(node: &Node) -> bool {
    let Value::Map(map) = &node.value else { return false };
    map.entries().iter().any(|entry| secret::names_reference(&entry.key) || holds_reference(&entry.node))
}

impl Draft<'_> {
    /// What happened to a leaf and its key path: each end of a move is judged where it stands, and what is below a node
    /// that changed may have come or gone.
    pub(super) fn end(&self, leaf: &Leaf<'_>) -> (Kind, String) {
        // A list in another order holds what it held.
        let is_apart = self.class != Class::Order && !leaf.below.is_empty();
        let (kind, key_path) = match (&self.from, leaf.old, leaf.new) {
            (Some(from), _, None) => (Kind::Removed, &from.key_path),
            (Some(_), _, Some(_)) => (Kind::Added, &self.key_path),
            (None, Some(_), None) if is_apart => (Kind::Removed, &self.key_path),
            (None, None, Some(_)) if is_apart => (Kind::Added, &self.key_path),
            (None, _, _) => (self.kind, &self.key_path),
        };
        (kind, format!("{key_path}{}", leaf.below))
    }

    /// True for a leaf that rules are asked about beside the difference itself, which may be this leaf and nothing more.
    pub(super) const fn is_part(&self, leaf: &Leaf<'_>) -> bool {
        !leaf.below.is_empty() || (self.from.is_none() && self.evidence.leaves.len() > 1)
    }
}
