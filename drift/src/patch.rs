//! Patches: one side of a file with some of its deltas as the other side has them, and every other byte as it was.
//!
//! Values come from the bytes of both sides, never from a delta, where secrets are masked. What was written is read
//! again and compared with what is meant: a patch that would say anything else is a refusal.

mod block;
mod documents;
mod edit;
mod encoded;
mod flow;
mod hunks;
mod ini;
mod json;
mod piece;
mod plan;
mod secret_lines;
mod statements;
mod table;
mod toml;
mod write;
mod yaml;

use std::collections::BTreeSet;

use crate::assess::assess;
use crate::change::{Content, FileChange, FileSide};
use crate::compare::{Terms, compare};
use crate::delta::{Class, Delta, Kind};
use crate::difference::Difference;
use crate::document::Document;
use crate::format::{self, Format};
use crate::hunk::{self, Hunk};
use crate::mask::Masker;
use crate::rules::Rules;

use self::edit::Source;
pub use self::secret_lines::secret_lines;

/// Which side a patch starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the golden file: chosen deltas come in.
    Accept,
    /// From the candidate: chosen deltas are taken back.
    Revert,
}

/// A file as a patch leaves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patched {
    /// Its path.
    pub path: String,
    /// What stands there.
    pub side: FileSide,
}

/// Why a patch cannot be made. Quotes no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("delta {delta} of {file} cannot be taken without the others: {reason}")]
pub struct PatchRefusal {
    /// The file.
    pub file: String,
    /// The delta's id.
    pub delta: String,
    /// One clause in lower case.
    pub reason: String,
}

/// A refusal within one file, by the place of the delta in its list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Refused {
    delta: Option<usize>,
    beside: Option<usize>,
    reason: String,
}

impl Refused {
    fn of(delta: usize, reason: &str) -> Self {
        Self { delta: Some(delta), beside: None, reason: reason.to_owned() }
    }

    /// A refusal that no single delta causes.
    fn all(reason: impl Into<String>) -> Self {
        Self { delta: None, beside: None, reason: reason.into() }
    }
}

/// The file with the deltas of these ids, and no others; None when it is not there then. All ids give the other side's
/// bytes, none those of the side that the patch starts from.
pub fn apply(
    change: &FileChange,
    rules: &Rules,
    chosen: &BTreeSet<&str>,
    direction: Direction,
) -> Result<Option<Patched>, PatchRefusal> {
    // Without a key: ids do not depend on values.
    let deltas = assess(change, rules, &Masker::new(None, &rules.settings().limits)).deltas;
    let known: BTreeSet<&str> = deltas.iter().map(|delta| delta.id.as_str()).collect();
    if let Some(unknown) = chosen.iter().find(|id| !known.contains(**id)) {
        let reason = "the comparison of both sides has no such delta".to_owned();
        return Err(PatchRefusal { file: change.path.clone(), delta: (*unknown).to_owned(), reason });
    }
    let flags: Vec<bool> = deltas.iter().map(|delta| chosen.contains(delta.id.as_str())).collect();
    let patching = Patching { change, rules, deltas: &deltas, direction };
    patching.file(&flags).map_err(|refused| patching.refusal(&flags, refused))
}

struct Patching<'a> {
    change: &'a FileChange,
    rules: &'a Rules,
    deltas: &'a [Delta],
    direction: Direction,
}

