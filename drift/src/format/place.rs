//! Source positions: lines with their numbers, and from byte offsets to lines and columns.

use crate::document::Position;
use crate::places::after_byte;

/// The position after `text` when it starts at `start`.
pub(super) fn after(start: Position, text: &str) -> Position {
    const SHORT: usize = 64;
    if text.len() < SHORT {
        return text.bytes().fold(start, |at, byte| after_byte(at, &byte));
    }
    match text.rsplit_once('\n') {
        None => Position::new(start.line, start.column.saturating_add(chars(text))),
        Some((lines, last)) => {
            let more = count(lines.bytes().filter(|byte| *byte == b'\n').count()).saturating_add(1);
            Position::new(start.line.saturating_add(more), chars(last).saturating_add(1))
        }
    }
}

fn chars(text: &str) -> u32 {
    count(text.chars().count())
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The byte offset of `part`, a slice of `whole`. Positions of slices need no bookkeeping this way.
pub(super) fn offset_in(whole: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize).min(whole.len())
}

/// Turns growing byte offsets of one text into positions, reading the text once.
pub(super) struct Places<'a> {
    text: &'a str,
    offset: usize,
    at: Position,
}

impl<'a> Places<'a> {
    /// The places of a text.
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, offset: 0, at: Position::START }
    }

    /// The position of a byte offset; an offset before an earlier one gives the earlier one's position.
    pub(super) fn at(&mut self, offset: usize) -> Position {
        if let Some(between) = self.text.get(self.offset..offset) {
            self.at = after(self.at, between);
            self.offset = offset;
        }
        self.at
    }
}

/// One line of a source without its line end.
#[derive(Clone, Copy)]
pub(super) struct SourceLine<'a> {
    /// 1-based.
    pub(super) number: u32,
    /// Without `\n` or `\r\n`.
    pub(super) text: &'a str,
}

impl SourceLine<'_> {
    /// Where `part`, a slice of this line's text, starts.
    pub(super) fn place(&self, part: &str) -> Position {
        let before = self.text.get(..offset_in(self.text, part)).unwrap_or(self.text);
        Position::new(self.number, chars(before).saturating_add(1))
    }
}

/// The lines of a text; a final line end adds no line.
pub(super) fn lines(text: &str) -> impl Iterator<Item = SourceLine<'_>> {
    let texts = text.split_terminator('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    (1..).zip(texts).map(|(number, text)| SourceLine { number, text })
}
