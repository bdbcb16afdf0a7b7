//! Where the values of JSON, JSON with comments and JSON5 stand, and those of arrays and inline tables of TOML.

use super::piece::{Flow, Part, Piece, Shape};

/// The language of a value in brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Json,
    Toml,
}

/// The value of a JSON text.
pub(super) fn root(text: &str) -> Option<Piece> {
    let scan = Scan { text, dialect: Dialect::Json };
    scan.value(scan.skip(0))
}

/// Reads values of a text that a reader took; nesting is bounded by the reader's limits.
pub(super) struct Scan<'t> {
    pub(super) text: &'t str,
    pub(super) dialect: Dialect,
}

impl Scan<'_> {
    fn rest(&self, at: usize) -> &str {
        self.text.get(at..).unwrap_or_default()
    }

    fn starts(&self, at: usize, with: &str) -> bool {
        self.rest(at).starts_with(with)
    }

    /// Behind blanks, line ends and comments.
    pub(super) fn skip(&self, mut at: usize) -> usize {
        loop {
            let rest = self.rest(at);
            let blank = |character: char| character.is_whitespace() || character == '\u{feff}';
            at += rest.len() - rest.trim_start_matches(blank).len();
            let rest = self.rest(at);
            let line = if self.dialect == Dialect::Json { "//" } else { "#" };
            if rest.starts_with(line) {
                at += rest.find(['\n', '\r']).unwrap_or(rest.len());
            } else if self.dialect == Dialect::Json && rest.starts_with("/*") {
                at += rest.get(2..).and_then(|rest| rest.find("*/")).map_or(rest.len(), |length| length + 4);
            } else {
                return at;
            }
        }
    }

    /// Behind the string that starts here.
    pub(super) fn string(&self, at: usize) -> Option<usize> {
        let rest = self.rest(at);
        let quote = rest.bytes().next()?;
        let escapes = self.dialect == Dialect::Json || quote == b'"';
        let long = self.dialect == Dialect::Toml && rest.as_bytes().starts_with(&[quote; 3]);
        let mut offset = if long { 3 } else { 1 };
        loop {
            let rest = rest.as_bytes().get(offset..)?;
            match rest {
                [b'\\', _, ..] if escapes => offset += 2,
                _ if long && rest.starts_with(&[quote; 3]) => {
                    let quotes = rest.iter().take(5).take_while(|byte| **byte == quote).count();
                    return Some(at + offset + quotes);
                }
                [byte, ..] if !long && *byte == quote => return Some(at + offset + 1),
                [_, ..] => offset += 1,
                [] => return None,
            }
        }
    }

    /// The value that starts here.
    pub(super) fn value(&self, at: usize) -> Option<Piece> {
        match self.rest(at).bytes().next()? {
            b'[' => self.collection(at, ']'),
            b'{' => self.collection(at, '}'),
            b'"' | b'\'' => Some(Piece::inline(at..self.string(at)?)),
            _ => {
                let rest = self.rest(at);
                let ends = [',', ']', '}', '\n', '\r', '#', '/'];
                let word = rest.find(ends).and_then(|end| rest.get(..end)).unwrap_or(rest).trim_end();
                // A date and a time of TOML may have a blank between them; words of JSON have none.
                let word = match self.dialect {
                    Dialect::Json => word.split(char::is_whitespace).next().unwrap_or_default(),
                    Dialect::Toml => word,
                };
                Some(Piece::inline(at..at + word.len()))
            }
        }
    }

    fn collection(&self, start: usize, closes: char) -> Option<Piece> {
        let mut parts = Vec::new();
        let mut at = self.skip(start + 1);
        while !self.rest(at).starts_with(closes) {
            let mut part = if closes == '}' { self.member(at)? } else { self.element(at)? };
            at = self.skip(part.end());
            if self.starts(at, ",") {
                part.comma = Some(at);
                at = self.skip(at + 1);
            } else if !self.rest(at).starts_with(closes) {
                return None;
            }
            parts.push(part);
        }
        let flow = Flow { open: start + 1, close: at, parts };
        Some(Piece::new(start..at + 1, Shape::Flow(flow)))
    }

    fn element(&self, at: usize) -> Option<Part> {
        Some(Part::new(None, at, at, self.value(at)?))
    }

    fn member(&self, at: usize) -> Option<Part> {
        let (key, key_end) = self.key(at)?;
        let separator = self.skip(key_end);
        let sign = if self.dialect == Dialect::Json { ":" } else { "=" };
        if !self.starts(separator, sign) {
            return None;
        }
        Some(Part::new(Some(key), at, key_end, self.value(self.skip(separator + 1))?))
    }

    /// One key, quoted or bare, and where it ends.
    pub(super) fn key(&self, at: usize) -> Option<(String, usize)> {
        if self.rest(at).starts_with(['"', '\'']) {
            let end = self.string(at)?;
            return Some((self.text_of(self.text.get(at..end)?)?, end));
        }
        let rest = self.rest(at);
        let is_bare = |character: char| match self.dialect {
            Dialect::Json => character.is_alphanumeric() || matches!(character, '$' | '_' | '\u{200c}' | '\u{200d}'),
            Dialect::Toml => character.is_ascii_alphanumeric() || matches!(character, '-' | '_'),
        };
        let length = rest.find(|character| !is_bare(character)).unwrap_or(rest.len());
        (length > 0).then(|| (rest.get(..length).unwrap_or_default().to_owned(), at + length))
    }

    /// What a quoted key says, by the format's own reader.
    fn text_of(&self, quoted: &str) -> Option<String> {
        use crate::document::Value;
        let limits = crate::limits::Limits::default();
        let (path, text) = match self.dialect {
            Dialect::Json => ("k.json", format!("[{quoted}]")),
            Dialect::Toml => ("k.toml", format!("k = [{quoted}]")),
        };
        // Most keys need no reader: they have no escapes.
        let plain = quoted.get(1..quoted.len().checked_sub(1)?)?;
        if !plain.contains('\\') {
            return Some(plain.to_owned());
        }
        let mut document = crate::format::read(path, text.as_bytes(), &limits).ok()?;
        let mut node = document.roots.pop()?;
        if let Value::Map(map) = node.value {
            node = map.into_entries().pop()?.node;
        }
        match node.value {
            Value::List(mut items) => match items.pop()?.value {
                Value::String(text) => Some(text.into()),
                _ => None,
            },
            _ => None,
        }
    }
}
