//! What every reader counts and notices on its way through a file.

use crate::document::{Document, Map, Node, Position, Value};
use crate::finding::{FileFinding, FindingCode};
use crate::format::Unreadable;
use crate::limits::Limits;
use crate::secret;

/// The count of nodes against the limits, and the findings so far.
pub(super) struct Tally<'a> {
    limits: &'a Limits,
    nodes: u32,
    findings: Vec<FileFinding>,
}

impl<'a> Tally<'a> {
    /// Nothing counted yet.
    pub(super) const fn new(limits: &'a Limits) -> Self {
        Self { limits, nodes: 0, findings: Vec::new() }
    }

    /// Counts one node; more than `limits.nodes` make the file unreadable.
    pub(super) fn node(&mut self, at: Position) -> Result<(), Unreadable> {
        self.nodes = self.nodes.saturating_add(1);
        if self.nodes > self.limits.nodes {
            return Err(Unreadable::new(at, self.limits.too_many_nodes()));
        }
        Ok(())
    }

    /// Refuses a nesting deeper than [`Limits::nesting`].
    pub(super) fn depth(&self, depth: usize, at: Position) -> Result<(), Unreadable> {
        if depth <= self.limits.nesting() { Ok(()) } else { Err(Unreadable::new(at, self.limits.too_deep())) }
    }

    /// Notes a key that stands twice; `outcome` says what becomes of the values.
    pub(super) fn duplicate(&mut self, key: &str, first: Position, again: Position, outcome: &str) {
        let key = secret::redacted(key).replace('\0', "\u{2400}");
        let message =
            format!("key `{key}` stands twice, first at line {}, column {}; {outcome}", first.line, first.column);
        self.findings.push(FileFinding { code: FindingCode::DuplicateKey, at: again, message });
    }

    /// The document of one map and what was found.
    pub(super) fn into_document(self, map: Map) -> Document {
        self.into_documents(vec![map])
    }

    /// The documents of one file and what was found.
    pub(super) fn into_documents(self, maps: Vec<Map>) -> Document {
        let mut roots: Vec<Node> = Vec::with_capacity(maps.len());
        for map in maps {
            // The first starts with its file, a later one with its first key.
            let first = map.entries().first().filter(|_| !roots.is_empty()).map(|entry| entry.at);
            roots.push(Node::new(Value::Map(map), first.unwrap_or(Position::START)));
        }
        Document { roots, findings: self.findings, ..Document::default() }
    }
}
