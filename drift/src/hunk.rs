//! Text as hunks: runs of lines that differ, bounded work on any input.

use imara_diff::{Algorithm, Diff, InternedInput};

use crate::document::Line;

/// One run of changed lines, as ranges into both sides' lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hunk {
    /// Golden lines that went.
    pub(crate) old: std::ops::Range<usize>,
    /// Candidate lines that came.
    pub(crate) new: std::ops::Range<usize>,
}

/// The hunks between two texts, in order. Uses the histogram algorithm, whose work stays near linear.
pub(crate) fn hunks(old: &[Line], new: &[Line]) -> Vec<Hunk> {
    between(old, new, |left, right| left.text == right.text, |line| line.text.as_str())
}

/// The hunks between two sequences of hashes.
pub(crate) fn hash_hunks(old: &[u64], new: &[u64]) -> Vec<Hunk> {
    between(old, new, |left, right| left == right, |hash| *hash)
}

/// Only what stands between what both begin and end with is looked at: most files changed in few places.
fn between<'s, S, T: Default + Eq + std::hash::Hash>(
    old: &'s [S],
    new: &'s [S],
    same: impl Fn(&S, &S) -> bool,
    token: impl Fn(&'s S) -> T,
) -> Vec<Hunk> {
    let front = old.iter().zip(new).take_while(|(left, right)| same(left, right)).count();
    let (old, new) = (old.get(front..).unwrap_or_default(), new.get(front..).unwrap_or_default());
    let back = old.iter().rev().zip(new.iter().rev()).take_while(|(left, right)| same(left, right)).count();
    let inner = |side: &'s [S]| side.iter().take(side.len() - back).map(&token);
    let mut input = InternedInput::default();
    input.update_before(inner(old));
    input.update_after(inner(new));
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let range = |range: std::ops::Range<u32>| front + range.start as usize..front + range.end as usize;
    diff.hunks().map(|hunk| Hunk { old: range(hunk.before), new: range(hunk.after) }).collect()
}
