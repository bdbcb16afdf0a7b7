//! Text files: chosen hunks of lines, the others as they were.

use super::edit::Source;
use crate::document::Line;
use crate::hunk::Hunk;

/// The text with the chosen hunks, and the lines that it then has.
pub(super) fn patched(
    (old, new): (Source<'_>, Source<'_>),
    (ours, theirs): (&[Line], &[Line]),
    hunks: &[(Hunk, bool)],
    back: bool,
) -> (String, Vec<String>) {
    let raw: Vec<&str> = old.text.split_inclusive('\n').collect();
    let open = !old.text.is_empty() && !old.text.ends_with('\n');
    let open = open || (old.text.is_empty() && !new.text.ends_with('\n'));
    let (mut text, mut lines, mut at) = (String::new(), Vec::new(), 0);
    let keep = |range: std::ops::Range<usize>, text: &mut String, lines: &mut Vec<String>| {
        for line in raw.get(range.clone()).unwrap_or_default() {
            close(text, old.eol);
            text.push_str(line);
        }
        lines.extend(ours.get(range).unwrap_or_default().iter().map(|line| line.text.clone()));
    };
    for (hunk, _) in hunks.iter().filter(|(_, chosen)| *chosen) {
        let (gone, come) = if back { (&hunk.new, &hunk.old) } else { (&hunk.old, &hunk.new) };
        keep(at..gone.start, &mut text, &mut lines);
        for line in theirs.get(come.clone()).unwrap_or_default() {
            close(&mut text, old.eol);
            text.push_str(&line.text);
            text.push_str(old.eol);
            lines.push(line.text.clone());
        }
        at = gone.end;
    }
    keep(at..raw.len(), &mut text, &mut lines);
    // The file ends as it did, with or without a line end.
    if open && text.ends_with('\n') {
        text.truncate(text.len() - if text.ends_with("\r\n") { 2 } else { 1 });
    } else if !open && !text.is_empty() {
        close(&mut text, old.eol);
    }
    (text, lines)
}

/// Ends the last line where it has no end.
fn close(text: &mut String, eol: &str) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push_str(eol);
    }
}
