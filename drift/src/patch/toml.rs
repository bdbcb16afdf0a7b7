//! Where the tables and statements of TOML files stand.

use std::ops::Range;

use super::edit::Source;
use super::json::{Dialect, Scan};
use super::piece::{Part, Piece, Shape, Table};

/// A key with its parts: each with where it stands.
type Keys = Vec<(String, Range<usize>)>;

/// The tables of a text that a reader took; None where it is written in a way that is not followed.
pub(super) fn root(text: &str) -> Option<Piece> {
    let scan = Scan { text, dialect: Dialect::Toml };
    let source = Source::new(text);
    let mut root = Table::default();
    let mut header: Keys = Vec::new();
    let mut at = scan.skip(0);
    while at < text.len() {
        if text.get(at..)?.starts_with('[') {
            let is_array = text.get(at..)?.starts_with("[[");
            let (keys, end) = keys(&scan, at + if is_array { 2 } else { 1 })?;
            let lines = source.line_start(at)..source.next_line(end);
            root.first.get_or_insert(lines.start);
            open(&mut root, &keys, is_array, lines.clone())?;
            header = keys;
            at = scan.skip(lines.end);
        } else {
            let (keys, end) = keys(&scan, at)?;
            let equals = scan.skip(end);
            let piece = scan.value(scan.skip(equals + 1))?;
            let end = piece.end(equals);
            let lines = source.line_start(at)..source.next_line(end);
            root.first.get_or_insert(lines.start);
            state(&mut root, &header, source, &keys, lines.clone(), piece)?;
            at = scan.skip(lines.end);
        }
    }
    root.first.get_or_insert(text.len());
    Some(Piece::table(root))
}

/// A dotted key and where it ends.
fn keys(scan: &Scan<'_>, mut at: usize) -> Option<(Keys, usize)> {
    let mut keys = Keys::new();
    let blanks = |at: usize| {
        let rest = scan.text.get(at..).unwrap_or_default();
        at + rest.len() - rest.trim_start_matches([' ', '\t']).len()
    };
    loop {
        at = blanks(at);
        let (key, end) = scan.key(at)?;
        keys.push((key, at..end));
        at = blanks(end);
        if !scan.text.get(at..)?.starts_with('.') {
            return Some((keys, end));
        }
        at += 1;
    }
}

/// The part of a key, made when it is not there, with these lines among its own.
fn enter<'p>(table: &'p mut Table, key: &(String, Range<usize>), lines: &Range<usize>) -> Option<&'p mut Part> {
    let at = table.place(&key.0).unwrap_or_else(|| {
        let piece = Piece::table(Table::default());
        table.push(key.0.clone(), Part::new(Some(key.0.clone()), key.1.start, key.1.end, piece));
        table.parts.len() - 1
    });
    let part = table.parts.get_mut(at)?;
    part.extents.push(lines.clone());
    Some(part)
}

/// The table of a part: itself, or the last of an array of tables.
fn table_of<'p>(part: &'p mut Part, lines: &Range<usize>) -> Option<&'p mut Table> {
    match &mut part.piece.shape {
        Shape::Table(table) => Some(table),
        Shape::Rows(rows) => {
            let last = rows.last_mut()?;
            last.extents.push(lines.clone());
            table_of(last, lines)
        }
        _ => None,
    }
}

/// Takes a header.
fn open(root: &mut Table, keys: &Keys, is_array: bool, lines: Range<usize>) -> Option<()> {
    let (last, above) = keys.split_last()?;
    let mut table = root;
    for key in above {
        let part = enter(table, key, &lines)?;
        part.headed = true;
        table = table_of(part, &lines)?;
    }
    let part = enter(table, last, &lines)?;
    part.headed = true;
    let first = Some(lines.end);
    if !is_array {
        table_of(part, &lines)?.first = first;
        return Some(());
    }
    if let Shape::Table(_) = &part.piece.shape {
        part.piece.shape = Shape::Rows(Vec::new());
    }
    let mut row = Part::new(None, last.1.start, last.1.end, Piece::table(Table::of(Vec::new(), lines.end)));
    row.headed = true;
    row.extents.push(lines);
    if let Shape::Rows(rows) = &mut part.piece.shape {
        rows.push(row);
    }
    Some(())
}

/// Takes a statement below a header.
fn state(
    root: &mut Table,
    header: &Keys,
    source: Source<'_>,
    keys: &Keys,
    lines: Range<usize>,
    piece: Piece,
) -> Option<()> {
    let (last, above) = keys.split_last()?;
    let end = piece.end(last.1.end);
    let start = keys.first()?.1.start;
    let mut table = root;
    for key in header {
        table = table_of(enter(table, key, &lines)?, &lines)?;
    }
    for key in above {
        let part = enter(table, key, &lines)?;
        part.statements.push(key.1.start..end);
        table = table_of(part, &lines)?;
        table.first = Some(lines.end);
        table.prefix = format!("{}.", source.get(start..key.1.end));
    }
    let part = Part::statement(last.0.clone(), last.1.clone(), last.1.start..end, lines, piece);
    table.push(last.0.clone(), part);
    Some(())
}
