//! Plain text: every line as it stands.

use crate::document::{Document, Line};
use crate::format::place;

/// Reads any text; comments are lines like others, and a final line end adds no line.
pub(super) fn read(text: &str) -> Document {
    let lines = place::lines(text).map(|line| Line { number: line.number, text: line.text.to_owned() }).collect();
    Document { lines, ..Document::default() }
}
