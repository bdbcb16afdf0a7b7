//! Where the statements of properties and .env files stand, by the rules of their readers.

use std::collections::HashMap;

use super::edit::Source;
use super::piece::{Part, Piece, Table};
use crate::document::Value;
use crate::limits::Limits;

/// The statements of a properties file.
pub(super) fn properties(text: &str) -> Option<Piece> {
    let source = Source::new(text);
    let mut statements = Statements::default();
    let mut scan = Properties { text, at: 0 };
    while let Some(start) = scan.entry()? {
        scan.take(true);
        let key = start..scan.at;
        scan.separator();
        let value = scan.at;
        scan.take(false);
        let head = value..scan.at;
        let lines = source.line_start(start)..source.next_line(scan.at);
        let name = property_key(source.get(key.clone()))?;
        statements.put(Part::statement(name, key, start..scan.at, lines, Piece::inline(head)));
    }
    Some(statements.into_piece(text.len()))
}

/// Statements in order. Of two with one key the last counts; both go when the key goes.
#[derive(Default)]
struct Statements {
    parts: Vec<Option<Part>>,
    places: HashMap<Option<String>, usize>,
}

impl Statements {
    fn put(&mut self, mut part: Part) {
        let earlier = self.places.insert(part.key.clone(), self.parts.len());
        if let Some(earlier) = earlier.and_then(|at| self.parts.get_mut(at)?.take()) {
            part.extents.splice(0..0, earlier.extents);
        }
        self.parts.push(Some(part));
    }

    fn into_piece(self, first: usize) -> Piece {
        Piece::table(Table::of(self.parts.into_iter().flatten().collect(), first))
    }
}

/// A key without its escapes, by the reader.
fn property_key(text: &str) -> Option<String> {
    if !text.contains('\\') {
        return Some(text.to_owned());
    }
    let mut document = crate::format::read("k.properties", format!("{text}=").as_bytes(), &Limits::default()).ok()?;
    match document.roots.pop()?.value {
        Value::Map(map) => Some(map.into_entries().pop()?.key.into()),
        _ => None,
    }
}

struct Properties<'t> {
    text: &'t str,
    at: usize,
}

impl Properties<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn skip(&mut self, wanted: impl Fn(char) -> bool) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.find(|character| !wanted(character)).unwrap_or(rest.len());
    }

    /// Where the next statement starts; a line that starts with a continuation is not followed.
    fn entry(&mut self) -> Option<Option<usize>> {
        loop {
            self.skip(|character| matches!(character, ' ' | '\t' | '\x0C' | '\r' | '\n'));
            match self.peek() {
                None => return Some(None),
                Some('#' | '!') => self.skip(|character| !matches!(character, '\r' | '\n')),
                Some('\\') if self.continues() => return None,
                Some(_) => return Some(Some(self.at)),
            }
        }
    }

    /// True when a backslash here joins the next line.
    fn continues(&self) -> bool {
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        rest.is_empty() || rest.starts_with(['\r', '\n'])
    }

    /// Goes past blanks and continuations.
    fn blanks(&mut self) {
        loop {
            self.skip(|character| matches!(character, ' ' | '\t' | '\x0C'));
            if self.peek() != Some('\\') || !self.continues() {
                return;
            }
            self.join();
        }
    }

    /// Goes past a backslash and the line end behind it.
    fn join(&mut self) {
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        self.at += 1 + if rest.starts_with("\r\n") { 2 } else { rest.len().min(1) };
    }

    fn separator(&mut self) {
        self.blanks();
        if matches!(self.peek(), Some('=' | ':')) {
            self.at += 1;
            self.blanks();
        }
    }

    /// Goes to the end of the key, or of the logical line.
    fn take(&mut self, is_key: bool) {
        while let Some(character) = self.peek() {
            match character {
                '\r' | '\n' => return,
                ' ' | '\t' | '\x0C' | '=' | ':' if is_key => return,
                '\\' if self.continues() => {
                    self.join();
                    self.skip(|character| matches!(character, ' ' | '\t' | '\x0C'));
                }
                '\\' => {
                    self.at += 1;
                    self.at += self.peek().map_or(0, char::len_utf8);
                }
                other => self.at += other.len_utf8(),
            }
        }
    }
}

/// The statements of a .env file.
pub(super) fn dotenv(text: &str) -> Option<Piece> {
    let source = Source::new(text);
    let mut statements = Statements::default();
    let mut at = 0;
    while at < text.len() {
        let line = source.get(at..text.len()).split('\n').next().unwrap_or_default();
        let content = line.trim_start();
        if content.is_empty() || content.starts_with('#') {
            at += line.len() + 1;
            continue;
        }
        let start = at + line.len() - content.len();
        let exported = content.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t']));
        let name = exported.map_or(content, str::trim_start);
        let name_at = at + line.len() - name.len();
        let (key, value) = name.split_once('=')?;
        let key = key.trim_end();
        let value_at = at + line.len() - value.trim_start_matches([' ', '\t']).len();
        let end = match source.get(value_at..value_at + 1) {
            quote @ ("'" | "\"") => closing(source, value_at, quote)?,
            _ => value_at + unquoted(value).trim().len(),
        };
        let head = value_at..end;
        let next = source.next_line(end);
        let part = Part::statement(
            key.to_owned(),
            name_at..name_at + key.len(),
            start..end,
            source.line_start(start)..next,
            Piece::inline(head),
        );
        statements.put(part);
        at = next.max(at + 1);
    }
    Some(statements.into_piece(text.len()))
}

/// Behind the quote that closes the value.
fn closing(source: Source<'_>, at: usize, quote: &str) -> Option<usize> {
    let mut escaped = false;
    for (offset, character) in source.get(at + 1..source.text.len()).char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quote == "\"" => escaped = true,
            _ if quote.starts_with(character) => return Some(at + 2 + offset),
            _ => {}
        }
    }
    None
}

/// A value without quotes, up to a `#` behind a blank.
fn unquoted(text: &str) -> &str {
    let mut blank = text.starts_with([' ', '\t']);
    for (offset, character) in text.char_indices() {
        if blank && character == '#' {
            return text.get(..offset).unwrap_or(text);
        }
        blank = character.is_whitespace();
    }
    text
}