impl Patching<'_> {
    /// The side that the patch starts from and the one that it goes to, each with its path.
    fn sides(&self) -> [(&str, Option<&FileSide>); 2] {
        let old_path = self.change.renamed_from.as_ref().map_or(&self.change.path, |from| &from.path);
        let (old, new) =
            ((old_path.as_str(), self.change.old.as_ref()), (self.change.path.as_str(), self.change.new.as_ref()));
        if self.direction == Direction::Accept { [old, new] } else { [new, old] }
    }

    fn file(&self, flags: &[bool]) -> Result<Option<Patched>, Refused> {
        let [(path, from), (to_path, to)] = self.sides();
        let patched = |path: &str, side: &FileSide| Some(Patched { path: path.to_owned(), side: side.clone() });
        if flags.iter().all(|chosen| *chosen) {
            return Ok(to.and_then(|side| patched(to_path, side)));
        }
        if !flags.contains(&true) {
            return Ok(from.and_then(|side| patched(path, side)));
        }
        let (Some(from), Some(to)) = (from, to) else {
            return Err(Refused::all("the file is on one side only"));
        };
        let mut flags = flags.iter();
        let renamed = self.change.renamed_from.is_some() && flags.next() == Some(&true);
        let executable = if from.executable != to.executable && flags.next() == Some(&true) { to } else { from };
        let content = self.content(flags.as_slice(), from, to)?;
        let path = if renamed { to_path } else { path };
        Ok(Some(Patched { path: path.to_owned(), side: FileSide { content, executable: executable.executable } }))
    }

    fn content(&self, flags: &[bool], from: &FileSide, to: &FileSide) -> Result<Content, Refused> {
        if flags.iter().all(|chosen| *chosen) && !flags.is_empty() {
            return Ok(to.content.clone());
        }
        if !flags.contains(&true) {
            return Ok(from.content.clone());
        }
        let (Content::Bytes(from), Content::Bytes(to)) = (&from.content, &to.content) else {
            return Err(Refused::all("the file is no regular file on both sides"));
        };
        Ok(Content::Bytes(self.bytes(flags, from, to)?))
    }

    /// The bytes with some of the deltas that both contents have.
    fn bytes(&self, flags: &[bool], from: &[u8], to: &[u8]) -> Result<Vec<u8>, Refused> {
        let (path, limits) = (&self.change.path, &self.rules.settings().limits);
        let format = Format::of(path);
        let unread = |_| Refused::all("a side cannot be read");
        let (from_document, to_document) =
            (format::read(path, from, limits).map_err(unread)?, format::read(path, to, limits).map_err(unread)?);
        let text = |bytes| encoded::decode(bytes, format).ok_or_else(|| Refused::all("a side is no text"));
        let ((from_text, encoding), (to_text, _)) = (text(from)?, text(to)?);
        let sides = (Source::new(&from_text), Source::new(&to_text));
        let documents = (&from_document, &to_document);
        let (patched, meant) = self.text(flags, format, sides, documents)?;
        let bytes = encoded::encode(&patched, encoding)
            .ok_or_else(|| Refused::all("the encoding of the file lacks a character of the value"))?;
        let found = format::read(path, &bytes, limits)
            .map_err(|error| Refused::all(format!("the result would not be readable: {}", error.reason)))?;
        match meant.is(&found) {
            true => Ok(bytes),
            false => Err(Refused::all(
                "the text around it would make it another value: an alias, a merge, a key that stands twice, or a notation \
                 that patches do not follow",
            )),
        }
    }

    fn text(
        &self,
        flags: &[bool],
        format: Format,
        sides: (Source<'_>, Source<'_>),
        (from, to): (&Document, &Document),
    ) -> Result<(String, documents::Meant), Refused> {
        let back = self.direction == Direction::Revert;
        let (old, new) = if back { (to, from) } else { (from, to) };
        let (modes, limits) = (self.rules.list_modes(&self.change.path), &self.rules.settings().limits);
        let differences = compare(old, new, &Terms { modes: &modes, spelling: format.spelling(), limits });
        let hunks = hunk::hunks(&old.lines, &new.lines);
        let first = self.deltas.len() - flags.len();
        self.check(first, &differences, &hunks)?;
        let trees = !from.roots.is_empty() || !to.roots.is_empty();
        if !trees {
            let hunks: Vec<(Hunk, bool)> = hunks.into_iter().zip(flags.iter().copied()).collect();
            let (text, lines) = hunks::patched(sides, (&from.lines, &to.lines), &hunks, back);
            return Ok((text, documents::Meant::Lines(lines)));
        }
        let structured = matches!(
            format,
            Format::Yaml | Format::Json | Format::Toml | Format::Properties | Format::Ini | Format::Dotenv
        );
        if !structured || !hunks.is_empty() {
            return Err(Refused::all(format!("a {format} file like this is taken whole")));
        }
        let work = documents::Patch { format, sides, from, to, back, limits, first };
        work.text(&differences, flags)
    }

    /// The differences must be those that the deltas were made of, in their order.
    fn check(&self, first: usize, differences: &[Difference<'_>], hunks: &[Hunk]) -> Result<(), Refused> {
        let rest = self.deltas.get(first..).unwrap_or_default();
        let same = |(delta, difference): (&Delta, &Difference<'_>)| {
            (delta.kind, delta.class, delta.document) == (difference.kind, difference.class, difference.document)
                && delta.key_path == difference.key_path
        };
        let hunk = |delta: &Delta| delta.kind == Kind::Changed && delta.class == Class::Text;
        let agree = rest.len() == differences.len() + hunks.len()
            && rest.iter().zip(differences).all(same)
            && rest.iter().skip(differences.len()).all(hunk);
        if agree { Ok(()) } else { Err(Refused::all("its deltas are of a sort that is taken whole")) }
    }

    /// Names the delta: the one at fault, or the first that cannot be taken even by itself, or the first chosen one.
    fn refusal(&self, flags: &[bool], refused: Refused) -> PatchRefusal {
        const MOST_TRIED: usize = 32;
        let chosen = || flags.iter().enumerate().filter(|(_, chosen)| **chosen).map(|(at, _)| at);
        let alone = |at: &usize| {
            let single: Vec<bool> = (0..flags.len()).map(|other| other == *at).collect();
            self.file(&single).is_err()
        };
        let at = refused.delta.or_else(|| chosen().take(MOST_TRIED).find(alone)).or_else(|| chosen().next());
        let id = |at: Option<usize>| at.and_then(|at| self.deltas.get(at)).map_or("", |delta| delta.id.as_str());
        let reason = match refused.beside {
            Some(beside) => format!("{}, such as {}", refused.reason, id(Some(beside))),
            None => refused.reason,
        };
        PatchRefusal { file: self.change.path.clone(), delta: id(at).to_owned(), reason }
    }
}
