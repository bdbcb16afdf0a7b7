//! The documents of a structured file: which go, which come, and what changes in those that stay.

use super::Refused;
use super::block;
use super::edit::{Edits, Source};
use super::ini;
use super::json;
use super::piece::Piece;
use super::plan::{Act, Step, Work, expected, plan, settle};
use super::statements;
use super::toml;
use super::write::{self, Sides, Spelled};
use super::yaml;
use crate::compare::pair_documents;
use crate::delta::{Class, Kind};
use crate::difference::Difference;
use crate::document::{Document, Node};
use crate::equal;
use crate::format::Format;
use crate::limits::Limits;

/// What a patched file must say when it is read.
pub(super) enum Meant {
    /// These trees.
    Roots(Vec<Node>),
    /// These lines.
    Lines(Vec<String>),
}

impl Meant {
    /// True when a file says just that.
    pub(super) fn is(&self, found: &Document) -> bool {
        match self {
            Self::Roots(roots) => {
                let same = |(meant, found): (&Node, &Node)| equal::same(meant, found);
                found.lines.is_empty() && roots.len() == found.roots.len() && roots.iter().zip(&found.roots).all(same)
            }
            Self::Lines(lines) => {
                let texts = found.lines.iter().map(|line| line.text.as_str());
                found.roots.is_empty() && lines.iter().map(String::as_str).eq(texts)
            }
        }
    }
}

/// One patch of a structured file.
pub(super) struct Patch<'t> {
    pub(super) format: Format,
    pub(super) sides: (Source<'t>, Source<'t>),
    pub(super) from: &'t Document,
    pub(super) to: &'t Document,
    pub(super) back: bool,
    pub(super) limits: &'t Limits,
    /// The place of the first difference among the file's deltas.
    pub(super) first: usize,
}

/// Each document of a text: where it starts, and its root.
type Pieces = [(usize, Piece)];

/// Documents of both files that are one, by place; one of them may be missing.
type Pair = [Option<usize>; 2];

