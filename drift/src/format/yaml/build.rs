//! From parser events to trees, with an explicit stack: nesting never becomes recursion.

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::{Event, ScalarStyle};

use super::ambiguous::Ambiguous;
use super::measure::Size;
use super::merge::merged;
use super::tag::{core, full, shown};
use super::{Stop, key, scalar};
use crate::document::{Document, Entry, Node, Position, Text, Value};
use crate::limits::Limits;

/// The trees of a file while its events arrive.
pub(super) struct Builder<'l> {
    limits: &'l Limits,
    frames: Vec<Frame>,
    anchors: HashMap<usize, (Node, Size)>,
    document: Document,
    nodes: u64,
    alias_nodes: u64,
    ambiguous: Ambiguous,
}

/// A list or map that is still open.
struct Frame {
    at: Position,
    anchor: usize,
    tag: Option<Box<Text>>,
    /// Part of a key: spellings of keys are no values.
    in_key: bool,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, merges: Vec<(Position, Node)>, key: Option<Key> },
}

/// A key that waits for its value.
enum Key {
    Text(Text, Position),
    Merge(Position),
}

impl<'l> Builder<'l> {
    /// A builder for one file.
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            frames: Vec::new(),
            anchors: HashMap::new(),
            document: Document::default(),
            nodes: 0,
            alias_nodes: 0,
            ambiguous: Ambiguous::default(),
        }
    }

    /// Takes the next event.
    pub(super) fn take(&mut self, event: Event<'_>, at: Position) -> Result<(), Stop> {
        match event {
            // Anchors end with their document; the parser keeps them when it is read event by event.
            Event::DocumentStart(_) => self.anchors.clear(),
            Event::Alias(anchor) => {
                let node = self.alias(anchor, at)?;
                self.place(node, 0)?;
            }
            Event::Scalar(text, style, anchor, tag) => self.scalar(text, style, anchor, full(tag), at)?,
            Event::SequenceStart(anchor, tag) => self.open(Content::List(Vec::new()), anchor, full(tag), at)?,
            Event::MappingStart(anchor, tag) => {
                let content = Content::Map { entries: Vec::new(), merges: Vec::new(), key: None };
                self.open(content, anchor, full(tag), at)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close()?,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    /// The file as read.
    pub(super) fn finish(mut self) -> Document {
        self.document.findings.extend(self.ambiguous.findings(&self.document.roots));
        self.document.findings.sort_by_key(|finding| finding.at);
        self.document
    }

    fn count(&mut self, nodes: u64, at: Position) -> Result<(), Stop> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > u64::from(self.limits.nodes) {
            return Err(Stop::limit(at, self.limits.too_many_nodes()));
        }
        Ok(())
    }

    fn open(&mut self, content: Content, anchor: usize, tag: Option<String>, at: Position) -> Result<(), Stop> {
        self.count(1, at)?;
        if self.frames.len() >= self.limits.nesting() {
            return Err(Stop::limit(at, self.limits.too_deep()));
        }
        let in_key = self.in_key();
        let tag = tag.and_then(|tag| match core(&tag) {
            Some("map" | "seq") => None,
            _ => Some(shown(&tag)),
        });
        self.frames.push(Frame { at, anchor, tag, in_key, content });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Stop> {
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        let value = match frame.content {
            Content::List(items) => Value::List(items),
            Content::Map { entries, merges, .. } => Value::Map(merged(entries, merges, &mut self.document.findings)?),
        };
        self.place(Node { value, at: frame.at, tag: frame.tag }, frame.anchor)
    }

    fn scalar(
        &mut self,
        text: Cow<'_, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<String>,
        at: Position,
    ) -> Result<(), Stop> {
        self.count(1, at)?;
        let is_plain = style == ScalarStyle::Plain;
        let core = tag.as_deref().and_then(core);
        let (value, kept) = match (&tag, core) {
            (None, _) if is_plain => (scalar::plain(&text), None),
            (None, _) => (Value::String((&*text).into()), None),
            (Some(_), Some(core)) => {
                let value = scalar::tagged(core, &text)
                    .ok_or_else(|| Stop::syntax(at, "a scalar does not fit its explicit core schema tag"))?;
                let applied = matches!(core, "str" | "int" | "float" | "bool" | "null" | "timestamp" | "merge");
                (value, tag.as_deref().filter(|_| !applied).map(shown))
            }
            // The non-specific tag says that it is text.
            (Some(tag), None) => (Value::String((&*text).into()), (tag != "!").then(|| shown(tag))),
        };
        let node = Node { value, at, tag: kept };
        if self.expects_key() {
            let is_merge = text == "<<" && (core == Some("merge") || (is_plain && tag.is_none()));
            let name = key::tagged(node.tag.as_deref(), (&*text).into());
            self.remember(anchor, &node)?;
            self.set_key(if is_merge { Key::Merge(at) } else { Key::Text(name, at) });
            return Ok(());
        }
        if is_plain && tag.is_none() && !self.in_key() {
            self.ambiguous.note(&text, at, anchor != 0);
        }
        self.place(node, anchor)
    }

    /// A copy of an anchored node, standing where the alias stands; what is in it keeps its own places.
    fn alias(&mut self, anchor: usize, at: Position) -> Result<Node, Stop> {
        let Some((node, size)) = self.anchors.get(&anchor) else {
            return Err(Stop::syntax(at, "an alias stands inside its own anchor or names one of another document"));
        };
        if self.frames.len() + size.height > self.limits.nesting() {
            return Err(Stop::limit(at, self.limits.too_deep()));
        }
        self.alias_nodes = self.alias_nodes.saturating_add(size.nodes);
        if self.alias_nodes > u64::from(self.limits.alias_nodes) {
            let most = self.limits.alias_nodes;
            return Err(Stop::limit(at, format!("aliases add more than {most} nodes (limits.alias_nodes)")));
        }
        let (node, nodes) = (Node { at, ..node.clone() }, size.nodes);
        self.count(nodes, at)?;
        Ok(node)
    }

    /// Keeps a copy of an anchored node for its aliases. The copy counts, so that anchors in anchors stay bounded.
    fn remember(&mut self, anchor: usize, node: &Node) -> Result<(), Stop> {
        if anchor != 0 {
            let size = Size::of(node);
            self.count(size.nodes, node.at)?;
            self.anchors.insert(anchor, (node.clone(), size));
        }
        Ok(())
    }

    fn expects_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { content: Content::Map { key: None, .. }, .. }))
    }

    /// True when the next node is a key or a part of one.
    fn in_key(&self) -> bool {
        self.expects_key() || self.frames.last().is_some_and(|frame| frame.in_key)
    }

    fn set_key(&mut self, new: Key) {
        if let Some(Frame { content: Content::Map { key, .. }, .. }) = self.frames.last_mut() {
            *key = Some(new);
        }
    }

    /// Puts a finished node where it belongs.
    fn place(&mut self, node: Node, anchor: usize) -> Result<(), Stop> {
        self.remember(anchor, &node)?;
        match self.frames.last_mut().map(|frame| &mut frame.content) {
            None => self.document.roots.push(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map { entries, merges, key }) => match key.take() {
                None => *key = Some(Key::Text(key::spelled(&node), node.at)),
                Some(Key::Text(name, at)) => entries.push(Entry { key: name, at, node }),
                Some(Key::Merge(at)) => merges.push((at, node)),
            },
        }
        Ok(())
    }
}
