//! Differences between texts: one delta for each hunk, secrets masked line by line.

use serde_json::Value as Json;

use crate::delta::{Class, Kind};
use crate::document::{Line, Position};
use crate::hunk::hunks;
use crate::secret::{self, Shown};

use super::{Assessing, Draft};

/// The drafts of all hunks between two texts.
pub(super) fn drafts<'d>(assessing: &Assessing<'_>, old: &'d [Line], new: &'d [Line]) -> Vec<Draft<'d>> {
    let hunks = hunks(old, new);
    if hunks.is_empty() {
        return Vec::new();
    }
    let runs = hunks.iter().map(|hunk| [hunk.old.clone(), hunk.new.clone()]);
    let shown = secret::redact_runs(texts(old), texts(new), runs);
    let mut drafts = Vec::with_capacity(hunks.len());
    for (hunk, [went, came]) in hunks.into_iter().zip(shown) {
        let (before, old_secret) = side(assessing, old.get(hunk.old.clone()), &went);
        let (after, new_secret) = side(assessing, new.get(hunk.new.clone()), &came);
        let mut draft = Draft::whole(Kind::Changed, Class::Text, before, after);
        let first = new.get(hunk.new.start).filter(|_| !hunk.new.is_empty()).or_else(|| old.get(hunk.old.start));
        draft.at = Position::new(first.map_or(1, |line| line.number), 1);
        draft.whole_file = false;
        draft.secret = old_secret || new_secret;
        draft.evidence.lines = lines(old.get(hunk.old), &went);
        draft.evidence.lines.extend(lines(new.get(hunk.new), &came));
        drafts.push(draft);
    }
    drafts
}

fn texts(lines: &[Line]) -> Vec<&str> {
    lines.iter().map(|line| line.text.as_str()).collect()
}

/// Lines with whether each holds a secret.
pub(super) fn lines<'d>(lines: Option<&'d [Line]>, shown: &[Shown<'_>]) -> Vec<(&'d str, bool)> {
    let secrets = shown.iter().map(|(_, secret)| *secret);
    lines.unwrap_or_default().iter().map(|line| line.text.as_str()).zip(secrets).collect()
}

/// A whole text as shown.
pub(super) fn shown(assessing: &Assessing<'_>, lines: &[Line], masked: &[Shown<'_>]) -> (Json, bool) {
    side(assessing, Some(lines), masked)
}

/// Lines with their secrets masked, each with whether it holds one.
pub(super) fn redacted(lines: &[Line]) -> Vec<Shown<'_>> {
    let runs = std::iter::once([0..0, 0..lines.len()]);
    secret::redact_runs(Vec::new(), texts(lines), runs).into_iter().flat_map(|[_, shown]| shown).collect()
}

/// One side of a hunk: its lines joined, masked as one when any of them holds a secret.
fn side(assessing: &Assessing<'_>, lines: Option<&[Line]>, shown: &[Shown<'_>]) -> (Json, bool) {
    let text = shown.iter().map(|(line, _)| line.as_ref()).collect::<Vec<_>>().join("\n");
    // Secrets that only show across lines are still looked for in the joined text.
    if shown.iter().any(|(_, secret)| *secret) {
        let clear = lines.unwrap_or_default().iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
        return (assessing.masker.masked(&secret::redacted(&text), &clear), true);
    }
    assessing.masker.text(&text)
}