impl Patch<'_> {
    /// The patched text and what it must say.
    pub(super) fn text(&self, differences: &[Difference<'_>], flags: &[bool]) -> Result<(String, Meant), Refused> {
        let unfollowed = || Refused::all("the file is written in a way that patches do not follow");
        let (ours, theirs) = (pieces(self.sides.0.text, self.format), pieces(self.sides.1.text, self.format));
        let ours = ours.filter(|pieces| pieces.len() == self.from.roots.len()).ok_or_else(unfollowed)?;
        let theirs = theirs.filter(|pieces| pieces.len() == self.to.roots.len()).ok_or_else(unfollowed)?;
        let pairs = self.pairs();
        let mut steps: Vec<Vec<Step<'_>>> = pairs.iter().map(|_| Vec::new()).collect();
        for (at, (difference, chosen)) in differences.iter().zip(flags).enumerate() {
            self.check(difference, self.first + at, *chosen)?;
            let pair = self.pair_of(&pairs, difference).and_then(|pair| steps.get_mut(pair));
            let pair = pair.ok_or_else(|| Refused::of(self.first + at, "its document is not certain"))?;
            pair.extend(Step::of(difference, self.first + at, *chosen, self.back));
        }
        let mut edits = Edits::default();
        let mut roots: Vec<Vec<Node>> = self.from.roots.iter().map(|root| vec![root.clone()]).collect();
        let mut in_front = Vec::new();
        for (at, (pair, steps)) in
            pairs.iter().zip(&steps).enumerate().filter(|(_, (_, steps))| steps.iter().any(|step| step.chosen))
        {
            match *pair {
                [Some(here), Some(there)] => {
                    let node = self.inside((here, there), steps, (&ours, &theirs), &mut edits)?;
                    if let Some(slot) = roots.get_mut(here).and_then(|slot| slot.first_mut()) {
                        *slot = node;
                    }
                }
                [Some(here), None] => {
                    if let Some(slot) = roots.get_mut(here) {
                        slot.remove(0);
                    }
                    edits.remove(extent(&ours, here, self.sides.0));
                }
                [None, Some(there)] => {
                    let after = pairs.get(..at).unwrap_or_default().iter().rev().find_map(|pair| pair[0]);
                    self.add(there, after, (&ours, &theirs), &mut edits);
                    let node = self.to.roots.get(there).cloned();
                    match after.and_then(|after| roots.get_mut(after)) {
                        Some(slot) => slot.extend(node),
                        None => in_front.extend(node),
                    }
                }
                [None, None] => {}
            }
        }
        let text =
            edits.apply(self.sides.0.text).ok_or_else(|| Refused::all("its text overlaps with that of another"))?;
        Ok((text, Meant::Roots(in_front.into_iter().chain(roots.into_iter().flatten()).collect())))
    }

    /// Refuses what no patch follows, though it be left as it is: the places of other differences would depend on it.
    fn check(&self, difference: &Difference<'_>, delta: usize, chosen: bool) -> Result<(), Refused> {
        if difference.from.as_ref().is_some_and(|from| from.similarity < 100) {
            return Err(Refused::of(delta, "what moved was changed as well, so that the file is taken whole"));
        }
        let of_documents = difference.class == Class::Order && difference.path.is_empty() && self.from.roots.len() > 1;
        match chosen && of_documents {
            true => Err(Refused::of(delta, "the order of documents is taken with the whole file")),
            false => Ok(()),
        }
    }

    /// Documents in the order of the side that the values come from; those that go stand at their places.
    fn pairs(&self) -> Vec<Pair> {
        let (old, new) = if self.back { (self.to, self.from) } else { (self.from, self.to) };
        let place = |roots: &[Node], node: Option<&Node>| {
            node.and_then(|node| roots.iter().position(|root| std::ptr::eq(root, node)))
        };
        let pairs = pair_documents(&old.roots, &new.roots, self.limits);
        let mut pairs: Vec<Pair> = pairs
            .into_iter()
            .map(|(_, before, after)| {
                let pair = [place(&old.roots, before), place(&new.roots, after)];
                if self.back { [pair[1], pair[0]] } else { pair }
            })
            .collect();
        pairs.sort_by_key(|pair| (pair[1].is_none(), pair[1], pair[0]));
        pairs
    }

    fn pair_of(&self, pairs: &[Pair], difference: &Difference<'_>) -> Option<usize> {
        let number = usize::try_from(difference.document).ok()?;
        let is_new = |pair: &Pair| if self.back { pair[0] } else { pair[1] };
        let is_old = |pair: &Pair| if self.back { pair[1] } else { pair[0] };
        let gone = difference.kind == Kind::Removed && difference.path.is_empty();
        pairs.iter().position(|pair| match gone {
            true => is_new(pair).is_none() && is_old(pair) == Some(number),
            false => is_new(pair) == Some(number),
        })
    }

    /// Changes one document and gives what it then says.
    fn inside(
        &self,
        (here, there): (usize, usize),
        steps: &[Step<'_>],
        (ours, theirs): (&Pieces, &Pieces),
        edits: &mut Edits,
    ) -> Result<Node, Refused> {
        let lost = || Refused::all("its document is not certain");
        let (old, new) = self.from.roots.get(here).zip(self.to.roots.get(there)).ok_or_else(lost)?;
        let ((_, mine), (_, other)) = ours.get(here).zip(theirs.get(there)).ok_or_else(lost)?;
        settle(steps)?;
        let only_text = self.format.has_only_text();
        let work = plan(old, new, steps, only_text)?;
        let sides = Sides { old: self.sides.0, new: self.sides.1, format: self.format };
        let (mine, other) = (Spelled { node: old, piece: mine }, Spelled { node: new, piece: other });
        self.write(&sides, mine, other, &work, edits)?;
        Ok(expected(old, new, &work, only_text))
    }

    fn write(
        &self,
        sides: &Sides<'_>,
        mine: Spelled<'_>,
        other: Spelled<'_>,
        work: &Work,
        edits: &mut Edits,
    ) -> Result<(), Refused> {
        match (work.act, self.format) {
            (Act::Replace, _) => write::inline(sides, &mine, &other, work.delta, edits),
            (_, Format::Yaml) => block::root(sides, mine, other, work, edits),
            _ => write::inside(sides, mine, other, work, edits),
        }
    }

    /// Adds a document of the other file behind one that stays, or in front of all.
    fn add(&self, there: usize, after: Option<usize>, (ours, theirs): (&Pieces, &Pieces), edits: &mut Edits) {
        let source = self.sides.0;
        let text = self.sides.1.get(extent(theirs, there, self.sides.1));
        let marked = text.trim_start().starts_with("---") || text.contains("\n---");
        let text = if marked { text.to_owned() } else { format!("---\n{text}") };
        let at = match after {
            Some(after) => extent(ours, after, source).end,
            None if ours.is_empty() => source.text.len(),
            None => 0,
        };
        let lines = source.lines_at(at, &text);
        let next_is_bare = after.is_none() && !ours.is_empty() && !source.text.trim_start().starts_with("---");
        edits.insert(at, if next_is_bare { format!("{lines}---{}", source.eol) } else { lines });
    }
}

/// From where a document starts to where the next one does.
fn extent(pieces: &Pieces, at: usize, source: Source<'_>) -> std::ops::Range<usize> {
    let start = |at: usize| pieces.get(at).map_or(source.text.len(), |(start, _)| *start);
    start(at)..start(at + 1)
}

/// Each document's start and root; None where a file is written in a way that is not followed.
fn pieces(text: &str, format: Format) -> Option<Vec<(usize, Piece)>> {
    let single = |piece: Piece| vec![(0, piece)];
    match format {
        Format::Yaml => yaml::documents(text).map(|documents| documents.roots),
        Format::Json => json::root(text).map(single),
        Format::Toml => toml::root(text).map(single),
        Format::Properties => statements::properties(text).map(single),
        Format::Dotenv => statements::dotenv(text).map(single),
        Format::Ini => Some(single(ini::root(text))),
        Format::Xml
        | Format::Dockerfile
        | Format::Requirements
        | Format::GoMod
        | Format::Hcl
        | Format::Gradle
        | Format::Jenkinsfile
        | Format::Text => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::piece::Shape;
    use super::{Format, pieces};

    #[test]
    fn every_document_of_a_file_has_a_piece() {
        let roots = pieces("# a\na: 1\n---\n- b\n", Format::Yaml).unwrap();
        assert_eq!(roots.iter().map(|(start, _)| *start).collect::<Vec<_>>(), [0, 9]);
        assert!(roots.iter().all(|(_, piece)| matches!(piece.shape, Shape::Block(_))));
        assert!(pieces("? a\n: 1\n", Format::Yaml).is_none());
    }
}
