//! Collections in brackets: JSON, arrays and inline tables of TOML, flow collections of YAML.

use super::Refused;
use super::edit::{Edits, Source, indented};
use super::piece::{Flow, Part};
use super::plan::{Insert, Work};
use super::write::Sides;
use crate::format::Format;

/// Removes members or elements and adds others; changes inside of those that stay are made elsewhere.
/// `places` gives the part of each place among the siblings.
pub(super) fn membership(
    sides: &Sides<'_>,
    flow: &Flow,
    parts: &[Option<&Part>],
    work: &Work,
    coming: &[(Insert, String)],
    edits: &mut Edits,
) -> Result<(), Refused> {
    if coming.is_empty() && !(0..parts.len()).any(|at| work.removes(at)) {
        return Ok(());
    }
    let lost = || Refused::of(work.delta, "a part of its collection has no text of its own");
    let parts: Vec<&Part> = parts.iter().copied().collect::<Option<_>>().ok_or_else(lost)?;
    if parts.len() != flow.parts.len() {
        return Err(Refused::of(work.delta, "its collection has a key twice, or merges others"));
    }
    // Places are those of the document; the text has an order of its own only when a key stands twice.
    let moves = sides.format != Format::Toml;
    let membership = Membership { source: sides.old, moves, flow, parts, work, coming };
    membership.write(edits);
    Ok(())
}

struct Membership<'a> {
    source: Source<'a>,
    /// True when the lines of a value may be indented otherwise.
    moves: bool,
    flow: &'a Flow,
    parts: Vec<&'a Part>,
    work: &'a Work,
    coming: &'a [(Insert, String)],
}

impl Membership<'_> {
    fn write(&self, edits: &mut Edits) {
        let kept: Vec<usize> = (0..self.parts.len()).filter(|at| !self.work.removes(*at)).collect();
        let trailing = self.parts.last().is_some_and(|part| part.comma.is_some());
        let last_kept = kept.last().copied();
        let ends_with = |after: Option<usize>| self.coming.iter().any(|(insert, _)| insert.after == after);
        if kept.is_empty() && self.coming.is_empty() {
            return self.clear(edits);
        }
        for at in kept {
            let Some(part) = self.parts.get(at) else { continue };
            let needs = trailing || Some(at) != last_kept || ends_with(Some(at));
            match (part.comma, needs) {
                (Some(comma), false) => edits.remove(comma..comma + 1),
                (None, true) => edits.insert(part.end(), ","),
                _ => {}
            }
        }
        self.add(last_kept, trailing, edits);
        for (at, part) in self.parts.iter().enumerate().filter(|(at, _)| self.work.removes(*at)) {
            edits.remove(self.extent(at, part));
        }
    }

    /// Removes everything between the first and the last part.
    fn clear(&self, edits: &mut Edits) {
        let (Some(first), Some(last)) = (self.parts.first(), self.parts.last()) else { return };
        let end = last.comma.map_or(last.end(), |comma| comma + 1);
        let inner = self.source.get(self.flow.open..first.start).to_owned() + self.source.get(end..self.flow.close);
        if inner.trim().is_empty() {
            edits.remove(self.flow.open..self.flow.close);
        } else {
            edits.remove(first.start..end);
        }
    }

    /// The text that goes with a part: its lines when nothing else stands in them, with the comment behind it.
    fn extent(&self, at: usize, part: &Part) -> std::ops::Range<usize> {
        let source = self.source;
        let end = part.comma.map_or(part.end(), |comma| comma + 1);
        let line_end = source.line_end(end);
        let next = self.parts.get(at + 1).map_or(self.flow.close, |next| next.start);
        if source.starts_line(part.start) && next > line_end {
            return source.line_start(part.start)..source.next_line(end);
        }
        let blanks = |range: std::ops::Range<usize>| source.get(range).bytes().all(|byte| matches!(byte, b' ' | b'\t'));
        let is_gone = |at: usize| self.work.removes(at);
        // Behind the last one that stays no blanks stay either: the first of those that go takes them along.
        let is_tail =
            (at + 1..self.parts.len()).all(is_gone) && !self.coming.iter().any(|(insert, _)| insert.after.is_some());
        let before = at.checked_sub(1).and_then(|before| self.parts.get(before));
        let front = before.map_or(part.start, |before| before.comma.map_or(before.end(), |comma| comma + 1));
        let takes = is_tail && at > 0 && !is_gone(at - 1) && blanks(front..part.start);
        let start = if takes { front } else { part.start };
        if at + 1 < self.parts.len() && blanks(end..next) { start..next } else { start..end }
    }

    fn add(&self, last_kept: Option<usize>, trailing: bool, edits: &mut Edits) {
        let source = self.source;
        let lines = source.breaks(self.flow.open..self.parts.first().map_or(self.flow.close, |part| part.start));
        let in_lines = lines || (self.parts.is_empty() && self.coming.iter().any(|(_, text)| text.contains('\n')));
        let outer = source.indent(self.flow.open).to_owned();
        let indent = match self.parts.first() {
            Some(first) if lines => source.indent(first.start).to_owned(),
            _ => format!("{outer}  "),
        };
        let count = self.coming.len();
        for (number, (insert, text)) in self.coming.iter().enumerate() {
            let is_last = insert.after == last_kept && number + 1 == count;
            let comma = if is_last && !trailing { "" } else { "," };
            let columns = if in_lines { &indent } else { &outer };
            let text = if self.moves { source.with_eol(&indented(text, 0, columns)) } else { text.clone() };
            let anchor = insert.after.and_then(|at| self.parts.get(at));
            let behind = anchor.map_or(self.flow.open, |part| part.comma.map_or(part.end(), |comma| comma + 1));
            if in_lines {
                let line_end = source.line_end(behind);
                let next = insert.after.map_or(0, |at| at + 1);
                let next = self.parts.get(next).map_or(self.flow.close, |part| part.start);
                let at = if next > line_end { line_end } else { behind };
                edits.insert(at, format!("{}{indent}{text}{comma}", source.eol));
            } else if insert.after.is_some() {
                edits.insert(behind, format!(" {text}{comma}"));
            } else {
                let at = self.parts.first().map_or(self.flow.open, |first| first.start);
                edits.insert(at, if is_last { format!("{text}{comma}") } else { format!("{text}{comma} ") });
            }
        }
        if in_lines && !lines {
            edits.insert(self.flow.close, format!("{}{outer}", source.eol));
        }
    }
}
