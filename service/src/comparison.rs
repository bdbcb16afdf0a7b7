//! Two sides from listing to outcome: files with equal ids are never read, files that differ are assessed on every core.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use drift::anomaly::{Neighbours, candidates};
use drift::assess::{Assessment, assess};
use drift::cascade::{Cascades, Gather};
use drift::change::{Content, FileChange, FileSide};
use drift::engine::{self, Compared, conclude};
use drift::environment::{Environments, is_profile_file};
use drift::facts::Facts;
use drift::json_patch::Patch;
use drift::mask::Masker;
use drift::outcome::Outcome;
use drift::rename::pair_renames;
use drift::report::Side;
use drift::rules::Rules;
use drift::select::Scope;
use sha2::{Digest, Sha256};

use crate::context_bundle;
use crate::error::{Refusal, ServiceError};
use crate::evidence::{self, Sides};
use crate::source::{self, Change, Comparison, Contents, File, FileKind, Listing, Source, SourceError};

/// How far a comparison is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Listing both sides.
    Collecting,
    /// Comparing files.
    Comparing {
        /// Files that are done.
        done: u64,
        /// Files that differ.
        total: u64,
    },
    /// Storing the outcome.
    Storing,
}

/// Files read ahead of the workers that compare them: bounds the memory of a large change.
const READ_AHEAD: usize = 64;

/// Both sides listed: what differs is known, and nothing is read yet.
pub struct Collected {
    golden: (Source, Listing),
    candidate: (Source, Listing),
    /// Golden and candidate as reports show them; their digests go over every file, so they are made once.
    sides: (Side, Side),
    comparison: Comparison,
    /// The scope without its environment: where neighbours are looked for.
    wide: Scope,
}

/// What differs, judged file by file, and what other files say of it.
pub struct Judged {
    assessments: Vec<Assessment>,
    neighbours: Option<Neighbours>,
    cascades: Option<Cascades>,
}

/// An outcome and the sides that it is about.
pub struct Done {
    /// The golden side.
    pub golden: Side,
    /// The candidate.
    pub candidate: Side,
    /// The files that differ.
    pub changes: Vec<context_bundle::FileChange>,
    /// The answer.
    pub outcome: Outcome,
}

