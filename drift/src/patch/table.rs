//! Files of statements: properties, .env, INI and TOML. A statement is whole lines; a table is its header and statements.

use super::Refused;
use super::edit::{Edits, Source};
use super::piece::{Part, Shape, Table};
use super::plan::{Act, Work, nth};
use super::write::{self, Sides, Spelled, value_text};
use crate::format::Format;

/// Makes the changes below a table whose text stays.
pub(super) fn inside(
    sides: &Sides<'_>,
    old: Spelled<'_>,
    new: Spelled<'_>,
    work: &Work,
    edits: &mut Edits,
) -> Result<(), Refused> {
    let Shape::Table(table) = &old.piece.shape else {
        return Err(Refused::of(work.delta, "its place is no table in the text"));
    };
    for (at, child) in &work.children {
        let lost = || Refused::of(child.delta, "it has no text of its own");
        let part = old.part(*at).ok_or_else(lost)?;
        let theirs = child.other.and_then(|other| new.part(other));
        match child.act {
            Act::Remove => remove(part, edits),
            Act::Replace => {
                let theirs = theirs.ok_or_else(lost)?;
                if part.piece.is_inline() && theirs.piece.is_inline() {
                    put_value(sides, part, theirs, edits);
                } else {
                    remove(part, edits);
                    add(sides, table, (!part.headed).then_some(part), theirs, child.delta, edits)?;
                }
            }
            Act::Inside => {
                let nodes = nth(old.node, *at, true).zip(child.other.and_then(|other| nth(new.node, other, true)));
                let ((mine, other), theirs) = nodes.zip(theirs).ok_or_else(lost)?;
                let (mine, other) =
                    (Spelled { node: mine, piece: &part.piece }, Spelled { node: other, piece: &theirs.piece });
                match &part.piece.shape {
                    Shape::Table(_) => inside(sides, mine, other, child, edits)?,
                    Shape::Inline if sides.format != Format::Toml => {
                        rows(sides, (part, mine), (theirs, other), child, edits)?;
                    }
                    Shape::Rows(_) => rows(sides, (part, mine), (theirs, other), child, edits)?,
                    _ => write::inside(sides, mine, other, child, edits)?,
                }
            }
        }
    }
    for insert in &work.inserts {
        let theirs = new.part(insert.other);
        let theirs = theirs.ok_or_else(|| Refused::of(insert.delta, "it has no text of its own in the other file"))?;
        add(sides, table, insert.after.and_then(|at| old.part(at)), theirs, insert.delta, edits)?;
    }
    Ok(())
}

fn remove(part: &Part, edits: &mut Edits) {
    for lines in &part.extents {
        edits.remove(lines.clone());
    }
}

/// Gives a statement the value of another; an empty value takes the separator along.
fn put_value(sides: &Sides<'_>, part: &Part, new: &Part, edits: &mut Edits) {
    let bare = |source: Source<'_>, part: &Part| {
        let text = source.get(part.piece.head.clone());
        text.is_empty() || text.starts_with(['\n', '\r'])
    };
    if bare(sides.old, part) || bare(sides.new, new) {
        let text = sides.new.get(new.key_end..new.piece.head.end.max(new.key_end));
        edits.replace(part.key_end..part.piece.head.end.max(part.key_end), sides.old.with_eol(text));
    } else {
        let text = match sides.format {
            Format::Toml => value_text(sides, &new.piece, part.start),
            _ => sides.old.with_eol(sides.new.get(new.piece.head.clone())),
        };
        edits.replace(part.piece.head.clone(), text);
    }
}

