//! What other files say of what changed: the cascades of base files, and the neighbours of changed values. Files of every
//! environment, read only when there is something to ask, at most `evidence.max_files` for both together.

use std::cell::OnceCell;
use std::collections::HashSet;

use drift::anomaly::{Candidate, Evidence, Neighbours, judge};
use drift::assess::Assessment;
use drift::cascade::{Cascades, Gather};
use drift::change::Content;
use drift::environment::Environments;
use drift::select::Scope;
use drift::settings::Settings;

use crate::comparison::content;
use crate::source::{Change, File, FileKind, Listing, Source, SourceError, pairs};

/// The sides of a run and what differs between them.
pub(crate) struct Sides<'s> {
    /// The golden version with its files: those of the run's environment.
    pub(crate) golden: (&'s Source, &'s Listing),
    /// The candidate with its files of the run's environment.
    pub(crate) candidate: (&'s Source, &'s Listing),
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
        candidate: (&'s Source, &'s Listing),
        wide: &'s Scope,
        changes: &'s [Change],
    ) -> Self {
        Self { golden, candidate, wide, changes, listed: OnceCell::new() }
    }

    fn others(&self) -> Result<&Listing, SourceError> {
        let (source, narrow) = self.candidate;
        if !narrow.may_be_narrowed() {
            return Ok(narrow);
        }
        match self.listed.get() {
            Some(listed) => Ok(listed),
            None => {
                let listed = source.list(self.wide)?;
                Ok(self.listed.get_or_init(|| listed))
            }
        }
    }
}

/// Reads the candidate's files beside changed base files, by path, and counts them. None when no base file changed, when
/// nothing is listed or read, and when nothing beside one says anything.
pub(crate) fn cascades(
    sides: &Sides<'_>,
    assessments: &[Assessment],
    environments: &Environments,
    settings: &Settings,
) -> Result<(Option<Cascades>, u32), SourceError> {
    let mut gather = Gather::of(assessments, environments);
    if gather.is_empty() {
        return Ok((None, 0));
    }
    let mut left = settings.evidence_files;
    for file in sides.others()?.files().iter().filter(|file| gather.wants(&file.path)).collect::<Vec<_>>() {
        if left == 0 {
            gather.leave_out(&file.path, &settings.limits);
            continue;
        }
        left -= 1;
        let read = is_file(file).then(|| content(sides.candidate.0, file, settings.limits.file_bytes));
        let bytes = match &read {
            Some(Content::Bytes(bytes)) => Some(bytes.as_slice()),
            _ => None,
        };
        gather.add(&file.path, bytes, &settings.limits);
    }
    Ok((Some(gather.finish()).filter(|cascades| !cascades.is_empty()), settings.evidence_files - left))
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
    let changed: HashSet<&str> = sides.changes.iter().map(|change| &*change.path).collect();
    let of_either = pairs(known, others).filter_map(|(old, new)| match (old, new) {
        (Some(old), _) => Some((golden, &**old)),
        (None, Some(new)) if !changed.contains(&*new.path) => Some((sides.candidate.0, &**new)),
        (None, _) => None,
    });
    let files = nearest_first(of_either.filter(|(_, file)| is_file(file)), &changed);
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

/// Files that changed, then those beside them, then the rest, each in the order in which they come.
fn nearest_first<'s>(
    files: impl Iterator<Item = (&'s Source, &'s File)>,
    changed: &HashSet<&str>,
) -> Vec<(&'s Source, &'s File)> {
    let folders: HashSet<&str> = changed.iter().map(|path| folder(path)).collect();
    let (mut itself, mut beside, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    // The files of one folder come together.
    let mut last = None;
    for (source, file) in files {
        let folder = folder(&file.path);
        let is_near = match last {
            Some((known, is_near)) if known == folder => is_near,
            _ => folders.contains(folder),
        };
        last = Some((folder, is_near));
        let group = match is_near {
            true if changed.contains(&*file.path) => &mut itself,
            true => &mut beside,
            false => &mut rest,
        };
        group.push((source, file));
    }
    itself.append(&mut beside);
    itself.append(&mut rest);
    itself
}

const fn is_file(file: &File) -> bool {
    matches!(file.kind, FileKind::Regular | FileKind::Executable)
}

fn folder(path: &str) -> &str {
    // From the end, where names are short: this is asked of every file.
    let end = path.bytes().rposition(|byte| byte == b'/').unwrap_or_default();
    path.get(..end).unwrap_or_default()
}
