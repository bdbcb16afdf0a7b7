//! YAML collections by indentation: entries are whole lines, but for the first one behind a dash.

use std::ops::Range;

use super::Refused;
use super::edit::{Edits, Source, indented};
use super::piece::{Part, Piece, Shape};
use super::plan::{Insert, Work};
use super::write::{Sides, Spelled, children};

/// The text of a value: what stands behind the colon or dash, and the lines below.
struct Text<'t> {
    head: &'t str,
    /// From the end of the first line on, or from the head on when the first entry stands in the line of a dash.
    body: &'t str,
}

/// Where the lines of a value below its head stand.
fn body(piece: &Piece) -> Option<Range<usize>> {
    match &piece.shape {
        Shape::Block(parts) => Some(parts.first()?.start..parts.last()?.end()),
        Shape::Literal(body) => Some(body.clone()),
        _ => None,
    }
}

fn text_of<'t>(source: Source<'t>, part: &Part) -> Text<'t> {
    let head = source.get(part.piece.head.clone());
    let from = part.piece.head.end.max(part.key_end);
    match body(&part.piece) {
        None => Text { head, body: "" },
        Some(body) if source.breaks(from..body.start) => {
            Text { head, body: source.get(source.line_end(from)..body.end) }
        }
        Some(body) => Text { head, body: source.get(from..body.end) },
    }
}

/// Gives an entry the value that another entry has; comments behind it stay.
pub(super) fn replace(sides: &Sides<'_>, part: &Part, new: &Part, edits: &mut Edits) {
    let text = text_of(sides.new, new);
    let (from, to) = (sides.new.column(new.start), " ".repeat(sides.old.column(part.start)));
    let lines = sides.old.with_eol(&indented(text.body, from, &to));
    let head = sides.old.with_eol(&indented(text.head, from, &to));
    put(sides.old, part, &head, &lines, edits);
}

/// Writes head and lines of an entry anew.
fn put(source: Source<'_>, part: &Part, head: &str, lines: &str, edits: &mut Edits) {
    let own = &part.piece.head;
    let (from, compact) = match body(&part.piece) {
        Some(body) => (own.end.max(part.key_end), !source.breaks(own.end.max(part.key_end)..body.start)),
        None => (own.end.max(part.key_end), false),
    };
    match (own.is_empty(), head.is_empty()) {
        (true, true) => {}
        (true, false) => edits.insert(part.key_end, format!(" {head}")),
        (false, true) => edits.remove(part.key_end..own.end),
        (false, false) => edits.replace(own.clone(), head),
    }
    let start = if compact { from } else { source.line_end(from) };
    let end = body(&part.piece).map_or(start, |body| source.line_end(body.end).max(start));
    // Lines in the place of a dash's own line start with a blank, others with a line end.
    if !lines.is_empty() && !lines.starts_with(['\n', '\r']) && !compact && start != from {
        // A comment stands between: what would follow the dash goes to a line of its own.
        edits.replace(
            start..end,
            format!("{}{}{}", source.eol, " ".repeat(source.column(part.start) + 2), lines.trim_start()),
        );
    } else {
        edits.replace(start..end, lines);
    }
}

/// True when a collection changes its form with its members: from brackets without members to lines, or back.
pub(super) fn is_rebuilt(old: Spelled<'_>, new: Spelled<'_>, work: &Work) -> bool {
    match (&old.piece.shape, &new.piece.shape) {
        (Shape::Flow(flow), Shape::Block(_)) => flow.parts.is_empty() && !work.inserts.is_empty(),
        (Shape::Block(parts), _) => empties(parts, work),
        _ => false,
    }
}

fn empties(parts: &[Part], work: &Work) -> bool {
    work.inserts.is_empty() && (0..parts.len()).all(|at| work.removes(at))
}

