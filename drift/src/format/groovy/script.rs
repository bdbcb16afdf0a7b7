//! A script read block by block: statements that a language knows become keys, the rest stays lines that say where they
//! stand.

use super::{Event, Statement, events};
use crate::document::{Document, Line, Node, Position};
use crate::format::branch::{Again, Branch};
use crate::format::tally::Tally;
use crate::format::{Unreadable, text};
use crate::limits::Limits;

/// A block of a language that is written with blocks.
pub(in crate::format) trait Block: Sized {
    /// Reads the head of a block: what the block is. Told as a line, the head says where it stands.
    fn open(script: &mut Script<'_, Self>, head: Statement) -> Result<Self, Unreadable>;

    /// Reads a statement; false when it has no key and stays a line.
    fn take(script: &mut Script<'_, Self>, statement: &Statement) -> Result<bool, Unreadable>;

    /// The names of this block and those around it when its head was no line; empty when it was one.
    fn place(&self) -> String;

    /// True when its end is a line, as its head was.
    fn has_end(&self) -> bool;
}

/// A script on the way to its document.
pub(in crate::format) struct Script<'l, B> {
    /// What bounds the tree.
    pub(in crate::format) limits: &'l Limits,
    tally: Tally<'l>,
    tree: Branch,
    lines: Vec<Line>,
    blocks: Vec<B>,
    /// True right behind the head of a block.
    is_empty: bool,
}

/// Reads a script; one whose quotes or brackets do not match is compared as text.
pub(in crate::format) fn read<B: Block>(source: &str, limits: &Limits) -> Result<Document, Unreadable> {
    let Some(events) = events(source) else { return Ok(text::read(source)) };
    let mut script = Script::<B> {
        limits,
        tally: Tally::new(limits),
        tree: Branch::default(),
        lines: Vec::new(),
        blocks: Vec::new(),
        is_empty: false,
    };
    for event in events {
        match event {
            Event::Open(head) => {
                let block = B::open(&mut script, head)?;
                script.is_empty = true;
                script.blocks.push(block);
            }
            Event::Close(at) => script.close(at),
            Event::Simple(statement) => {
                script.is_empty = false;
                if !B::take(&mut script, &statement)? {
                    script.line(statement, "");
                }
            }
        }
    }
    let Script { tally, tree, lines, .. } = script;
    if tree.is_empty() {
        return Ok(Document { lines, ..Document::default() });
    }
    Ok(Document { lines, ..tally.into_document(tree.into_map()) })
}

impl<B: Block> Script<'_, B> {
    /// The innermost block; None outside of all.
    pub(in crate::format) fn block(&self) -> Option<&B> {
        self.blocks.last()
    }

    /// Adds what has no key. The heads of blocks with keys are no lines, so that it says where it stands.
    pub(in crate::format) fn line(&mut self, mut statement: Statement, end: &str) {
        let place = self.place();
        if !place.is_empty() {
            statement.text = format!("{place} {{ {}", statement.text);
        }
        self.lines.extend(statement.into_lines(end));
    }

    /// Adds a key.
    pub(in crate::format) fn put(
        &mut self,
        (path, at): (&[String], Position),
        node: Node,
        again: Again,
    ) -> Result<(), Unreadable> {
        self.tree.put((path, at), node, again, self.limits, &mut self.tally)
    }

    fn close(&mut self, at: Position) {
        let is_empty = std::mem::take(&mut self.is_empty);
        let text = self.blocks.pop().and_then(|block| match block.has_end() {
            true => Some("}".to_owned()),
            false => {
                Some(block.place()).filter(|place| is_empty && !place.is_empty()).map(|place| format!("{place} {{}}"))
            }
        });
        self.lines.extend(text.map(|text| Line { number: at.line, text }));
    }

    fn place(&self) -> String {
        self.blocks.last().map(B::place).unwrap_or_default()
    }
}
