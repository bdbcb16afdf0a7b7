//! The files of the next golden version: those of the one before, with the accepted changes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use drift::patch::{Direction, PatchRefusal};
use drift::rules::Rules;
use drift::select::Scope;

use super::acceptance::Accepted;
use super::{Draft, Golden};
use crate::context_bundle::Bundle;
use crate::error::{Refusal, ServiceError};
use crate::golden_ref::Content;
use crate::partial::Sides;
use crate::source::{File, Listing, Source, open_repository};

/// What the next golden version is made from.
pub(super) struct Plan {
    pub(super) run: String,
    pub(super) bundle: Bundle,
    /// What is accepted of the changed files.
    pub(super) accepted: Accepted,
    /// The rules that the run was made with.
    pub(super) rules: Rules,
    pub(super) repo: PathBuf,
    pub(super) scope: Scope,
}

impl Plan {
    /// Writes the golden commit and its ref. Both sides are opened by the commits that the run compared; a directory or
    /// changed work tree must still be what the run saw.
    pub(super) fn write(&self, draft: &Draft) -> Result<Golden, ServiceError> {
        let sides = Sides::open(&self.repo, &self.run, &self.bundle, &self.scope)?;
        let patched = self.patched(&sides)?;
        let mut files = self.files(&sides);
        for (old_path, file) in &patched {
            files.remove(old_path.as_str());
            files.insert(&file.path, Content { source: &sides.candidate.0, file });
        }
        let files: Vec<Content<'_>> = files.into_values().collect();
        let repository = open_repository(&self.repo)?;
        draft.write(&repository, draft.parent.as_deref(), &files, draft.certified.clone())
    }

    /// The files of which some deltas cannot be taken without the others. Writes nothing; what `write` would refuse for
    /// another reason is refused here too.
    pub(super) fn unpatchable(&self) -> Result<Vec<PatchRefusal>, ServiceError> {
        let sides = Sides::open(&self.repo, &self.run, &self.bundle, &self.scope)?;
        let mut found = Vec::new();
        for change in &self.bundle.changes {
            let Some(chosen) = self.accepted.partial.get(&change.path) else { continue };
            match sides.patch(change, chosen, &self.rules, Direction::Accept) {
                Err(ServiceError::Refused(Refusal::Patch(refusal))) => found.push(refusal),
                patched => drop(patched?),
            }
        }
        Ok(found)
    }

    /// The files that are accepted in part, each with the golden path that it takes the place of. Their content is put
    /// into the repository here.
    fn patched(&self, sides: &Sides) -> Result<Vec<(String, File)>, ServiceError> {
        let repository = open_repository(&self.repo)?;
        let mut files = Vec::new();
        for change in &self.bundle.changes {
            let Some(chosen) = self.accepted.partial.get(&change.path) else { continue };
            let patched = sides.patch(change, chosen, &self.rules, Direction::Accept)?;
            let old_path = change.from.clone().unwrap_or_else(|| change.path.clone());
            if let Some(patched) = patched {
                files.push((old_path, sides.store(&repository, &patched)?));
            }
        }
        Ok(files)
    }

    fn files<'s>(&self, sides: &'s Sides) -> BTreeMap<&'s str, Content<'s>> {
        let content = |(source, listing): &'s (Source, Listing)| {
            listing.files().iter().map(move |file| (&*file.path, Content { source, file }))
        };
        let mut files: BTreeMap<&str, Content<'_>> = content(&sides.golden).collect();
        let new: BTreeMap<&str, Content<'_>> = content(&sides.candidate).collect();
        for change in self.bundle.changes.iter().filter(|change| self.accepted.whole.contains(&change.path)) {
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
