//! From a plan to the changes of the text: walks the pieces of both files beside their documents.

use super::Refused;
use super::block;
use super::edit::{Edits, Source, indented};
use super::flow;
use super::piece::{Part, Piece, Shape};
use super::plan::{Act, Insert, Work, key, nth};
use super::table;
use crate::document::{Node, Value};
use crate::format::Format;

/// The two texts of a patch.
#[derive(Clone, Copy)]
pub(super) struct Sides<'t> {
    /// The text that changes.
    pub(super) old: Source<'t>,
    /// The text that the new values come from.
    pub(super) new: Source<'t>,
    pub(super) format: Format,
}

/// A node with its text, or without where it has none of its own.
#[derive(Clone, Copy)]
pub(super) struct Spelled<'n> {
    pub(super) node: &'n Node,
    pub(super) piece: &'n Piece,
}

impl<'n> Spelled<'n> {
    /// The part of the member or element at a place.
    pub(super) fn part(self, at: usize) -> Option<&'n Part> {
        self.piece.part(key(self.node, at), at)
    }

    /// The member or element at a place, with the node that it spells.
    fn child(self, at: usize, only_text: bool) -> Option<Self> {
        let node = nth(self.node, at, only_text)?;
        let piece =
            if matches!(self.node.value, Value::Map(_) | Value::List(_)) { &self.part(at)?.piece } else { self.piece };
        Some(Self { node, piece })
    }
}

/// Makes the changes below a node whose text stays.
pub(super) fn inside(
    sides: &Sides<'_>,
    old: Spelled<'_>,
    new: Spelled<'_>,
    work: &Work,
    edits: &mut Edits,
) -> Result<(), Refused> {
    match &old.piece.shape {
        // What an alias or a merge brings in has no text here: whether the rest of the patch serves it too is seen
        // when the result is read.
        Shape::Opaque => Ok(()),
        Shape::Flow(collection) => {
            children(sides, old, new, work, edits)?;
            let count = match &old.node.value {
                Value::Map(map) => map.entries().len(),
                Value::List(items) => items.len(),
                _ => 0,
            };
            let parts: Vec<_> = (0..count).map(|at| old.part(at)).collect();
            let coming = coming(sides, new, work)?;
            flow::membership(sides, collection, &parts, work, &coming, edits)
        }
        Shape::Block(_) => {
            children(sides, old, new, work, edits)?;
            block::membership(sides, old, new, work, edits)
        }
        Shape::Table(_) | Shape::Rows(_) => table::inside(sides, old, new, work, edits),
        Shape::Inline if sides.format.has_only_text() => table::inside(sides, old, new, work, edits),
        Shape::Inline | Shape::Literal(_) => Err(Refused::of(work.delta, "its place has no parts in the text")),
    }
}

/// Makes the changes of the members or elements that stay, and of those that are replaced.
pub(super) fn children(
    sides: &Sides<'_>,
    old: Spelled<'_>,
    new: Spelled<'_>,
    work: &Work,
    edits: &mut Edits,
) -> Result<(), Refused> {
    let only_text = sides.format.has_only_text();
    for (at, child) in work.children.iter().filter(|(_, child)| child.act != Act::Remove) {
        let other = child.other.and_then(|other| new.child(other, only_text).zip(new.part(other)));
        let Some((mine, part)) = old.child(*at, only_text).zip(old.part(*at)) else { continue };
        let (theirs, their_part) =
            other.ok_or_else(|| Refused::of(child.delta, "its value has no text of its own in the other file"))?;
        match (child.act, sides.format) {
            (Act::Replace, Format::Yaml) if !matches!(old.piece.shape, Shape::Flow(_)) => {
                block::replace(sides, part, their_part, edits);
            }
            (Act::Replace, _) => inline(sides, &mine, &theirs, child.delta, edits)?,
            (_, Format::Yaml) if block::is_rebuilt(mine, theirs, child) => {
                block::rebuild(sides, part, mine, (their_part, theirs), child, edits)?;
            }
            _ => inside(sides, mine, theirs, child, edits)?,
        }
    }
    Ok(())
}

/// Puts the text of a value in the place of another.
pub(super) fn inline(
    sides: &Sides<'_>,
    old: &Spelled<'_>,
    new: &Spelled<'_>,
    delta: usize,
    edits: &mut Edits,
) -> Result<(), Refused> {
    if !old.piece.is_inline() || !new.piece.is_inline() {
        return Err(Refused::of(delta, "its value cannot be written in the place of the other one"));
    }
    edits.replace(old.piece.head.clone(), value_text(sides, new.piece, old.piece.head.start));
    Ok(())
}

/// The text of a value of the other file for a place in this one.
pub(super) fn value_text(sides: &Sides<'_>, new: &Piece, at: usize) -> String {
    let text = sides.new.get(new.head.clone());
    // Texts of several lines are values in TOML, where an indentation or line end would change them.
    if sides.format == Format::Toml {
        return text.to_owned();
    }
    let (from, to) = (sides.new.indent(new.head.start).len(), sides.old.indent(at));
    sides.old.with_eol(&indented(text, from, to))
}

/// What comes into a collection in brackets, each with its text, the first line without indentation.
fn coming(sides: &Sides<'_>, new: Spelled<'_>, work: &Work) -> Result<Vec<(Insert, String)>, Refused> {
    let text = |insert: &Insert| {
        let part = new.part(insert.other).filter(|part| part.piece.is_inline());
        let part = part.ok_or_else(|| Refused::of(insert.delta, "its value cannot be written in brackets"))?;
        let source = sides.new;
        let value = source.get(part.piece.head.clone());
        let text = match (&new.piece.shape, &part.key) {
            (Shape::Flow(_), _) => source.get(part.start..part.end()).to_owned(),
            (Shape::Block(_), Some(_)) => format!("{} {value}", source.get(part.start..part.key_end)),
            (_, Some(_)) => source.get(part.start..part.end()).to_owned(),
            (_, None) => value.to_owned(),
        };
        let text =
            if sides.format == Format::Toml { text } else { indented(&text, source.indent(part.start).len(), "") };
        Ok((*insert, text))
    };
    work.inserts.iter().map(text).collect()
}
