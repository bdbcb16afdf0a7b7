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
    let mut input = InternedInput::default();
    input.update_before(old.iter().map(|line| line.text.as_str()));
    input.update_after(new.iter().map(|line| line.text.as_str()));
    ranges(&input)
}

/// The hunks between two sequences of hashes.
pub(crate) fn hash_hunks(old: &[u64], new: &[u64]) -> Vec<Hunk> {
    let mut input = InternedInput::default();
    input.update_before(old.iter().copied());
    input.update_after(new.iter().copied());
    ranges(&input)
}

fn ranges<T: Eq + std::hash::Hash>(input: &InternedInput<T>) -> Vec<Hunk> {
    let diff = Diff::compute(Algorithm::Histogram, input);
    let range = |range: std::ops::Range<u32>| range.start as usize..range.end as usize;
    diff.hunks().map(|hunk| Hunk { old: range(hunk.before), new: range(hunk.after) }).collect()
}
