//! Differences of a file as a whole: unreadable, renamed, replaced by something else, another mode, binary.

use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::change::{Content, FileChange, FileSide};
use crate::delta::{Class, Kind};
use crate::document::{Document, Value};
use crate::mask::hex;
use crate::secret::{self, Shown};

use super::text;
use super::{Assessing, Draft, Failure, Read};

const fn kind_of(change: &FileChange) -> Kind {
    match (&change.old, &change.new) {
        (None, _) => Kind::Added,
        (_, None) => Kind::Removed,
        _ => Kind::Changed,
    }
}

/// The one delta of a file that cannot be compared.
pub(super) fn unreadable<'a>(change: &FileChange, failure: &Failure) -> Draft<'a> {
    let side = |side: &Option<FileSide>| side.as_ref().map_or(Json::Null, describe);
    let mut draft = Draft::whole(kind_of(change), Class::Unreadable, side(&change.old), side(&change.new));
    draft.at = failure.at;
    draft.evidence.unreadable = Some(failure.reason.clone());
    if let Some(from) = &change.renamed_from {
        draft.from_file = Some(from.path.clone());
    }
    draft
}

/// A side as size and sort, for contents that are not shown.
fn describe(side: &FileSide) -> Json {
    match &side.content {
        Content::Bytes(bytes) => json!({ "bytes": bytes.len() }),
        Content::TooLarge(bytes) => json!({ "bytes": bytes }),
        Content::Symlink(target) => json!({ "symlink": secret::redacted(&String::from_utf8_lossy(target)) }),
        Content::Submodule(commit) => json!({ "submodule": commit }),
        Content::Unreadable(_) => json!({}),
    }
}

/// The delta of a renamed file, beside those of its content.
pub(super) fn rename<'a>(change: &FileChange) -> Option<Draft<'a>> {
    let from = change.renamed_from.as_ref()?;
    let mut draft = Draft::whole(Kind::Renamed, Class::Value, json!(from.path), json!(change.path));
    draft.from_file = Some(from.path.clone());
    draft.similarity = Some(from.similarity);
    Some(draft)
}

/// The delta of a file that became executable, or is no longer.
pub(super) fn mode<'a>(change: &FileChange) -> Option<Draft<'a>> {
    let (old, new) = change.old.as_ref().zip(change.new.as_ref())?;
    let word = |executable| if executable { "executable" } else { "regular" };
    let (old, new) = (word(old.executable), word(new.executable));
    (old != new).then(|| Draft::whole(Kind::Changed, Class::Value, json!({ "mode": old }), json!({ "mode": new })))
}

/// The delta of a binary file, by size and digest.
pub(super) fn binary<'a>(assessing: &Assessing<'_>, old: &Document, new: &Document) -> Option<Draft<'a>> {
    let (before, after) = (digested(&assessing.change.old), digested(&assessing.change.new));
    (before != after || old.binary != new.binary).then(|| Draft::whole(Kind::Changed, Class::Value, before, after))
}

/// The content of a regular file as size and digest.
fn digested(side: &Option<FileSide>) -> Json {
    match side.as_ref().map(|side| &side.content) {
        Some(Content::Bytes(bytes)) => json!({ "bytes": bytes.len(), "sha256": hex(&Sha256::digest(bytes)) }),
        _ => Json::Null,
    }
}

/// The delta of a file that came, went, or became another sort of thing.
pub(super) fn replaced<'d>(assessing: &'d Assessing<'_>, old: &'d Read<'_>, new: &'d Read<'_>) -> Draft<'d> {
    let mut draft = Draft::whole(kind_of(assessing.change), Class::Value, Json::Null, Json::Null);
    let text_only = [old, new].iter().all(|side| match side {
        Read::Document(document) => document.roots.is_empty() && !document.binary,
        _ => matches!(side, Read::Absent),
    });
    if text_only {
        draft.class = Class::Text;
    }
    for (side, source, is_old) in [(old, &assessing.change.old, true), (new, &assessing.change.new, false)] {
        let (shown, secret) = match side {
            Read::Absent => (Json::Null, false),
            Read::Document(document) if document.binary => (digested(source), false),
            Read::Document(document) => {
                let lines = text::redacted(&document.lines);
                draft.evidence.roots(&document.roots, !is_old);
                draft.evidence.lines.extend(text::lines(Some(&document.lines), &lines));
                document_shown(assessing, document, &lines)
            }
            Read::Symlink(target) => assessing.masker.text(&String::from_utf8_lossy(target)),
            Read::Submodule(commit) => (json!({ "submodule": commit }), false),
        };
        draft.secret |= secret;
        *(if is_old { &mut draft.old } else { &mut draft.new }) = shown;
    }
    draft.values = (value(old), value(new));
    draft
}

/// The value of a file that holds one tree.
fn value<'d>(side: &'d Read<'_>) -> Option<&'d Value> {
    match side {
        Read::Document(document) if document.lines.is_empty() => match document.roots.as_slice() {
            [root] => Some(&root.value),
            _ => None,
        },
        _ => None,
    }
}

/// A whole document as shown: its tree, its trees, or its lines, which are masked already.
fn document_shown(assessing: &Assessing<'_>, document: &Document, lines: &[Shown<'_>]) -> (Json, bool) {
    use crate::naming::Naming;
    let mut trees: Vec<_> = document.roots.iter().map(|root| assessing.masker.node(root, Naming::Plain)).collect();
    if !document.lines.is_empty() {
        trees.push(text::shown(assessing, &document.lines, lines));
    }
    let secret = trees.iter().any(|(_, secret)| *secret);
    let mut shown: Vec<Json> = trees.into_iter().map(|(json, _)| json).collect();
    match shown.len() {
        0 => (json!(""), secret),
        1 => (shown.remove(0), secret),
        _ => (Json::Array(shown), secret),
    }
}
