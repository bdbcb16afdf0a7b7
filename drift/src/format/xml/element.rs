//! An XML element while its content is read, and the value that it becomes.

use crate::document::{Entry, Node, Position, Value};
use crate::format::Unreadable;
use crate::format::keys::{Keys, text_entry};
use crate::format::tally::Tally;

/// An open element.
pub(super) struct Element {
    /// The key in its parent.
    pub(super) key: String,
    /// Where its name stands.
    pub(super) at: Position,
    /// The namespace of the element.
    pub(super) namespace: Option<String>,
    start: Position,
    content: Keys,
    children: Keys,
    text: Vec<String>,
    text_at: Option<Position>,
    /// True while text follows text, comments apart, so that it is one piece.
    in_text: bool,
}

impl Element {
    /// An element without content; `start` is the place of its tag.
    pub(super) fn new(key: String, at: Position, start: Position, namespace: Option<String>) -> Self {
        let (content, children) = (Keys::default(), Keys::default());
        Self { key, at, namespace, start, content, children, text: Vec::new(), text_at: None, in_text: false }
    }

    /// Adds `@xmlns`, so that another namespace of the root is a difference.
    pub(super) fn declare_namespace(&mut self, tally: &mut Tally<'_>) -> Result<(), Unreadable> {
        match self.namespace.clone() {
            Some(namespace) => self.content.put_last(text_entry("@xmlns", self.at, namespace, self.at), tally),
            None => Ok(()),
        }
    }

    /// Adds an attribute; the same one twice is not well-formed.
    pub(super) fn attribute(
        &mut self,
        key: String,
        at: Position,
        value: &str,
        value_at: Position,
        tally: &mut Tally<'_>,
    ) -> Result<(), Unreadable> {
        if self.content.get(&key).is_some() {
            return Err(Unreadable::new(at, format!("attribute `{key}` stands twice")));
        }
        self.content.put_last(text_entry(key, at, value, value_at), tally)
    }

    /// Adds a child; children of one name become a list.
    pub(super) fn child(&mut self, entry: Entry) {
        self.in_text = false;
        self.children.gather(entry);
    }

    /// Adds text; `at` gives its place and is asked for the first that is not blank.
    pub(super) fn text(&mut self, text: &str, at: impl FnOnce() -> Position) {
        if self.text_at.is_none() && !text.trim().is_empty() {
            self.text_at = Some(at());
        }
        match self.text.last_mut().filter(|_| self.in_text) {
            Some(piece) => piece.push_str(text),
            None => self.text.push(text.to_owned()),
        }
        self.in_text = true;
    }

    /// The element as an entry of its parent: text alone is a string, anything else a map.
    pub(super) fn into_entry(self) -> Entry {
        let pieces: Vec<&str> = self.text.iter().map(|piece| piece.trim()).filter(|piece| !piece.is_empty()).collect();
        let (text, text_at) = (pieces.join(" "), self.text_at.unwrap_or(self.start));
        let node = if self.content.is_empty() && self.children.is_empty() {
            Node::new(Value::String(text.into()), text_at)
        } else {
            let text = (!text.is_empty()).then(|| text_entry("#text", text_at, text, text_at));
            let entries = self.content.into_entries().chain(text).chain(self.children.into_entries());
            Node::new(Value::Map(crate::document::Map::from_unique(entries.collect())), self.start)
        };
        Entry { key: self.key.into(), at: self.at, node }
    }
}
