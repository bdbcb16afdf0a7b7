//! What a reader makes of a file: a tree of typed values with a source position for every node.

use std::collections::{HashMap, HashSet};

use compact_str::CompactString;

use crate::finding::FileFinding;
use crate::number::Number;
pub use crate::position::Position;

/// The text of a key or of a value. Up to 24 bytes stand in the tree itself: most keys and values are that short.
pub type Text = CompactString;

/// One file as read: its trees, the lines that no tree holds, and what was noticed on the way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// One tree for each document of the file; empty for text and binary files.
    pub roots: Vec<Node>,
    /// Lines that are compared as text: all of a text file, or what a tree of the format leaves out.
    pub lines: Vec<Line>,
    /// Findings in source order.
    pub findings: Vec<FileFinding>,
    /// True when the bytes are not text; then `roots` and `lines` are empty.
    pub binary: bool,
}

/// One line of text without its line end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// 1-based line number in the file.
    pub number: u32,
    /// The text without its line end.
    pub text: String,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The typed value.
    pub value: Value,
    /// Where the value starts.
    pub at: Position,
    /// An explicit tag that changes the meaning (`!vault`), core schema tags apart.
    pub tag: Option<Box<Text>>,
}

impl Node {
    /// A node without a tag.
    pub const fn new(value: Value, at: Position) -> Self {
        Self { value, at, tag: None }
    }
}

/// A typed value. Formats that know only text (properties, INI, .env, XML) give `String` leaves.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// An explicit null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, exact.
    Number(Number),
    /// Text.
    String(Text),
    /// A typed date or time (TOML, tagged YAML), in its source spelling.
    DateTime(Text),
    /// An ordered list.
    List(Vec<Node>),
    /// Keys with values.
    Map(Map),
}

/// Keys with values in source order; a key stands at most once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    entries: Vec<Entry>,
}

/// One key of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key as text; keys that are not text in the source are spelled as the source spells them.
    pub key: Text,
    /// Where the key starts.
    pub at: Position,
    /// Its value.
    pub node: Node,
}

impl Map {
    /// A map of these entries; the caller has made sure that no key stands twice.
    pub const fn from_unique(entries: Vec<Entry>) -> Self {
        Self { entries }
    }

    /// A map of entries in source order in which the last one of a key counts, as most readers take it;
    /// each key that stands again is a `duplicate-key` finding.
    pub fn last_wins(entries: Vec<Entry>, findings: &mut Vec<FileFinding>) -> Self {
        if are_unique(&entries) {
            return Self { entries };
        }
        let mut slots: HashMap<&str, usize> = HashMap::with_capacity(entries.len());
        let mut chosen: Vec<(&Entry, usize)> = Vec::with_capacity(entries.len());
        for (number, entry) in entries.iter().enumerate() {
            let slot = *slots.entry(&entry.key).or_insert(chosen.len());
            match chosen.get_mut(slot) {
                Some((first, number_of_last)) => {
                    findings.push(FileFinding::duplicate_key(&entry.key, first.at, entry.at));
                    *number_of_last = number;
                }
                None => chosen.push((entry, number)),
            }
        }
        let order: Vec<usize> = chosen.into_iter().map(|(_, number)| number).collect();
        let mut entries: Vec<Option<Entry>> = entries.into_iter().map(Some).collect();
        Self { entries: order.into_iter().filter_map(|number| entries.get_mut(number)?.take()).collect() }
    }

    /// The entries in source order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries in source order, taken out.
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }

    /// The value of a key. Linear: for a whole comparison build an index of `entries` instead.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }
}

/// True when no key stands twice; without an index where the keys are sorted, or comparing each with each is faster.
fn are_unique(entries: &[Entry]) -> bool {
    const INDEX_FROM: usize = 9;
    if entries.is_sorted_by(|one, next| one.key < next.key) {
        return true;
    }
    if entries.len() < INDEX_FROM {
        let mut rest = entries.iter();
        return std::iter::from_fn(|| rest.next().map(|entry| (entry, rest.clone())))
            .all(|(entry, mut rest)| rest.all(|other| other.key != entry.key));
    }
    let mut keys = HashSet::with_capacity(entries.len());
    entries.iter().all(|entry| keys.insert(entry.key.as_str()))
}

impl Value {
    /// The word for the type that messages use.
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::String(_) => "text",
            Self::DateTime(_) => "date-time",
            Self::List(_) => "list",
            Self::Map(_) => "map",
        }
    }

    /// The text of a scalar as a person would write it; None for lists and maps.
    pub fn scalar_text(&self) -> Option<std::borrow::Cow<'_, str>> {
        match self {
            Self::Null => Some("null".into()),
            Self::Bool(value) => Some(if *value { "true" } else { "false" }.into()),
            Self::Number(number) => Some(number.source().into()),
            Self::String(text) | Self::DateTime(text) => Some(text.as_str().into()),
            Self::List(_) | Self::Map(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Node, Text, Value};

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn trees_are_small() {
        assert_eq!((size_of::<Text>(), size_of::<Value>(), size_of::<Node>(), size_of::<Entry>()), (24, 32, 48, 80));
    }
}
