//! INI, cfg and sectioned conf files; a file with a line that is none of INI's is compared as text.

use std::collections::HashMap;

use crate::document::{Document, Entry, Map, Node, Position, Text, Value};
use crate::format::keys::Keys;
use crate::format::place::{SourceLine, lines};
use crate::format::tally::Tally;
use crate::format::{Unreadable, text};
use crate::limits::Limits;

/// Reads sections as maps; keys before any section stand at the top level.
pub(super) fn read(source: &str, limits: &Limits) -> Result<Document, Unreadable> {
    let mut file = File { tally: Tally::new(limits), top: Keys::default(), sections: Sections::default(), open: None };
    for line in lines(source) {
        if !file.line(line)? {
            return Ok(text::read(source));
        }
    }
    file.close()?;
    let map = file.sections.into_map(file.top);
    Ok(file.tally.into_document(map))
}

struct File<'a> {
    tally: Tally<'a>,
    top: Keys,
    sections: Sections,
    /// The key whose value may go on in the next line.
    open: Option<Open>,
}

/// A key that was read and not yet stored, because deeper lines may belong to its value.
struct Open {
    indent: usize,
    entry: Entry,
    /// True when the value began on a line of its own, so that every deeper line belongs to it.
    block: bool,
}

impl File<'_> {
    /// Takes one line; false when INI has no such line.
    fn line(&mut self, line: SourceLine<'_>) -> Result<bool, Unreadable> {
        let content = line.text.trim();
        if content.is_empty() || content.starts_with([';', '#']) {
            return Ok(true);
        }
        if self.continues(line, content) {
            return Ok(true);
        }
        self.close()?;
        if let Some(rest) = content.strip_prefix('[') {
            let Some((name, _)) = rest.split_once(']').filter(|(_, after)| without_comment(after).is_empty()) else {
                return Ok(false);
            };
            self.sections.enter(name.trim(), line.place(name.trim()), line.place(content), &mut self.tally)?;
            return Ok(true);
        }
        let Some(entry) = entry_of(line, content, self.sections.current.is_some()) else {
            return Ok(false);
        };
        let block = content.ends_with(['=', ':']) && entry.node.value == Value::String(Text::default());
        self.open = Some(Open { indent: indent(line), entry, block });
        Ok(true)
    }

    /// Adds a line to the open value when it is indented deeper and begins no key: the rule of configparser, but for
    /// lines with a separator below a value, which other readers take as keys and which must not vanish in a value.
    fn continues(&mut self, line: SourceLine<'_>, content: &str) -> bool {
        let Some(open) = self.open.as_mut().filter(|open| indent(line) > open.indent) else {
            return false;
        };
        let Value::String(value) = &mut open.entry.node.value else {
            return false;
        };
        let content = without_comment(content);
        if !open.block && content.contains(['=', ':']) && !value.ends_with('\\') {
            return false;
        }
        if value.is_empty() {
            open.entry.node.at = line.place(content);
        } else {
            value.push('\n');
        }
        value.push_str(content);
        true
    }

    fn close(&mut self) -> Result<(), Unreadable> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        let keys = match self.sections.current.and_then(|slot| self.sections.found.get_mut(slot)) {
            Some(section) => &mut section.keys,
            None => &mut self.top,
        };
        keys.put_each(open.entry, &mut self.tally)
    }
}

fn indent(line: SourceLine<'_>) -> usize {
    line.text.len() - line.text.trim_start().len()
}

/// A key with its value; None when the line is of another kind of file (braces, tags, statements).
fn entry_of(line: SourceLine<'_>, content: &str, in_section: bool) -> Option<Entry> {
    let statement = content.ends_with(';');
    if content.starts_with(['<', '{', '}']) || content.ends_with('{') {
        return None;
    }
    let Some((key, rest)) = content.split_once(['=', ':']) else {
        let key = without_comment(content);
        let node = Node::new(Value::Null, line.place(key));
        return (in_section && !statement).then(|| Entry { key: key.into(), at: line.place(key), node });
    };
    let key = key.trim_end();
    if key.is_empty() || (statement && key.contains(char::is_whitespace)) {
        return None;
    }
    let (value, value_at) = value_of(line, rest.trim_start());
    Some(Entry { key: key.into(), at: line.place(key), node: Node::new(Value::String(value.into()), value_at) })
}

/// The value without quotes around the whole of it and without an inline comment.
fn value_of(line: SourceLine<'_>, rest: &str) -> (String, Position) {
    for quote in ['"', '\''] {
        let quoted = rest.strip_prefix(quote).and_then(|inner| inner.split_once(quote));
        if let Some((inner, after)) = quoted
            && without_comment(after).is_empty()
        {
            return (inner.to_owned(), line.place(rest));
        }
    }
    (without_comment(rest).to_owned(), line.place(rest))
}

/// Text up to ` ;` or ` #`. At the start of a value both are part of it: `colour = #fff`.
fn without_comment(text: &str) -> &str {
    let mut blank = false;
    for (offset, character) in text.char_indices() {
        if blank && matches!(character, ';' | '#') {
            return text.get(..offset).unwrap_or(text).trim();
        }
        blank = character.is_whitespace();
    }
    text.trim()
}

struct Section {
    name: String,
    at: Position,
    header: Position,
    keys: Keys,
}

#[derive(Default)]
struct Sections {
    found: Vec<Section>,
    slots: HashMap<String, usize>,
    current: Option<usize>,
}

impl Sections {
    /// Begins a section, or goes on with the one of that name.
    fn enter(&mut self, name: &str, at: Position, header: Position, tally: &mut Tally<'_>) -> Result<(), Unreadable> {
        let next = self.found.len();
        let slot = *self.slots.entry(name.to_owned()).or_insert(next);
        if slot == next {
            tally.node(header)?;
            self.found.push(Section { name: name.to_owned(), at, header, keys: Keys::default() });
        }
        self.current = Some(slot);
        Ok(())
    }

    /// All sections beside the keys of the top level; a section named like such a key stands as `[name]`.
    fn into_map(self, top: Keys) -> Map {
        let sections = self.found.into_iter().map(|section| {
            // No key and no section can start with a bracket, so this name is free.
            let name = if top.get(&section.name).is_some() { format!("[{}]", section.name) } else { section.name };
            Entry {
                key: name.into(),
                at: section.at,
                node: Node::new(Value::Map(section.keys.into_map()), section.header),
            }
        });
        let sections: Vec<Entry> = sections.collect();
        Map::from_unique(top.into_entries().chain(sections).collect())
    }
}
