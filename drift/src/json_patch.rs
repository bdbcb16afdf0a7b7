//! JSON Patch (RFC 6902): the operations that turn the golden document of a file into the candidate's.
//!
//! The document of a file is its tree; of a file with several documents, the list of them; of a text, one string; of a
//! file that is not there, null. Values stand in clear: [`Patch::secret`] says when one of them is a secret.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use crate::change::{Content, FileChange, FileSide};
use crate::document::{Document, Map, Node, Position, Value};
use crate::equal::{self, Keys};
use crate::format;
use crate::hunk;
use crate::limits::Limits;
use crate::naming::Naming;
use crate::path::Trail;
use crate::secret;

/// One operation. Paths are JSON Pointers into the document as the operations before left it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "op", rename_all = "lowercase")]
pub enum Operation {
    /// A member or element comes in.
    Add {
        /// Where.
        path: String,
        /// What, in clear.
        value: Json,
    },
    /// A member or element goes.
    Remove {
        /// Which.
        path: String,
    },
    /// A value becomes another.
    Replace {
        /// Which.
        path: String,
        /// What it becomes, in clear.
        value: Json,
    },
}

/// The operations of one file. Not `Debug`: values may be secrets.
#[derive(Clone, Default, PartialEq)]
pub struct Patch {
    /// In the order in which they apply.
    pub operations: Vec<Operation>,
    /// The pointer of the first place where a secret changes, if one does.
    pub secret: Option<String>,
}

/// Why a file has no JSON document. Quotes no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file} has no JSON document: {reason}")]
pub struct NoDocument {
    /// The file.
    pub file: String,
    /// One clause in lower case.
    pub reason: String,
}

/// The operations from the golden document of a file to the candidate's.
pub fn of_change(change: &FileChange, limits: &Limits) -> Result<Patch, NoDocument> {
    let fault = |reason: String| NoDocument { file: change.path.clone(), reason };
    let read = |side: &Option<FileSide>| -> Result<Option<(Document, String)>, NoDocument> {
        let Some(side) = side else { return Ok(None) };
        let Content::Bytes(bytes) = &side.content else {
            return Err(fault("it is no regular file that can be read".into()));
        };
        let document = format::read(&change.path, bytes, limits).map_err(|error| fault(error.to_string()))?;
        match document.binary {
            true => Err(fault("it is not text".into())),
            false => Ok(Some((document, String::from_utf8_lossy(bytes).into_owned()))),
        }
    };
    let (old, new) = (read(&change.old)?, read(&change.new)?);
    let both = || old.iter().chain(&new).map(|(document, _)| document);
    let as_text = both().any(|document| !document.lines.is_empty());
    let several = both().any(|document| document.roots.len() > 1);
    let (old, new) = (root(old, as_text, several), root(new, as_text, several));
    let mut writer = Writer { trail: Trail::default(), patch: Patch::default() };
    writer.nodes(&old, &new, Naming::Plain);
    Ok(writer.patch)
}

/// The document of a side.
fn root(side: Option<(Document, String)>, as_text: bool, several: bool) -> Node {
    let value = match side {
        None => Value::Null,
        Some((_, text)) if as_text => Value::String(text.into()),
        Some((document, _)) if several => Value::List(document.roots),
        Some((mut document, _)) => {
            return document.roots.pop().unwrap_or_else(|| Node::new(Value::Null, Position::START));
        }
    };
    Node::new(value, Position::START)
}

struct Writer {
    trail: Trail,
    patch: Patch,
}

impl Writer {
    fn nodes(&mut self, old: &Node, new: &Node, named: Naming) {
        match (&old.value, &new.value) {
            _ if equal::same(old, new) => {}
            (Value::Map(old), Value::Map(new)) => self.maps(old, new, named),
            (Value::List(old), Value::List(new)) => self.lists(old, new, named),
            _ => {
                self.look(old, named);
                self.look(new, named);
                self.push(|path| Operation::Replace { path, value: json(new) });
            }
        }
    }

    fn push(&mut self, operation: impl FnOnce(String) -> Operation) {
        let path = self.trail.pointer().to_owned();
        self.patch.operations.push(operation(path));
    }