impl Collected {
    /// Lists both sides and finds what differs, by id.
    pub fn collect(golden: Source, candidate: Source, scope: &Scope) -> Result<Self, SourceError> {
        // It takes as long as to list many files.
        engine::prepare();
        let (old, new) = Source::list_both(&golden, &candidate, scope)?;
        let (comparison, old_digest, new_digest) = std::thread::scope(|threads| {
            let digest = threads.spawn(|| old.digest());
            let (new_digest, comparison) = (new.digest(), source::compare(&old, &new));
            (comparison, digest.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), new_digest)
        });
        let sides = (golden.side(&old, old_digest), candidate.side(&new, new_digest));
        let wide = scope.of_every_environment();
        Ok(Self { golden: (golden, old), candidate: (candidate, new), sides, comparison, wide })
    }

    /// The paths of the files that differ.
    pub fn changed_files(&self) -> Vec<String> {
        self.comparison.changes.iter().map(|change| change.path.to_string()).collect()
    }

    /// The candidate as a report shows it.
    pub const fn candidate_side(&self) -> &Side {
        &self.sides.1
    }

    /// Reads, compares and judges what differs. Blocks: call it on a thread of its own.
    pub fn assess(
        &self,
        rules: &Rules,
        masker: &Masker,
        facts: &Facts,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Done, ServiceError> {
        let assessments = self.assess_files(rules, masker, progress)?;
        Ok(self.conclude_from(assessments, rules, facts))
    }

    /// The same as far as it needs no facts, with base files compared with what overrides them and, where `is_stored`,
    /// changed values with their neighbours.
    pub fn judge(
        &self,
        (rules, masker, environments): (&Rules, &Masker, &Environments),
        is_stored: bool,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Judged, ServiceError> {
        let assessments = self.assess_files(rules, masker, progress)?;
        let golden = (&self.golden.0, &self.golden.1);
        let sides = Sides::new(golden, (&self.candidate.0, &self.candidate.1), &self.wide, &self.comparison.changes);
        let (cascades, read) = evidence::cascades(&sides, &assessments, environments, rules.settings())?;
        let neighbours = if is_stored {
            let (found, left_out) = candidates(&assessments);
            Some(evidence::neighbours(&sides, (&found, left_out), rules.settings(), read)?)
        } else {
            None
        };
        Ok(Judged { assessments, neighbours, cascades })
    }

    /// Draws the conclusion. What other files say is added to the facts, which are all that a later [`Self::assess`] needs
    /// to come to the same outcome.
    pub fn conclude(&self, judged: Judged, rules: &Rules, facts: Facts) -> (Done, Facts) {
        let facts = Facts { neighbours: judged.neighbours, cascades: judged.cascades, ..facts };
        (self.conclude_from(judged.assessments, rules, &facts), facts)
    }

    fn conclude_from(&self, assessments: Vec<Assessment>, rules: &Rules, facts: &Facts) -> Done {
        let files = source::union(&self.golden.1, &self.candidate.1);
        let changes = self.changes(&assessments);
        let compared = Compared { files: &files, changed: self.comparison.changes.len() as u64 };
        let outcome = conclude(assessments, compared, rules, facts);
        let (golden, candidate) = self.sides.clone();
        Done { golden, candidate, changes, outcome }
    }

    /// One thread reads, the others compare. The order of the results does not matter to the engine.
    fn assess_files(
        &self,
        rules: &Rules,
        masker: &Masker,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Vec<Assessment>, ServiceError> {
        let total = self.comparison.changes.len() as u64;
        let done = AtomicU64::new(0);
        let workers =
            std::thread::available_parallelism().map_or(1, NonZero::get).min(self.comparison.changes.len().max(1));
        let (sender, receiver) = mpsc::sync_channel::<FileChange>(READ_AHEAD);
        let receiver = Arc::new(Mutex::new(receiver));
        let work = |receiver: &Mutex<mpsc::Receiver<FileChange>>| {
            let mut assessments = Vec::new();
            loop {
                let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok(change) = next else { return assessments };
                assessments.push(assess(&change, rules, masker));
                progress(Progress::Comparing { done: done.fetch_add(1, Ordering::Relaxed) + 1, total });
            }
        };
        std::thread::scope(|scope| {
            let spawn = |_| {
                let (receiver, work) = (Arc::clone(&receiver), &work);
                scope.spawn(move || work(&receiver))
            };
            let handles: Vec<_> = (0..workers).map(spawn).collect();
            // The workers alone hold it now, so that sending to none of them fails and does not wait for ever.
            drop(receiver);
            for change in self.read_changes(&rules.settings().limits) {
                // Every worker is gone only when all of them panicked, which joining tells.
                if sender.send(change).is_err() {
                    break;
                }
            }
            drop(sender);
            let mut assessments = Vec::new();
            for handle in handles {
                assessments.extend(handle.join().map_err(|_| ServiceError::Worker("comparing files".to_owned()))?);
            }
            Ok(assessments)
        })
    }

    /// Files that are on both sides, read one by one; then those on one side only, paired to renames.
    fn read_changes<'c>(&'c self, limits: &'c drift::limits::Limits) -> impl Iterator<Item = FileChange> + 'c {
        let (both, single): (Vec<&Change>, Vec<&Change>) =
            self.comparison.changes.iter().partition(|change| change.old.is_some() && change.new.is_some());
        let (removed, added): (Vec<&Change>, Vec<&Change>) = single.iter().partition(|change| change.new.is_none());
        let may_be_renamed = !removed.is_empty() && !added.is_empty();
        let single_read = move || -> Box<dyn Iterator<Item = FileChange> + 'c> {
            let read = single.into_iter().map(move |change| self.read(change, limits));
            match may_be_renamed {
                true => Box::new(pair_renames(read.collect(), limits.rename_pairs).into_iter()),
                false => Box::new(read),
            }
        };
        both.into_iter().map(move |change| self.read(change, limits)).chain(std::iter::once_with(single_read).flatten())
    }

    fn read(&self, change: &Change, limits: &drift::limits::Limits) -> FileChange {
        let read =
            |source: &Source, file: &Option<File>| file.as_ref().map(|file| file_side(source, file, limits.file_bytes));
        FileChange {
            path: change.path.to_string(),
            renamed_from: None,
            old: read(&self.golden.0, &change.old),
            new: read(&self.candidate.0, &change.new),
            profile: is_profile_file(&change.path),
        }
    }

    /// The JSON Patch of every file that differs, by path; a renamed file went and came. Blocks: call it on a thread of its own.
    pub fn json_patches(&self, limits: &drift::limits::Limits) -> Result<BTreeMap<String, Patch>, ServiceError> {
        let patch = |change: &Change| {
            let change = self.read(change, limits);
            let patch = drift::json_patch::of_change(&change, limits).map_err(Refusal::from)?;
            Ok((change.path, patch))
        };
        self.comparison.changes.iter().map(patch).collect()
    }

    /// The files that differ, by id; a rename is one of them, named by its new path.
    fn changes(&self, assessments: &[Assessment]) -> Vec<context_bundle::FileChange> {
        let renamed: std::collections::HashMap<&str, &str> = assessments
            .iter()
            .filter_map(|assessment| Some((assessment.file.as_str(), assessment.renamed_from.as_deref()?)))
            .collect();
        let gone: std::collections::HashSet<&str> = renamed.values().copied().collect();
        let id = |file: Option<&File>| file.map(|file| file.id.to_string());
        let kept =
            self.comparison.changes.iter().filter(|change| !(change.new.is_none() && gone.contains(&*change.path)));
        kept.map(|change| {
            let from = renamed.get(&*change.path).copied();
            let old = from.and_then(|from| self.golden.1.find(from)).or(change.old.as_ref());
            context_bundle::FileChange {
                path: change.path.to_string(),
                from: from.map(str::to_owned),
                old: id(old),
                new: id(change.new.as_ref()),
            }
        })
        .collect()
    }
}

/// One side of a file as the engine takes it.
pub(crate) fn file_side(source: &Source, file: &File, limit: u64) -> FileSide {
    FileSide { content: content(source, file, limit), executable: file.kind == FileKind::Executable }
}

/// What stands at a listed file, or why it cannot be read.
pub(crate) fn content(source: &Source, file: &File, limit: u64) -> Content {
    match source.read(file, limit) {
        Ok(Contents::Bytes(bytes)) => Content::Bytes(bytes),
        Ok(Contents::TooLarge(bytes)) => Content::TooLarge(bytes),
        Ok(Contents::Symlink(target)) => Content::Symlink(target),
        Ok(Contents::Submodule(commit)) => Content::Submodule(commit),
        Err(error) => Content::Unreadable(error.reason),
    }
}

/// Compares two files that belong to no tree, under one name that also gives the format.
pub fn compare_files(
    name: &str,
    (golden, candidate): (Vec<u8>, Vec<u8>),
    (rules, masker, environments): (&Rules, &Masker, &Environments),
) -> Outcome {
    let changed = golden != candidate;
    let change = change_of_files(name, golden, candidate, &rules.settings().limits);
    let assessments = if changed { vec![assess(&change, rules, masker)] } else { Vec::new() };
    // Of the files beside them nothing is known, but a file may hold a cascade by itself.
    let cascades = Gather::of(&assessments, environments).finish();
    let facts = Facts { cascades: Some(cascades).filter(|cascades| !cascades.is_empty()), ..Facts::default() };
    conclude(assessments, Compared { files: &[name], changed: u64::from(changed) }, rules, &facts)
}

/// The JSON Patch of two files that belong to no tree, under one name that also gives the format.
pub fn json_patch_of_files(
    name: &str,
    golden: Vec<u8>,
    candidate: Vec<u8>,
    limits: &drift::limits::Limits,
) -> Result<Patch, ServiceError> {
    let change = change_of_files(name, golden, candidate, limits);
    Ok(drift::json_patch::of_change(&change, limits).map_err(Refusal::from)?)
}

fn change_of_files(name: &str, golden: Vec<u8>, candidate: Vec<u8>, limits: &drift::limits::Limits) -> FileChange {
    let side = |bytes: Vec<u8>| {
        let size = bytes.len() as u64;
        let content = if size > limits.file_bytes { Content::TooLarge(size) } else { Content::Bytes(bytes) };
        Some(FileSide { content, executable: false })
    };
    FileChange {
        path: name.to_owned(),
        renamed_from: None,
        old: side(golden),
        new: side(candidate),
        profile: is_profile_file(name),
    }
}

/// The digest of one file's content: `sha256:` and hexadecimal digits.
pub fn file_digest(bytes: &[u8]) -> String {
    let digest: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digest}")
}
