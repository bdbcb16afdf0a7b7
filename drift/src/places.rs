//! From byte offsets to lines and columns, in any order, without scanning from the start each time.

use crate::document::Position;

/// Bytes between two known places: what one look-up scans at most.
const STRIDE: usize = 64;

/// The known places of one text.
pub(crate) struct Places<'t> {
    bytes: &'t [u8],
    /// The place of the byte at each multiple of [`STRIDE`].
    known: Vec<Position>,
}

impl<'t> Places<'t> {
    /// Walks the text once.
    pub(crate) fn new(text: &'t str) -> Self {
        let mut at = Position::START;
        let mut known = Vec::with_capacity(text.len() / STRIDE + 1);
        for chunk in text.as_bytes().chunks(STRIDE) {
            known.push(at);
            at = chunk.iter().fold(at, after_byte);
        }
        known.push(at);
        Self { bytes: text.as_bytes(), known }
    }

    /// The place of the character that starts at a byte offset; an offset beyond the end is the end.
    pub(crate) fn at(&self, offset: usize) -> Position {
        let offset = offset.min(self.bytes.len());
        let stride = offset / STRIDE;
        let start = self.known.get(stride).copied().unwrap_or(Position::START);
        let rest = self.bytes.get(stride * STRIDE..offset).unwrap_or_default();
        rest.iter().fold(start, after_byte)
    }
}

/// The place after a byte: a line feed ends a line, and only the first byte of a character counts.
pub(crate) fn after_byte(at: Position, byte: &u8) -> Position {
    match byte {
        b'\n' => Position::new(at.line.saturating_add(1), 1),
        0x80..=0xbf => at,
        _ => Position::new(at.line, at.column.saturating_add(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Places, Position};

    #[test]
    fn places_agree_with_counting_from_the_start() {
        let text = format!("é\r\n{}\n\u{1f600}x{}\n", "ab".repeat(100), "ü".repeat(100));
        let places = Places::new(&text);
        let (mut line, mut column) = (1, 1);
        for (offset, character) in text.char_indices() {
            assert_eq!(places.at(offset), Position::new(line, column), "{offset}");
            (line, column) = if character == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        assert_eq!(places.at(text.len()), Position::new(4, 1));
        assert_eq!(places.at(usize::MAX), Position::new(4, 1));
        assert_eq!(Places::new("").at(0), Position::START);
    }
}