/// Writes a collection of an entry in its other form.
pub(super) fn rebuild(
    sides: &Sides<'_>,
    part: &Part,
    old: Spelled<'_>,
    (new_part, new): (&Part, Spelled<'_>),
    work: &Work,
    edits: &mut Edits,
) -> Result<(), Refused> {
    if let Shape::Block(parts) = &old.piece.shape {
        let empty = if parts.first().is_some_and(|part| part.key.is_some()) { "{}" } else { "[]" };
        let props = sides.old.get(part.piece.head.clone());
        let head = if props.is_empty() { empty.to_owned() } else { format!("{props} {empty}") };
        put(sides.old, part, &head, "", edits);
        return Ok(());
    }
    let entries = new.piece.parts();
    let deeper = entries.first().map_or(0, |first| sides.new.column(first.start));
    let deeper = deeper.saturating_sub(sides.new.column(new_part.start));
    let column = sides.old.column(part.start) + deeper;
    let mut lines = String::new();
    for insert in &work.inserts {
        let entry = entry(sides, new, insert, column)?;
        lines.push_str(&format!("{}{}{entry}", sides.old.eol, " ".repeat(column)));
    }
    put(sides.old, part, "", &lines, edits);
    Ok(())
}

/// The text of an entry that comes in, its first line without indentation.
fn entry(sides: &Sides<'_>, new: Spelled<'_>, insert: &Insert, column: usize) -> Result<String, Refused> {
    let source = sides.new;
    let lost = || Refused::of(insert.delta, "its value has no text of its own in the other file");
    let part = new.part(insert.other).ok_or_else(lost)?;
    let text = match (&new.piece.shape, &part.key) {
        (Shape::Block(_), _) => source.get(part.start..part.end()).to_owned(),
        (_, Some(_)) => format!(
            "{}: {}",
            source.get(part.start..part.key_end).trim_end_matches(':'),
            source.get(part.piece.head.clone())
        ),
        (_, None) => format!("- {}", source.get(part.piece.head.clone())),
    };
    Ok(sides.old.with_eol(&indented(&text, source.column(part.start), &" ".repeat(column))))
}

/// Removes entries and adds others.
pub(super) fn membership(
    sides: &Sides<'_>,
    old: Spelled<'_>,
    new: Spelled<'_>,
    work: &Work,
    edits: &mut Edits,
) -> Result<(), Refused> {
    let source = sides.old;
    let parts = old.piece.parts();
    for (at, child) in work.children.iter().filter(|(at, _)| work.removes(**at)) {
        let lost = || Refused::of(child.delta, "it has no text of its own: an alias or a merge brings it in");
        remove(source, parts, old.part(*at).ok_or_else(lost)?, edits);
    }
    let first = parts.first().ok_or_else(|| Refused::of(work.delta, "its collection is empty"))?;
    let column = source.column(first.start);
    for insert in &work.inserts {
        let text = entry(sides, new, insert, column)?;
        let indent = " ".repeat(column);
        match insert.after.and_then(|at| old.part(at)) {
            Some(before) => {
                let at = source.next_line(before.end());
                edits.insert(at, source.lines_at(at, &format!("{indent}{text}")));
            }
            None if source.starts_line(first.start) => {
                edits.insert(source.line_start(first.start), format!("{indent}{text}{}", source.eol));
            }
            None => edits.insert(first.start, format!("{text}{}{indent}", source.eol)),
        }
    }
    Ok(())
}

fn remove(source: Source<'_>, parts: &[Part], part: &Part, edits: &mut Edits) {
    if source.starts_line(part.start) {
        return edits.remove(source.line_start(part.start)..source.next_line(part.end()));
    }
    // The first entry shares its line with a dash: the next one moves up, unless a comment stands between.
    let next = parts.iter().map(|other| other.start).find(|start| *start > part.start);
    match next.filter(|next| source.get(source.line_end(part.end())..*next).trim().is_empty()) {
        Some(next) => edits.remove(part.start..next),
        None => edits.remove(part.start..source.line_end(part.end())),
    }
}

/// Makes the changes of a whole document.
pub(super) fn root(
    sides: &Sides<'_>,
    old: Spelled<'_>,
    new: Spelled<'_>,
    work: &Work,
    edits: &mut Edits,
) -> Result<(), Refused> {
    let end = old.piece.end(old.piece.head.start);
    let whole = match body(old.piece) {
        Some(body) if old.piece.head.is_empty() => body,
        _ => old.piece.head.start..end,
    };
    match (&old.piece.shape, &new.piece.shape) {
        (Shape::Block(parts), _) if empties(parts, work) => {
            let empty = if parts.first().is_some_and(|part| part.key.is_some()) { "{}" } else { "[]" };
            edits.replace(whole, empty);
            Ok(())
        }
        (Shape::Flow(flow), Shape::Block(_)) if flow.parts.is_empty() => {
            let entries: Result<Vec<_>, _> = work.inserts.iter().map(|insert| entry(sides, new, insert, 0)).collect();
            edits.replace(whole, entries?.join(sides.old.eol));
            Ok(())
        }
        (Shape::Block(_), _) => {
            children(sides, old, new, work, edits)?;
            membership(sides, old, new, work, edits)
        }
        _ => super::write::inside(sides, old, new, work, edits),
    }
}
