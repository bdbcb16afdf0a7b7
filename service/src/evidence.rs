//! What other files say of what changed: the cascades of base files, and the neighbours of changed values. Files of every
//! environment, read only when there is something to ask, at most `evidence.max_files` for both together.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashSet};

use drift::anomaly::{Candidate, Evidence, Neighbours, judge};
use drift::assess::Assessment;
use drift::cascade::{Cascades, Gather};
use drift::change::Content;
use drift::environment::Environments;
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
    /// The candidate's files of every environment, once they were listed.
    listed: OnceCell<Listing>,
}

impl<'s> Sides<'s> {
    /// Sides of which nothing more is listed yet.
    pub(crate) const fn new(
        golden: (&'s Source, &'s Listing),
        candidate: &'s Source,
        wide: &'s Scope,
        changes: &'s [Change],
    ) -> Self {
        Self { golden, candidate, wide, changes, listed: OnceCell::new() }
    }

    fn others(&self) -> Result<&Listing, SourceError> {
        match self.listed.get() {
            Some(listed) => Ok(listed),
            None => {
                let listed = self.candidate.list(self.wide)?;
                Ok(self.listed.get_or_init(|| listed))
            }
        }
    }
}

/// Reads the candidate's files beside changed base files, by path. None when no base file changed. Nothing is listed or
/// read then.
pub(crate) fn cascades(
    sides: &Sides<'_>,
    assessments: &[Assessment],
    environments: &Environments,
    settings: &Settings,
) -> Result<Option<Cascades>, SourceError> {
    let mut gather = Gather::of(assessments, environments);
    if gather.is_empty() {
        return Ok(None);
    }
    let mut left = settings.evidence_files;
    for file in sides.others()?.files().iter().filter(|file| gather.wants(&file.path)).collect::<Vec<_>>() {
        if left == 0 {
            gather.leave_out(&file.path, &settings.limits);
            continue;
        }
        left -= 1;
        let read = is_file(file).then(|| content(sides.candidate, file, settings.limits.file_bytes));
        let bytes = match &read {
            Some(Content::Bytes(bytes)) => Some(bytes.as_slice()),
            _ => None,
        };
        gather.add(&file.path, bytes, &settings.limits);
    }
    Ok(Some(gather.finish()).filter(|cascades| !cascades.is_empty()))
}

/// Reads at most as many files as are left: those that changed as the golden version has them, then those beside them, then
/// the rest, by path. What belongs to other environments is the candidate's, for a golden version holds one environment.
/// Nothing is listed or read when there is no candidate for an anomaly; the
/// number beside the candidates is of those beyond the limit.
pub(crate) fn neighbours(
    sides: &Sides<'_>,
    (candidates, values_left_out): (&[Candidate], u32),
    settings: &Settings,
    read_already: u32,
) -> Result<Neighbours, SourceError> {
    if candidates.is_empty() {
        return Ok(Neighbours::default());
    }
    let (golden, known) = sides.golden;
    let others = sides.others()?;
    let changed: BTreeSet<&str> = sides.changes.iter().map(|change| &*change.path).collect();
    let is_other = |file: &&File| !changed.contains(&*file.path) && known.find(&file.path).is_none();
    let of_golden = known.files().iter().map(AsRef::as_ref).map(|file| (golden, file));
    let of_others = others.files().iter().map(AsRef::as_ref).filter(is_other).map(|file| (sides.candidate, file));
    let files = nearest_first(of_golden.chain(of_others).filter(|(_, file)| is_file(file)), &changed);
    let most = usize::try_from(settings.evidence_files.saturating_sub(read_already)).unwrap_or(usize::MAX);
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

/// Files that changed, then those beside them, then the rest, each by path.
fn nearest_first<'s>(
    files: impl Iterator<Item = (&'s Source, &'s File)>,
    changed: &BTreeSet<&str>,
) -> Vec<(&'s Source, &'s File)> {
    let beside: HashSet<&str> = changed.iter().map(|path| folder(path)).collect();
    let mut near: [Vec<(&Source, &File)>; 3] = Default::default();
    let [itself, neighbours, rest] = &mut near;
    for (source, file) in files {
        let group = match (beside.contains(folder(&file.path)), changed.contains(&*file.path)) {
            (_, true) => &mut *itself,
            (true, false) => &mut *neighbours,
            (false, false) => &mut *rest,
        };
        group.push((source, file));
    }
    // Each listing is sorted already: a stable sort merges the two and makes no key.
    for group in &mut near {
        group.sort_by(|(_, left), (_, right)| left.path.cmp(&right.path));
    }
    near.concat()
}

const fn is_file(file: &File) -> bool {
    matches!(file.kind, FileKind::Regular | FileKind::Executable)
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
