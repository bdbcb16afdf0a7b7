//! What the neighbours of changed values say: unchanged files of every environment, read only when a value changed.

use std::collections::BTreeSet;

use drift::anomaly::{Candidate, Evidence, Neighbours, judge};
use drift::change::Content;
use drift::select::Scope;
use drift::settings::Settings;

use crate::comparison::content;
use crate::source::{Change, File, FileKind, Listing, Source, SourceError};

/// The sides of a run and what differs between them.
pub(crate) struct Sides<'s> {
    /// The golden version with its files: those of the run's environment.
    pub(crate) golden: (&'s Source, &'s Listing),
    /// The candidate.
    pub(crate) candidate: &'s Source,
    /// The run's scope without its environment.
    pub(crate) wide: &'s Scope,
    /// What differs.
    pub(crate) changes: &'s [Change],
}

/// Reads at most `evidence.max_files` files: those that changed as the golden version has them, then those beside them, then
/// the rest, by path. What belongs to other environments is the candidate's, for a golden version holds one environment.
/// Nothing is listed or read when there is no candidate for an anomaly; the
/// number beside the candidates is of those beyond the limit.
pub(crate) fn gather(
    sides: &Sides<'_>,
    (candidates, values_left_out): (&[Candidate], u32),
    settings: &Settings,
) -> Result<Neighbours, SourceError> {
    if candidates.is_empty() {
        return Ok(Neighbours::default());
    }
    let (golden, known) = sides.golden;
    let others = sides.candidate.list(sides.wide)?;
    let changed: BTreeSet<&str> = sides.changes.iter().map(|change| &*change.path).collect();
    let beside: BTreeSet<&str> = changed.iter().map(|path| folder(path)).collect();
    let is_other = |file: &&File| !changed.contains(&*file.path) && known.find(&file.path).is_none();
    let of_golden = known.files().iter().map(AsRef::as_ref).map(|file| (golden, file));
    let of_others = others.files().iter().map(AsRef::as_ref).filter(is_other).map(|file| (sides.candidate, file));
    let is_file = |file: &File| matches!(file.kind, FileKind::Regular | FileKind::Executable);
    let mut files: Vec<(&Source, &File)> = of_golden.chain(of_others).filter(|(_, file)| is_file(file)).collect();
    files.sort_by_key(|(_, file)| {
        (!changed.contains(&*file.path), !beside.contains(folder(&file.path)), file.path.clone())
    });
    let most = usize::try_from(settings.evidence_files).unwrap_or(usize::MAX);
    let mut evidence = Evidence::of(candidates);
    for (source, file) in files.iter().take(most) {
        if let Content::Bytes(bytes) = content(source, file, settings.limits.file_bytes) {
            evidence.add(&file.path, &bytes, &settings.limits);
        }
    }
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(Neighbours {
        values: number(candidates.len()),
        values_left_out,
        files: number(files.len().min(most)),
        left_out: number(files.len().saturating_sub(most)),
        odd: judge(candidates, &evidence),
    })
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