    fn maps(&mut self, old: &Map, new: &Map, named: Naming) {
        let (in_old, in_new) = (Keys::of(old), Keys::of(new));
        let both = |key: &str| named.entry(old, key).max(named.entry(new, key));
        for entry in old.entries() {
            let mark = self.trail.push_key(&entry.key);
            match in_new.get(&entry.key) {
                Some(node) => self.nodes(&entry.node, node, both(&entry.key)),
                None => {
                    self.look_key(&entry.key);
                    self.look(&entry.node, both(&entry.key));
                    self.push(|path| Operation::Remove { path });
                }
            }
            self.trail.truncate(mark);
        }
        for entry in new.entries().iter().filter(|entry| in_old.get(&entry.key).is_none()) {
            let mark = self.trail.push_key(&entry.key);
            self.look_key(&entry.key);
            self.look(&entry.node, both(&entry.key));
            self.push(|path| Operation::Add { path, value: json(&entry.node) });
            self.trail.truncate(mark);
        }
    }

    /// Elements in front of the one at hand are as in `new` already.
    fn lists(&mut self, old: &[Node], new: &[Node], named: Naming) {
        let hashes = |nodes: &[Node]| nodes.iter().map(equal::hash).collect::<Vec<_>>();
        let named_at = |list: &[Node], at: usize| named.element(at.checked_sub(1).and_then(|at| list.get(at)));
        for hunk in hunk::hash_hunks(&hashes(old), &hashes(new)) {
            let paired = hunk.old.len().min(hunk.new.len());
            for (before, after) in hunk.old.clone().zip(hunk.new.clone()) {
                let Some((one, other)) = old.get(before).zip(new.get(after)) else { continue };
                let mark = self.trail.push_element(after, None);
                self.nodes(one, other, named_at(old, before).max(named_at(new, after)));
                self.trail.truncate(mark);
            }
            let at = hunk.new.start + paired;
            for before in hunk.old.clone().skip(paired) {
                let mark = self.trail.push_element(at, None);
                if let Some(node) = old.get(before) {
                    self.look(node, named_at(old, before));
                }
                self.push(|path| Operation::Remove { path });
                self.trail.truncate(mark);
            }
            for after in hunk.new.clone().skip(paired) {
                let Some(node) = new.get(after) else { continue };
                let mark = self.trail.push_element(after, None);
                self.look(node, named_at(new, after));
                self.push(|path| Operation::Add { path, value: json(node) });
                self.trail.truncate(mark);
            }
        }
    }

    fn look(&mut self, node: &Node, named: Naming) {
        if self.patch.secret.is_none() && holds_secret(node, named) {
            self.patch.secret = Some(secret::redacted(self.trail.pointer()).into_owned());
        }
    }

    fn look_key(&mut self, key: &str) {
        if self.patch.secret.is_none() && secret::holds_secret(key) {
            self.patch.secret = Some(secret::redacted(self.trail.pointer()).into_owned());
        }
    }
}

/// True when a secret stands anywhere in a node.
pub(crate) fn holds_secret(node: &Node, named: Naming) -> bool {
    match &node.value {
        Value::Map(map) => map
            .entries()
            .iter()
            .any(|entry| secret::holds_secret(&entry.key) || holds_secret(&entry.node, named.entry(map, &entry.key))),
        Value::List(items) => items.iter().enumerate().any(|(at, item)| {
            let before = at.checked_sub(1).and_then(|at| items.get(at));
            holds_secret(item, named.element(before))
        }),
        Value::String(text) => {
            let lines = secret::redact_lines(text.lines());
            named.hides(&node.value) || secret::holds_secret(text) || lines.iter().any(|(_, secret)| *secret)
        }
        value => named.hides(value),
    }
}

/// A node as JSON, numbers in their own digits where JSON has such.
fn json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => {
            serde_json::from_str(number.source()).ok().filter(Json::is_number).unwrap_or_else(|| number.to_json())
        }
        Value::String(text) | Value::DateTime(text) => Json::String(text.as_str().to_owned()),
        Value::List(items) => Json::Array(items.iter().map(json).collect()),
        Value::Map(map) => {
            Json::Object(map.entries().iter().map(|entry| (entry.key.as_str().to_owned(), json(&entry.node))).collect())
        }
    }
}
