//! Where reading stands in a JSON text, and what may stand between tokens.

use super::super::Unreadable;
use crate::document::Position;
use crate::format::place::{Places, after};

/// A byte offset into a text that only moves forward and always stands at the start of a character.
pub(super) struct Cursor<'t> {
    text: &'t str,
    offset: usize,
    places: Places<'t>,
}

impl<'t> Cursor<'t> {
    /// Stands at the start.
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, offset: 0, places: Places::new(text) }
    }

    /// The text from here on.
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.offset..).unwrap_or_default()
    }

    /// The next byte.
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.offset).copied()
    }

    /// Goes on by so many bytes, which are whole characters.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.offset += bytes;
    }

    /// Goes past this byte if it comes next.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.offset += usize::from(found);
        found
    }

    /// The place of the next character.
    pub(super) fn place(&mut self) -> Position {
        self.places.at(self.offset)
    }

    /// What is wrong here.
    pub(super) fn error(&self, reason: &str) -> Unreadable {
        // Told once, so that it may be counted from the start.
        let before = self.text.get(..self.offset).unwrap_or(self.text);
        Unreadable::new(after(Position::START, before), reason)
    }

    /// Goes past blanks and comments.
    pub(super) fn skip_blank(&mut self) -> Result<(), Unreadable> {
        loop {
            let rest = self.rest();
            match rest.as_bytes() {
                [b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c, ..] => self.advance(1),
                [b'/', b'/', ..] => {
                    self.advance(rest.find(['\n', '\r', '\u{2028}', '\u{2029}']).unwrap_or(rest.len()));
                }
                [b'/', b'*', ..] => match rest.get(2..).and_then(|comment| comment.find("*/")) {
                    Some(length) => self.advance(length + 4),
                    None => return Err(self.error("not valid JSON: a comment has no end")),
                },
                [0x80..=0xff, ..] => match rest.chars().next().filter(|first| is_wide_blank(*first)) {
                    Some(blank) => self.advance(blank.len_utf8()),
                    None => return Ok(()),
                },
                _ => return Ok(()),
            }
        }
    }

    /// Takes an identifier (JSON5: letters, digits, `$` and `_`, no digit first); empty when none stands here.
    pub(super) fn word(&mut self) -> &'t str {
        let rest = self.rest();
        let is_part = |part: char| part.is_alphanumeric() || matches!(part, '$' | '_' | '\u{200c}' | '\u{200d}');
        let starts = rest.starts_with(|first: char| first.is_alphabetic() || matches!(first, '$' | '_'));
        let length = if starts { rest.find(|part| !is_part(part)).unwrap_or(rest.len()) } else { 0 };
        self.advance(length);
        rest.get(..length).unwrap_or_default()
    }
}

/// Blanks of JSON5 beyond ASCII.
fn is_wide_blank(character: char) -> bool {
    character == '\u{feff}' || (character.is_whitespace() && character != '\u{85}')
}
