//! Strict reading of rule files: known keys only, right types, no empty lists, and every fault with its place.

use std::str::FromStr;

use crate::document::{Document, Map, Node, Position, Value};
use crate::finding::FindingCode;
use crate::format;
use crate::limits::Limits;
use crate::policy::{PolicyError, PolicyErrors};

/// Collects the faults of one rule file while its parts are read.
pub(crate) struct Strict<'f> {
    file: &'f str,
    errors: Vec<PolicyError>,
    empty_lists: bool,
}

/// The keys of one map, each known.
pub(crate) struct Fields<'n> {
    map: &'n Map,
    /// Where the map starts.
    pub(crate) at: Position,
}

impl<'n> Fields<'n> {
    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&'n Node> {
        self.map.get(key)
    }

    /// Where the key itself stands; the start of the map when it does not stand there.
    pub(crate) fn key_at(&self, key: &str) -> Position {
        self.map.entries().iter().find(|entry| entry.key == key).map_or(self.at, |entry| entry.at)
    }

    /// All keys with their values.
    pub(crate) fn entries(&self) -> &'n [crate::document::Entry] {
        self.map.entries()
    }
}

impl<'f> Strict<'f> {
    /// No faults yet.
    pub(crate) const fn new(file: &'f str) -> Self {
        Self { file, errors: Vec::new(), empty_lists: false }
    }

    /// From here on an empty list is the same as none, where it is otherwise a fault.
    pub(crate) const fn accept_empty_lists(&mut self) {
        self.empty_lists = true;
    }

    /// Notes a fault. The message must not quote a value.
    pub(crate) fn fault(&mut self, at: Position, message: impl Into<String>) {
        let message = message.into();
        self.errors.push(PolicyError { file: self.file.to_owned(), line: at.line, column: at.column, message });
    }

    /// True when a fault was noted.
    pub(crate) const fn has_faults(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The value when no fault was noted, else all faults by place.
    pub(crate) fn finish<T>(mut self, value: Option<T>) -> Result<T, PolicyErrors> {
        self.errors.sort_by_key(|error| (error.line, error.column));
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(PolicyErrors(self.errors)),
        }
    }

    /// The one YAML tree of a rule file, whatever its name. Duplicate keys are faults. Scalars that other readers
    /// take differently are not: rule files are read by this reader alone.
    pub(crate) fn root(&mut self, text: &str) -> Option<Node> {
        let Document { roots, findings, .. } = match format::read(YAML_NAME, text.as_bytes(), &Limits::default()) {
            Ok(document) => document,
            Err(unreadable) => {
                self.fault(unreadable.at, unreadable.reason);
                return None;
            }
        };
        for finding in findings {
            // A byte order mark changes nothing here.
            if finding.code != FindingCode::Encoding && finding.code != FindingCode::AmbiguousScalar {
                self.fault(finding.at, finding.message);
            }
        }
        let mut roots = roots.into_iter();
        match (roots.next(), roots.next()) {
            (Some(root), None) => Some(root),
            (Some(_), Some(second)) => {
                self.fault(second.at, "a rule file holds one yaml document; remove the second one");
                None
            }
            (None, _) => {
                self.fault(Position::START, "the file holds no yaml document");
                None
            }
        }
    }

