//! Logical lines: several lines of a source joined by continuations, with the place of every part.

use std::cell::Cell;

use crate::document::Position;
use crate::format::place::after;

/// A joined line that knows where each of its characters stands.
#[derive(Default)]
pub(super) struct Logical {
    text: String,
    segments: Vec<(usize, Position)>,
    /// The place that was asked for last: asking in order reads the text once.
    last: Cell<(usize, Position)>,
}

impl Logical {
    /// Adds a part that stands at `at`.
    pub(super) fn push(&mut self, part: &str, at: Position) {
        self.segments.push((self.text.len(), at));
        self.text.push_str(part);
    }

    /// The joined text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The 1-based number of the first line.
    pub(super) fn number(&self) -> u32 {
        self.segments.first().map_or(1, |(_, at)| at.line)
    }

    /// Where the character at a byte offset of the joined text stands.
    pub(super) fn place(&self, offset: usize) -> Position {
        let next = self.segments.partition_point(|(start, _)| *start <= offset);
        let segment = next.checked_sub(1).and_then(|index| self.segments.get(index));
        let Some(segment) = segment.copied() else {
            return Position::START;
        };
        let last = self.last.get();
        let (start, at) = if last.0 > segment.0 && last.0 <= offset { last } else { segment };
        let place = after(at, self.text.get(start..offset).unwrap_or_default());
        self.last.set((offset, place));
        place
    }
}
