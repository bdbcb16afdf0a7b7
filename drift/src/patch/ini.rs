//! Where the sections and statements of INI files stand, by the rules of their reader.

use std::ops::Range;

use super::edit::Source;
use super::piece::{Part, Piece, Shape, Table};

/// The sections of a file, and its statements in front of any.
pub(super) fn root(text: &str) -> Piece {
    let mut scan = Scan { source: Source::new(text), root: Table::default(), section: None, open: None };
    let mut at = 0;
    while at < text.len() {
        let next = scan.source.next_line(at);
        scan.line(at..scan.source.line_end(at), next);
        at = next;
    }
    scan.close();
    let first_statement = scan.root.parts.iter().find(|part| !part.headed);
    let first = first_statement.or(scan.root.parts.first()).and_then(|part| part.extents.first());
    scan.root.first = Some(first.map_or(text.len(), |lines| lines.start));
    Piece::table(scan.root)
}

struct Scan<'t> {
    source: Source<'t>,
    root: Table,
    /// The section of the lines at hand, by its place in the root.
    section: Option<usize>,
    open: Option<Open>,
}

/// A statement whose value may go on in the next line.
struct Open {
    indent: usize,
    key: String,
    key_at: Range<usize>,
    head: Range<usize>,
    lines: Range<usize>,
    block: bool,
    /// False for a key without a value.
    goes_on: bool,
    joins: bool,
}

impl Scan<'_> {
    fn line(&mut self, line: Range<usize>, next: usize) {
        let text = self.source.get(line.clone());
        let content = text.trim();
        if content.is_empty() || content.starts_with([';', '#']) {
            return;
        }
        let indent = text.len() - text.trim_start().len();
        let start = line.start + indent;
        if let Some(open) = self.open.as_mut().filter(|open| open.goes_on && indent > open.indent) {
            let content = without_comment(content);
            if open.block || open.joins || !content.contains(['=', ':']) {
                open.head.end = start + content.len();
                open.lines.end = next;
                open.joins = content.ends_with('\\');
                return;
            }
        }
        self.close();
        if let Some(name) = content.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(name, _)| name.trim())
        {
            self.enter(name, start, line.start..next);
            return;
        }
        let (key, value) = content
            .split_once(['=', ':'])
            .map_or((without_comment(content), None), |(key, value)| (key.trim_end(), Some(value)));
        let key_at = start..start + key.len();
        let value_at = value.map(|value| start + content.len() - value.trim_start().len());
        let text = value.map_or("", |value| value_text(value.trim_start()));
        let head = value_at.map_or(key_at.end..key_at.end, |at| at..at + text.len());
        let joins = text.ends_with('\\');
        let block = value.is_some_and(str::is_empty);
        let goes_on = value.is_some();
        self.open =
            Some(Open { indent, key: key.to_owned(), key_at, head, lines: line.start..next, block, goes_on, joins });
    }

    fn enter(&mut self, name: &str, start: usize, lines: Range<usize>) {
        // No key of a statement has a line end, so that a section and a key may share a name.
        let title = format!("\n{name}");
        let known = self.root.place(&title);
        if known.is_none() {
            let table = Table::of(Vec::new(), lines.end);
            let mut part = Part::new(Some(name.to_owned()), start, start, Piece::table(table));
            part.headed = true;
            self.root.push(title, part);
        }
        let at = known.unwrap_or(self.root.parts.len() - 1);
        if let Some(part) = self.root.parts.get_mut(at) {
            part.extents.push(lines);
        }
        self.section = Some(at);
    }

    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        let text = open.key_at.start..open.head.end.max(open.key_at.end);
        let part = Part::statement(open.key, open.key_at, text, open.lines.clone(), Piece::inline(open.head));
        let section = self.section.and_then(|at| self.root.parts.get_mut(at));
        match section {
            Some(section) => {
                section.extents.push(open.lines);
                if let Shape::Table(table) = &mut section.piece.shape {
                    put_each(table, part);
                }
            }
            None => put_each(&mut self.root, part),
        }
    }
}

/// A key that stands again is a list.
fn put_each(table: &mut Table, part: Part) {
    let name = part.key.clone().unwrap_or_default();
    let Some(known) = table.place(&name).and_then(|at| table.parts.get_mut(at)) else {
        return table.push(name, part);
    };
    let text = |part: &Part| (part.extents.clone(), part.statements.clone());
    let (extents, statements) = text(&part);
    if let Shape::Rows(rows) = &mut known.piece.shape {
        rows.push(part);
    } else {
        let mut first =
            Part::new(known.key.clone(), known.start, known.key_end, Piece::inline(known.piece.head.clone()));
        (first.extents, first.statements) = text(known);
        known.piece = Piece::new(known.start..known.start, Shape::Rows(vec![first, part]));
    }
    known.extents.extend(extents);
    known.statements.extend(statements);
}

/// The text of a value with its quotes, without the comment behind it.
fn value_text(rest: &str) -> &str {
    for quote in ['"', '\''] {
        let quoted = rest.strip_prefix(quote).and_then(|inner| inner.split_once(quote));
        if let Some((inner, after)) = quoted
            && without_comment(after).is_empty()
        {
            return rest.get(..inner.len() + 2).unwrap_or(rest);
        }
    }
    without_comment(rest)
}

/// Text up to ` ;` or ` #`, as the reader takes it.
fn without_comment(text: &str) -> &str {
    let mut blank = false;
    for (offset, character) in text.char_indices() {
        if blank && matches!(character, ';' | '#') {
            return text.get(..offset).unwrap_or(text).trim();
        }
        blank = character.is_whitespace();
    }
    text.trim()
}
