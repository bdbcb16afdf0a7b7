//! Differences between texts: one delta for each hunk, secrets masked line by line.

use serde_json::Value as Json;

use crate::delta::{Class, Kind};
use crate::document::{Line, Position};
use crate::hunk::hunks;
use crate::secret;

use super::{Assessing, Draft};

/// The drafts of all hunks between two texts.
pub(super) fn drafts<'d>(assessing: &Assessing<'_>, old: &'d [Line], new: &'d [Line]) -> Vec<Draft<'d>> {
    let hunks = hunks(old, new);
    if hunks.is_empty() {
        return Vec::new();
    }
    let (old_shown, new_shown) = (redacted(old), redacted(new));
    let mut drafts = Vec::with_capacity(hunks.len());
    for hunk in hunks {
        let (before, old_secret) = side(assessing, old.get(hunk.old.clone()), old_shown.get(hunk.old.clone()));
        let (after, new_secret) = side(assessing, new.get(hunk.new.clone()), new_shown.get(hunk.new.clone()));
        let mut draft = Draft::whole(Kind::Changed, Class::Text, before, after);
        let first = new.get(hunk.new.start).filter(|_| !hunk.new.is_empty()).or_else(|| old.get(hunk.old.start));
        draft.at = Position::new(first.map_or(1, |line| line.number), 1);
        draft.whole_file = false;
        draft.secret = old_secret || new_secret;
        draft.evidence.lines = lines(old.get(hunk.old.clone()), old_shown.get(hunk.old));
        draft.evidence.lines.extend(lines(new.get(hunk.new.clone()), new_shown.get(hunk.new)));
        drafts.push(draft);
    }
    drafts
}

/// Lines with whether each holds a secret.
pub(super) fn lines<'d>(lines: Option<&'d [Line]>, shown: Option<&[(String, bool)]>) -> Vec<(&'d str, bool)> {
    let secrets = shown.unwrap_or_default().iter().map(|(_, secret)| *secret);
    lines.unwrap_or_default().iter().map(|line| line.text.as_str()).zip(secrets).collect()
}

/// A whole text as shown.
pub(super) fn shown(assessing: &Assessing<'_>, lines: &[Line]) -> (Json, bool) {
    side(assessing, Some(lines), Some(&redacted(lines)))
}

/// Lines with their secrets masked, each with whether it holds one.
pub(super) fn redacted(lines: &[Line]) -> Vec<(String, bool)> {
    secret::redact_lines(lines.iter().map(|line| line.text.as_str()))
}

/// One side of a hunk: its lines joined, masked as one when any of them holds a secret.
fn side(assessing: &Assessing<'_>, lines: Option<&[Line]>, shown: Option<&[(String, bool)]>) -> (Json, bool) {
    let shown = shown.unwrap_or_default();
    let text = shown.iter().map(|(line, _)| line.as_str()).collect::<Vec<_>>().join("\n");
    // Secrets that only show across lines are still looked for in the joined text.
    if shown.iter().any(|(_, secret)| *secret) {
        let clear = lines.unwrap_or_default().iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
        return (assessing.masker.masked(&secret::redacted(&text), &clear), true);
    }
    assessing.masker.text(&text)
}
