//! Where everything of a file stands, as byte ranges: what a document is to values, a piece is to their spelling.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

/// The text of one node.
#[derive(Debug)]
pub(super) struct Piece {
    /// What stands in one place: a scalar, a collection in brackets, or what announces lines below (tags, `|`).
    pub(super) head: Range<usize>,
    /// What it is made of.
    pub(super) shape: Shape,
    /// The place of each key among the parts, made when the first of many is asked for.
    places: OnceCell<HashMap<String, usize>>,
}

/// Below this many parts a linear search is faster than an index.
const INDEX_FROM: usize = 9;

/// How a node is written.
#[derive(Debug)]
pub(super) enum Shape {
    /// All of it is the head.
    Inline,
    /// A collection in brackets; the head is all of it.
    Flow(Flow),
    /// A YAML collection by indentation.
    Block(Vec<Part>),
    /// A YAML block scalar: its lines, without the last line end.
    Literal(Range<usize>),
    /// A map of statements, one or more lines each.
    Table(Table),
    /// What one key holds several times, each time by statements of its own.
    Rows(Vec<Part>),
    /// An alias or something else that has no text of its own.
    Opaque,
}

/// A collection in brackets.
#[derive(Debug)]
pub(super) struct Flow {
    /// Behind the bracket that opens it.
    pub(super) open: usize,
    /// At the bracket that closes it.
    pub(super) close: usize,
    /// Members or elements in order.
    pub(super) parts: Vec<Part>,
}

/// A map of statements.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Keys in order.
    pub(super) parts: Vec<Part>,
    /// The place of each part that [`Table::push`] took, by name.
    places: HashMap<String, usize>,
    /// Where a first statement goes, at the start of a line; None where none can.
    pub(super) first: Option<usize>,
    /// What stands in front of a key that is added: indentation, dotted keys, or the line of a header.
    pub(super) prefix: String,
}

/// A member of a map or an element of a list.
#[derive(Debug)]
pub(super) struct Part {
    /// The key as the document knows it; None in a list.
    pub(super) key: Option<String>,
    /// Where it starts: the key, the dash, or the element.
    pub(super) start: usize,
    /// Behind the key; in YAML behind the colon or dash.
    pub(super) key_end: usize,
    /// The comma behind it, in a collection in brackets.
    pub(super) comma: Option<usize>,
    /// Whole lines with their ends, of a statement or of all statements of a table.
    pub(super) extents: Vec<Range<usize>>,
    /// Statements that stand below no header of this part: from the key to the end of the value.
    pub(super) statements: Vec<Range<usize>>,
    /// True when a header of its own announces it.
    pub(super) headed: bool,
    /// Its value.
    pub(super) piece: Piece,
}

impl Table {
    /// A table of these parts, which are not found by name, with the place of a first statement.
    pub(super) fn of(parts: Vec<Part>, first: usize) -> Self {
        Self { parts, first: Some(first), ..Self::default() }
    }

    /// Adds a part that is found again by this name, or a later one of the same name in its place.
    pub(super) fn push(&mut self, name: String, part: Part) {
        self.places.insert(name, self.parts.len());
        self.parts.push(part);
    }

    /// The place of the part of this name.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }
}

impl Piece {
    /// A piece of this shape.
    pub(super) const fn new(head: Range<usize>, shape: Shape) -> Self {
        Self { head, shape, places: OnceCell::new() }
    }

    /// A piece without parts.
    pub(super) const fn inline(head: Range<usize>) -> Self {
        Self::new(head, Shape::Inline)
    }

    /// A map of statements.
    pub(super) const fn table(table: Table) -> Self {
        Self::new(0..0, Shape::Table(table))
    }

    /// Members or elements; none for what has none.
    pub(super) fn parts(&self) -> &[Part] {
        match &self.shape {
            Shape::Flow(flow) => &flow.parts,
            Shape::Block(parts) | Shape::Rows(parts) => parts,
            Shape::Table(table) => &table.parts,
            Shape::Inline | Shape::Literal(_) | Shape::Opaque => &[],
        }
    }

    /// The part of a key, or of an index in a list. Of a key that stands twice the last counts, as for readers.
    pub(super) fn part(&self, key: Option<&str>, at: usize) -> Option<&Part> {
        let parts = self.parts();
        let Some(key) = key else { return parts.get(at) };
        if parts.len() < INDEX_FROM {
            return parts.iter().rev().find(|part| part.key.as_deref() == Some(key));
        }
        let index = || parts.iter().enumerate().filter_map(|(at, part)| Some((part.key.clone()?, at))).collect();
        parts.get(*self.places.get_or_init(index).get(key)?)
    }

    /// True when all of it stands in one place, so that it can be written in another.
    pub(super) const fn is_inline(&self) -> bool {
        matches!(self.shape, Shape::Inline | Shape::Flow(_))
    }

    /// Where its text ends; `from` when there is none.
    pub(super) fn end(&self, from: usize) -> usize {
        let own = if self.head.is_empty() { from } else { self.head.end };
        match &self.shape {
            Shape::Block(parts) => parts.last().map_or(own, Part::end),
            Shape::Literal(body) => body.end.max(own),
            _ => own,
        }
    }
}

impl Part {
    /// A part of a collection in brackets or by indentation.
    pub(super) const fn new(key: Option<String>, start: usize, key_end: usize, piece: Piece) -> Self {
        Self { key, start, key_end, comma: None, extents: Vec::new(), statements: Vec::new(), headed: false, piece }
    }

    /// A statement of its own lines.
    pub(super) fn statement(
        key: String,
        key_at: Range<usize>,
        text: Range<usize>,
        lines: Range<usize>,
        piece: Piece,
    ) -> Self {
        let mut part = Self::new(Some(key), key_at.start, key_at.end, piece);
        part.extents.push(lines);
        part.statements.push(text);
        part
    }

    /// Where its value ends.
    pub(super) fn end(&self) -> usize {
        self.piece.end(self.key_end)
    }

    /// Where its last line ends.
    pub(super) fn last_line(&self) -> usize {
        self.extents.iter().map(|lines| lines.end).max().unwrap_or(self.start)
    }
}