    /// The keys of a map, where every key must be one of `known`.
    pub(crate) fn fields<'n>(&mut self, node: &'n Node, what: &str, known: &[&str]) -> Option<Fields<'n>> {
        let fields = self.map(node, what)?;
        for entry in fields.entries() {
            if !known.contains(&entry.key.as_str()) {
                let hint = did_you_mean(&entry.key, known);
                let message = hint.map_or_else(
                    || format!("unknown key {:?} in {what}; known keys are {}", entry.key, known.join(", ")),
                    |hint| format!("unknown key {:?}; did you mean {hint:?}?", entry.key),
                );
                self.fault(entry.at, message);
            }
        }
        Some(fields)
    }

    /// The keys of a map whose keys are free.
    pub(crate) fn map<'n>(&mut self, node: &'n Node, what: &str) -> Option<Fields<'n>> {
        let Value::Map(map) = &node.value else {
            self.wrong_type(node, what, "a map");
            return None;
        };
        Some(Fields { map, at: node.at })
    }

    /// The elements of a list that must hold at least one.
    pub(crate) fn list<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [Node]> {
        let items = self.any_list(node, what)?;
        if items.is_empty() && !self.empty_lists {
            self.fault(node.at, format!("{what} is empty and can never match; remove it or name something"));
            return None;
        }
        Some(items)
    }

    /// The elements of a list, also of an empty one.
    pub(crate) fn any_list<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [Node]> {
        let Value::List(items) = &node.value else {
            self.wrong_type(node, what, "a list");
            return None;
        };
        Some(items)
    }

    /// A text that is not blank.
    pub(crate) fn text<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        match &node.value {
            Value::String(text) if text.trim().is_empty() => {
                self.fault(node.at, format!("{what} is empty"));
                None
            }
            Value::String(text) => Some(text),
            _ => {
                self.wrong_type(node, what, "text");
                None
            }
        }
    }

    /// The texts of a list that must hold at least one, each with its place.
    pub(crate) fn texts<'n>(&mut self, node: &'n Node, what: &str) -> Vec<(&'n str, Position)> {
        let items = self.list(node, what).unwrap_or_default();
        items.iter().filter_map(|item| Some((self.text(item, &format!("an entry of {what}"))?, item.at))).collect()
    }

    /// A boolean.
    pub(crate) fn flag(&mut self, node: &Node, what: &str) -> Option<bool> {
        let Value::Bool(flag) = node.value else {
            self.wrong_type(node, what, "true or false");
            return None;
        };
        Some(flag)
    }

    /// A word of a closed set.
    pub(crate) fn word<T: FromStr>(&mut self, node: &Node, what: &str, words: &[&str]) -> Option<T> {
        let text = self.text(node, what)?;
        let word = words.contains(&text).then(|| text.parse().ok()).flatten();
        if word.is_none() {
            self.unknown_word(node.at, text, what, words);
        }
        word
    }

    /// Notes that a text is not in a closed set, without quoting it.
    pub(crate) fn unknown_word(&mut self, at: Position, text: &str, what: &str, words: &[&str]) {
        let hint = did_you_mean(text, words).map_or_else(String::new, |hint| format!("; did you mean {hint:?}?"));
        self.fault(at, format!("{what} must be one of {}{hint}", words.join(", ")));
    }

    /// The words of a list that must hold at least one.
    pub(crate) fn words<T: FromStr>(&mut self, node: &Node, what: &str, words: &[&str]) -> Vec<T> {
        let items = self.list(node, what).unwrap_or_default();
        items.iter().filter_map(|item| self.word(item, &format!("an entry of {what}"), words)).collect()
    }

    fn wrong_type(&mut self, node: &Node, what: &str, expected: &str) {
        self.fault(node.at, format!("{what} must be {expected}, not {}", with_article(&node.value)));
    }
}

/// Rule files are YAML whatever they are called; the reader picks the format by name.
const YAML_NAME: &str = "rules.yml";

fn with_article(value: &Value) -> String {
    match value {
        Value::Null | Value::String(_) => value.type_name().to_owned(),
        _ => format!("a {}", value.type_name()),
    }
}

/// The known word nearest to a misspelt one, when it is near enough to be meant.
pub(crate) fn did_you_mean<'w>(word: &str, known: &[&'w str]) -> Option<&'w str> {
    // Longer words are compared with nothing: the table of distances grows with both lengths.
    const LONGEST: usize = 64;
    if word.len() > LONGEST {
        return None;
    }
    let near = known
        .iter()
        .map(|candidate| (edit_distance(word, candidate), *candidate))
        .min_by_key(|(distance, _)| *distance)?;
    (near.0 <= (word.chars().count() / 3).clamp(1, 3)).then_some(near.1)
}

/// Edits that lead from one word to the other: insert, remove, replace, or swap two neighbours.
fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
    let mut row: Vec<usize> = (0..=right.len()).collect();
    let mut row_before: Vec<usize> = Vec::new();
    let mut left_before = None;
    for (above, left_char) in left.chars().enumerate() {
        let mut next = vec![above + 1];
        let mut right_before = None;
        for (column, right_char) in right.iter().copied().enumerate() {
            let replaced = at(&row, column) + usize::from(left_char != right_char);
            let mut best = replaced.min(at(&row, column + 1) + 1).min(at(&next, column) + 1);
            if left_before == Some(right_char) && right_before == Some(left_char) {
                best = best.min(at(&row_before, column.saturating_sub(1)) + 1);
            }
            right_before = Some(right_char);
            next.push(best);
        }
        left_before = Some(left_char);
        row_before = std::mem::replace(&mut row, next);
    }
    at(&row, right.len())
}
