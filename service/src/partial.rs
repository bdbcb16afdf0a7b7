//! Files with some of the deltas of a run: both sides as the run saw them, read again from where they were.

use std::collections::BTreeSet;
use std::path::Path;

use drift::change::{Content, FileChange, Renamed};
use drift::environment::is_profile_file;
use drift::patch::{Direction, Patched, apply};
use drift::rules::Rules;
use drift::select::Scope;
use git2::Repository;

use crate::comparison::file_side;
use crate::context_bundle::{self, Bundle};
use crate::error::{Refusal, ServiceError};
use crate::golden_ref::GoldenRefError;
use crate::replay;
use crate::source::{File, FileKind, Listing, Source};

/// Both sides of a run, opened again.
pub(crate) struct Sides {
    pub(crate) golden: (Source, Listing),
    pub(crate) candidate: (Source, Listing),
}

impl Sides {
    /// Opens both sides by the commits that the run compared. A directory or a changed work tree must still be what the
    /// run saw: else this is a refusal.
    pub(crate) fn open(repo: &Path, run: &str, bundle: &Bundle, scope: &Scope) -> Result<Self, ServiceError> {
        let golden = replay::open(repo, &bundle.golden)?;
        let candidate = replay::open(repo, &bundle.candidate)?;
        let (old, new) = (golden.list(&Scope::everything())?, candidate.list(scope)?);
        if new.digest() != bundle.candidate.digest {
            let place = bundle.candidate.path.clone().unwrap_or_else(|| "the scope of golden.toml".to_owned());
            return Err(Refusal::CandidateChanged { run: run.to_owned(), place }.into());
        }
        Ok(Self { golden: (golden, old), candidate: (candidate, new) })
    }

    /// A changed file as the engine takes it.
    pub(crate) fn change(&self, change: &context_bundle::FileChange, rules: &Rules) -> FileChange {
        let limit = rules.settings().limits.file_bytes;
        let side = |(source, listing): &(Source, Listing), path: &str, id: &Option<String>| {
            let file = listing.find(path).filter(|_| id.is_some())?;
            Some(file_side(source, file, limit))
        };
        let old_path = change.from.as_deref().unwrap_or(&change.path);
        FileChange {
            path: change.path.clone(),
            // Ids do not depend on the similarity, which the bundle does not hold.
            renamed_from: change.from.clone().map(|path| Renamed { path, similarity: 0 }),
            old: side(&self.golden, old_path, &change.old),
            new: side(&self.candidate, &change.path, &change.new),
            profile: is_profile_file(&change.path) || is_profile_file(old_path),
        }
    }

    /// A changed file with some of its deltas; None when it is not there then.
    pub(crate) fn patch(
        &self,
        change: &context_bundle::FileChange,
        chosen: &BTreeSet<String>,
        rules: &Rules,
        direction: Direction,
    ) -> Result<Option<Patched>, ServiceError> {
        let chosen = chosen.iter().map(String::as_str).collect();
        Ok(apply(&self.change(change, rules), rules, &chosen, direction).map_err(Refusal::from)?)
    }

    /// Puts the content of a patched file into a repository and gives it as a listing would.
    pub(crate) fn store(&self, repo: &Repository, patched: &Patched) -> Result<File, ServiceError> {
        let (bytes, kind) = match &patched.side.content {
            Content::Bytes(bytes) if patched.side.executable => (bytes, FileKind::Executable),
            Content::Bytes(bytes) => (bytes, FileKind::Regular),
            Content::Symlink(target) => (target, FileKind::Symlink),
            Content::TooLarge(_) | Content::Submodule(_) | Content::Unreadable(_) => {
                return Err(ServiceError::NotFound { what: "content of", id: patched.path.clone() });
            }
        };
        let id = repo.blob(bytes).map_err(|error| GoldenRefError::Git {
            doing: "store",
            subject: patched.path.clone(),
            reason: error.message().to_owned(),
        })?;
        let listed = self.golden.1.find(&patched.path).or_else(|| self.candidate.1.find(&patched.path));
        let listed = listed.ok_or_else(|| ServiceError::NotFound { what: "file", id: patched.path.clone() })?;
        Ok(listed.rewritten(id, kind))
    }
}
