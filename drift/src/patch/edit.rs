//! A text and the changes to it: ranges that are replaced, applied all at once.

use std::ops::Range;

/// A text with its line ends.
#[derive(Clone, Copy)]
pub(super) struct Source<'t> {
    pub(super) text: &'t str,
    /// The line end that added lines get: that of the first line, else `\n`.
    pub(super) eol: &'static str,
}

impl<'t> Source<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let first = text.find('\n').and_then(|at| text.get(..at)).unwrap_or_default();
        Self { text, eol: if first.ends_with('\r') { "\r\n" } else { "\n" } }
    }

    /// The text of a range; empty when it is none.
    pub(super) fn get(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }

    /// Where the line of an offset starts.
    pub(super) fn line_start(&self, at: usize) -> usize {
        self.get(0..at).rfind('\n').map_or(0, |end| end + 1)
    }

    /// Where the line of an offset ends, before its line end.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let end = self.get(at..self.text.len()).find('\n').map_or(self.text.len(), |length| at + length);
        if end > at && self.get(at..end).ends_with('\r') { end - 1 } else { end }
    }

    /// Where the next line starts; the end of the text when there is none.
    pub(super) fn next_line(&self, at: usize) -> usize {
        self.get(at..self.text.len()).find('\n').map_or(self.text.len(), |length| at + length + 1)
    }

    /// Bytes between the start of the line and an offset.
    pub(super) fn column(&self, at: usize) -> usize {
        at - self.line_start(at)
    }

    /// The blanks that a line starts with.
    pub(super) fn indent(&self, at: usize) -> &'t str {
        let line = self.get(self.line_start(at)..self.line_end(at));
        self.slice(line, line.len() - line.trim_start_matches([' ', '\t']).len())
    }

    const fn slice(&self, line: &'t str, length: usize) -> &'t str {
        line.split_at(length).0
    }

    /// True when nothing but blanks stands in front of an offset in its line.
    pub(super) fn starts_line(&self, at: usize) -> bool {
        self.get(self.line_start(at)..at).bytes().all(|byte| matches!(byte, b' ' | b'\t'))
    }

    /// True when a line end stands within a range.
    pub(super) fn breaks(&self, range: Range<usize>) -> bool {
        self.get(range).contains('\n')
    }

    /// The same text with other line ends.
    pub(super) fn with_eol(&self, text: &str) -> String {
        let plain = text.replace("\r\n", "\n");
        if self.eol == "\n" { plain } else { plain.replace('\n', self.eol) }
    }

    /// Lines to add at the start of a line, or behind a last line that has no end.
    pub(super) fn lines_at(&self, at: usize, lines: &str) -> String {
        let lines = self.with_eol(lines.trim_end_matches(['\n', '\r']));
        let open = at == self.text.len() && !self.text.is_empty() && !self.text.ends_with('\n');
        if open { format!("{}{lines}", self.eol) } else { format!("{lines}{}", self.eol) }
    }
}

/// Text of one file moved to another indentation: the first line stays, in each further line `old` blanks at most become
/// `new`.
pub(super) fn indented(text: &str, old: usize, new: &str) -> String {
    let mut lines = text.split('\n');
    let mut moved = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        moved.push('\n');
        let blanks = line.bytes().take(old).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let rest = line.get(blanks..).unwrap_or_default();
        if !rest.trim().is_empty() {
            moved.push_str(new);
        }
        moved.push_str(rest);
    }
    moved
}

/// Changes of a text that do not overlap.
#[derive(Default)]
pub(super) struct Edits {
    edits: Vec<(Range<usize>, String)>,
}

impl Edits {
    /// Replaces a range.
    pub(super) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.edits.push((range, text.into()));
    }

    /// Removes a range.
    pub(super) fn remove(&mut self, range: Range<usize>) {
        self.replace(range, "");
    }

    /// Adds text at an offset, behind what was added there before.
    pub(super) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    /// The changed text; None when changes overlap. Equal removals are one.
    pub(super) fn apply(mut self, text: &str) -> Option<String> {
        self.edits.sort_by_key(|(range, _)| (range.start, range.end));
        self.edits.dedup_by(|next, one| next == one && next.1.is_empty() && !next.0.is_empty());
        let mut changed = String::with_capacity(text.len());
        let mut at = 0;
        for (range, new) in &self.edits {
            changed.push_str(text.get(at..range.start)?);
            changed.push_str(new);
            at = range.end;
        }
        changed.push_str(text.get(at..)?);
        Some(changed)
    }
}