/// Changes what one key holds several times; a key that stands once is a list of one.
fn rows(
    sides: &Sides<'_>,
    (part, old): (&Part, Spelled<'_>),
    (their_part, new): (&Part, Spelled<'_>),
    work: &Work,
    edits: &mut Edits,
) -> Result<(), Refused> {
    let (mine, theirs) = (rows_of(part), rows_of(their_part));
    let lost = |delta| Refused::of(delta, "it has no statement of its own");
    for (at, child) in &work.children {
        let row = *mine.get(*at).ok_or_else(|| lost(child.delta))?;
        let their_row = child.other.and_then(|other| theirs.get(other)).copied();
        match (child.act, their_row) {
            (Act::Remove, _) => remove(row, edits),
            (Act::Replace, Some(their_row)) if row.piece.is_inline() && their_row.piece.is_inline() => {
                put_value(sides, row, their_row, edits);
            }
            (Act::Inside, Some(their_row)) => {
                let nodes = nth(old.node, *at, true).zip(child.other.and_then(|other| nth(new.node, other, true)));
                let (mine, other) = nodes.ok_or_else(|| lost(child.delta))?;
                let (mine, other) =
                    (Spelled { node: mine, piece: &row.piece }, Spelled { node: other, piece: &their_row.piece });
                inside(sides, mine, other, child, edits)?;
            }
            _ => return Err(lost(child.delta)),
        }
    }
    for insert in &work.inserts {
        let row = *theirs.get(insert.other).ok_or_else(|| lost(insert.delta))?;
        let at = match insert.after.and_then(|at| mine.get(at)) {
            Some(before) => before.last_line(),
            None => mine
                .first()
                .and_then(|row| row.extents.first())
                .map(|lines| lines.start)
                .ok_or_else(|| lost(insert.delta))?,
        };
        let indent = mine.first().map_or("", |row| sides.old.indent(row.start));
        put_lines(sides, at, row, indent, edits);
    }
    Ok(())
}

fn rows_of(part: &Part) -> Vec<&Part> {
    match &part.piece.shape {
        Shape::Rows(rows) => rows.iter().collect(),
        _ => vec![part],
    }
}

fn put_lines(sides: &Sides<'_>, at: usize, part: &Part, prefix: &str, edits: &mut Edits) {
    let text = if part.headed { blocks(sides, part) } else { statements(sides, part, prefix) };
    edits.insert(at, apart(sides.old, at, part.headed, &text));
}

/// Lines with an empty one in front of a header, unless it is the first line.
fn apart(source: Source<'_>, at: usize, headed: bool, lines: &str) -> String {
    let lines = source.lines_at(at, lines);
    if headed && at > 0 { format!("{}{lines}", source.eol) } else { lines }
}

/// The statements of a part, one line each.
fn statements(sides: &Sides<'_>, part: &Part, prefix: &str) -> String {
    let lines = part.statements.iter().map(|text| format!("{prefix}{}\n", sides.new.get(text.clone())));
    lines.collect()
}

/// All lines of a part with headers of its own.
fn blocks(sides: &Sides<'_>, part: &Part) -> String {
    let mut text = String::new();
    for lines in &part.extents {
        text.push_str(sides.new.get(lines.clone()));
        if !text.ends_with('\n') {
            text.push('\n');
        }
    }
    text
}

/// Adds a key to a table: a statement behind a statement, a header behind all that the table has.
fn add(
    sides: &Sides<'_>,
    table: &Table,
    after: Option<&Part>,
    new: &Part,
    delta: usize,
    edits: &mut Edits,
) -> Result<(), Refused> {
    if new.headed && !new.statements.is_empty() {
        return Err(Refused::of(delta, "its statements stand in several tables of the other file"));
    }
    if new.headed {
        let last = table.parts.iter().map(Part::last_line).max();
        let behind = after.filter(|part| part.headed).map(Part::last_line);
        let at = behind.or(last).max(behind).unwrap_or(table.first.unwrap_or(sides.old.text.len()));
        edits.insert(at, apart(sides.old, at, true, &blocks(sides, new)));
        return Ok(());
    }
    let after = after.filter(|part| !part.headed);
    let at = after.map(Part::last_line).or(table.first);
    let at = at.ok_or_else(|| Refused::of(delta, "the table that it belongs to has no statements of its own"))?;
    let indent = after.map_or("", |part| sides.old.indent(part.start));
    let lines = statements(sides, new, &format!("{indent}{}", table.prefix));
    edits.insert(at, apart(sides.old, at, false, &lines));
    Ok(())
}
