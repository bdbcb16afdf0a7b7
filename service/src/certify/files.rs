//! The files of the next golden version: those of the one before, with the accepted changes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use drift::select::Scope;

use super::{Draft, Golden};
use crate::context_bundle::Bundle;
use crate::error::{Refusal, ServiceError};
use crate::golden_ref::Content;
use crate::replay;
use crate::source::{Listing, Source, open_repository};

/// What the next golden version is made from.
pub(super) struct Plan {
    pub(super) run: String,
    pub(super) bundle: Bundle,
    /// Paths of the changed files that are accepted.
    pub(super) accepted: BTreeSet<String>,
    pub(super) repo: PathBuf,
    pub(super) scope: Scope,
}

impl Plan {
    /// Writes the golden commit and its ref. Both sides are opened by the commits that the run compared; a directory or
    /// changed work tree must still be what the run saw.
    pub(super) fn write(&self, draft: &Draft) -> Result<Golden, ServiceError> {
        let golden = replay::open(&self.repo, &self.bundle.golden)?;
        let candidate = replay::open(&self.repo, &self.bundle.candidate)?;
        let (old, new) = (golden.list(&Scope::everything())?, candidate.list(&self.scope)?);
        if new.digest() != self.bundle.candidate.digest {
            let place = self.bundle.candidate.path.clone().unwrap_or_else(|| "the scope of golden.toml".to_owned());
            return Err(Refusal::CandidateChanged { run: self.run.clone(), place }.into());
        }
        let files: Vec<Content<'_>> = self.files((&golden, &old), (&candidate, &new)).into_values().collect();
        let repository = open_repository(&self.repo)?;
        draft.write(&repository, draft.parent.as_deref(), &files, draft.certified.clone())
    }

    fn files<'s>(
        &self,
        golden: (&'s Source, &'s Listing),
        candidate: (&'s Source, &'s Listing),
    ) -> BTreeMap<&'s str, Content<'s>> {
        let content = |source: &'s Source, listing: &'s Listing| {
            listing.files().iter().map(move |file| (&*file.path, Content { source, file }))
        };
        let mut files: BTreeMap<&str, Content<'_>> = content(golden.0, golden.1).collect();
        let new: BTreeMap<&str, Content<'_>> = content(candidate.0, candidate.1).collect();
        for change in self.bundle.changes.iter().filter(|change| self.accepted.contains(&change.path)) {
            if let Some(from) = &change.from {
                files.remove(from.as_str());
            }
            match new.get_key_value(change.path.as_str()) {
                Some((path, content)) => files.insert(path, *content),
                None => files.remove(change.path.as_str()),
            };
        }
        files
    }
}
