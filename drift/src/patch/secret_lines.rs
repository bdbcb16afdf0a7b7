//! Lines of a file that show a secret, so that a patch can say so before it is printed.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Node, Position, Value};
use crate::format;
use crate::json_patch::holds_secret;
use crate::limits::Limits;
use crate::naming::Naming;
use crate::secret;

/// 1-based numbers of the lines that show a secret: by their text, or because a value that the keys above name one
/// stands there. Of bytes that are no text there are none.
pub fn secret_lines(path: &str, bytes: &[u8], limits: &Limits) -> BTreeSet<u32> {
    let text = String::from_utf8_lossy(bytes);
    let redacted = secret::redact_lines(text.lines());
    let mut marked: BTreeSet<u32> =
        (1..).zip(redacted).filter(|(_, (_, secret))| *secret).map(|(line, _)| line).collect();
    if let Ok(document) = format::read(path, bytes, limits) {
        let mut starts = BTreeMap::new();
        for root in &document.roots {
            note_starts(root, &mut starts);
        }
        let mut marker = Marker { lines: text.lines().collect(), starts, marked };
        for root in &document.roots {
            marker.mark(root, Naming::Plain);
        }
        marked = marker.marked;
    }
    marked
}

/// The first column of each line at which a key or value starts.
fn note_starts(node: &Node, starts: &mut BTreeMap<u32, u32>) {
    let mut note = |at: Position| {
        let column = starts.entry(at.line).or_insert(at.column);
        *column = at.column.min(*column);
    };
    note(node.at);
    match &node.value {
        Value::Map(map) => {
            map.entries().iter().for_each(|entry| note(entry.at));
            map.entries().iter().for_each(|entry| note_starts(&entry.node, starts));
        }
        Value::List(items) => items.iter().for_each(|item| note_starts(item, starts)),
        _ => {}
    }
}

struct Marker<'t> {
    lines: Vec<&'t str>,
    starts: BTreeMap<u32, u32>,
    marked: BTreeSet<u32>,
}

impl Marker<'_> {
    fn mark(&mut self, node: &Node, named: Naming) {
        match &node.value {
            Value::Map(map) => {
                for entry in map.entries() {
                    if secret::holds_secret(&entry.key) {
                        self.marked.insert(entry.at.line);
                    }
                    self.mark(&entry.node, named.entry(map, &entry.key));
                }
            }
            Value::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    let before = at.checked_sub(1).and_then(|at| items.get(at));
                    self.mark(item, named.element(before));
                }
            }
            value if holds_secret(node, named) => {
                let last = self.last_line(node.at, value.scalar_text().unwrap_or_default().as_ref());
                self.marked.extend(node.at.line..=last);
            }
            _ => {}
        }
    }

    /// The last line of a text that starts here: where it stands as it is, else one line more than it may need, and none
    /// that the next thing begins.
    fn last_line(&self, at: Position, text: &str) -> u32 {
        if let Some(last) = self.written(at, text) {
            return last;
        }
        // A text of several lines may be written in more lines than it has.
        let more = text.matches('\n').count() + text.len() / 40;
        let most = at.line.saturating_add(u32::try_from(more).unwrap_or(u32::MAX)).saturating_add(1);
        let next = self.starts.range(at.line.saturating_add(1)..).next();
        next.map_or(most, |(line, column)| {
            let begins_line =
                self.columns(*line, 0, column.saturating_sub(1)).chars().all(|c| c == '-' || c.is_whitespace());
            most.min(if begins_line { line - 1 } else { *line })
        })
    }

    /// The last line of a text that stands there letter by letter, behind a quote or without; None when it does not.
    fn written(&self, at: Position, text: &str) -> Option<u32> {
        let mut line = at.line;
        let mut parts = text.trim_end_matches('\n').split('\n');
        let first = self.columns(line, at.column.saturating_sub(1), u32::MAX);
        let first = first.strip_prefix(['"', '\'']).unwrap_or(first);
        if !first.starts_with(parts.next()?) {
            return None;
        }
        for part in parts {
            line += 1;
            if !self.columns(line, 0, u32::MAX).trim_start().starts_with(part.trim_start()) {
                return None;
            }
        }
        Some(line)
    }

    /// A part of a line, by 0-based columns.
    fn columns(&self, line: u32, from: u32, to: u32) -> &str {
        let line = usize::try_from(line)
            .ok()
            .and_then(|line| self.lines.get(line.checked_sub(1)?))
            .copied()
            .unwrap_or_default();
        let offset = |column: u32| {
            let column = usize::try_from(column).unwrap_or(usize::MAX);
            line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
        };
        line.get(offset(from)..offset(to)).unwrap_or_default()
    }
}
