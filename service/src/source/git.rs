//! Listing and reading a commit, straight from the object database.

use std::path::Path;

use drift::select::{Place, Scope};
use git2::{ErrorCode, ObjectType, Oid, Repository, Tree};

use super::error::SourceError;
use super::file::{Body, Contents, File, FileKind, PathBuffer};
use super::listing::Listing;
use super::{MOST_ENTRIES, MOST_FOLDERS_DEEP};

/// Opens the repository at or above a path. Hooks, filters and monitors of the repository are never run.
pub fn open_repository(path: &Path) -> Result<Repository, SourceError> {
    Repository::discover(path).map_err(|error| match error.code() {
        ErrorCode::NotFound => SourceError::NotARepository { path: path.to_owned() },
        ErrorCode::Owner => {
            SourceError::ForeignOwner { path: std::path::absolute(path).unwrap_or_else(|_| path.to_owned()) }
        }
        _ => {
            SourceError::Git { doing: "open the repository", path: path.to_owned(), reason: error.message().to_owned() }
        }
    })
}

pub(super) fn refuse(repo: &Repository, doing: &'static str) -> impl Fn(git2::Error) -> SourceError + use<> {
    let path = repo.path().to_owned();
    move |error| SourceError::Git { doing, path: path.clone(), reason: error.message().to_owned() }
}

/// The commit that a revision names.
pub(super) fn resolve(repo: &Repository, rev: &str) -> Result<Oid, SourceError> {
    let path = || repo.workdir().unwrap_or_else(|| repo.path()).to_owned();
    let found = repo.revparse_single(rev).and_then(|object| object.peel_to_commit());
    found.map(|commit| commit.id()).map_err(|error| {
        let has_commit =
            repo.head().is_ok() || repo.references().is_ok_and(|mut references| references.next().is_some());
        let rev = rev.to_owned();
        match error.code() {
            _ if !has_commit => SourceError::EmptyRepository { path: path() },
            ErrorCode::NotFound | ErrorCode::UnbornBranch if repo.is_shallow() => {
                SourceError::Shallow { rev, path: path() }
            }
            _ => SourceError::NoSuchRevision { rev, path: path(), reason: error.message().to_owned() },
        }
    })
}

/// The files of a commit that are in scope. A folder that `known` lists with the same tree is taken from there.
pub(super) fn list(
    repo: &Repository,
    commit: Oid,
    scope: &Scope,
    known: Option<&Listing>,
) -> Result<Listing, SourceError> {
    let tree = repo.find_commit(commit).and_then(|commit| commit.tree()).map_err(refuse(repo, "read the commit"))?;
    let listing = Listing { commit: Some(commit), ..Listing::default() };
    let mut walk = Walk { repo, scope, known, listing, path: PathBuffer::default(), budget: MOST_ENTRIES };
    walk.folder(&tree, Place::default(), 0)?;
    Ok(walk.listing)
}

/// The files of a commit that are in scope.
pub(crate) fn list_commit(repo: &Repository, commit: Oid, scope: &Scope) -> Result<Listing, SourceError> {
    list(repo, commit, scope, None)
}

struct Walk<'a> {
    repo: &'a Repository,
    scope: &'a Scope,
    known: Option<&'a Listing>,
    listing: Listing,
    path: PathBuffer,
    budget: u64,
}

impl Walk<'_> {
    fn folder(&mut self, tree: &Tree<'_>, place: Place, depth: usize) -> Result<(), SourceError> {
        for entry in tree {
            self.budget = self.budget.checked_sub(1).ok_or(SourceError::TooManyEntries { limit: MOST_ENTRIES })?;
            let mark = self.path.push(entry.name_bytes());
            match FileKind::of_mode(entry.filemode()) {
                None => self.subfolder(entry.id(), place, depth + 1)?,
                Some(kind) => {
                    let holds = match kind {
                        FileKind::Submodule => self.scope.holds_opaque(place, &self.path.shown),
                        _ => self.scope.holds(place, &self.path.shown),
                    };
                    if holds {
                        self.listing.files.push(File::new(&self.path, entry.id(), kind, Body::Objects));
                    }
                }
            }
            self.path.pop(&mark);
        }
        Ok(())
    }

    fn subfolder(&mut self, id: Oid, above: Place, depth: usize) -> Result<(), SourceError> {
        let Some(place) = self.scope.enter(above, &self.path.shown) else {
            return Ok(());
        };
        if depth > MOST_FOLDERS_DEEP {
            let reason = format!("it is nested deeper than {MOST_FOLDERS_DEEP} folders");
            self.listing.files.push(File::broken(&self.path, &reason));
            return Ok(());
        }
        let start = self.listing.files.len();
        match self.known.and_then(|known| known.folders.get(self.path.raw.as_slice()).map(|folder| (known, folder))) {
            Some((known, (tree, range))) if *tree == id => {
                self.listing.files.extend_from_slice(known.files.get(range.clone()).unwrap_or_default());
            }
            _ => {
                let tree = self.repo.find_tree(id).map_err(refuse(self.repo, "read a folder"))?;
                self.folder(&tree, place, depth)?;
            }
        }
        if self.known.is_none() {
            let range = start..self.listing.files.len();
            self.listing.folders.insert(self.path.raw.as_slice().into(), (id, range));
        }
        Ok(())
    }
}

/// The contents of a blob; its size is asked first.
pub(super) fn read(repo: &Repository, file: &File, limit: u64) -> Result<Contents, String> {
    let say = |error: git2::Error| match error.code() {
        ErrorCode::NotFound => format!("object {} is not in the repository; the clone is partial or damaged", file.id),
        _ => error.message().to_owned(),
    };
    let objects = repo.odb().map_err(say)?;
    let (size, kind) = objects.read_header(file.id).map_err(say)?;
    if kind != ObjectType::Blob {
        return Err(format!("object {} is not a file", file.id));
    }
    if size as u64 > limit {
        return Ok(Contents::TooLarge(size as u64));
    }
    let bytes = objects.read(file.id).map_err(say)?.data().to_vec();
    Ok(if file.kind == FileKind::Symlink { Contents::Symlink(bytes) } else { Contents::Bytes(bytes) })
}

#[cfg(test)]
mod tests {
    use drift::select::{Place, Scope};
    use git2::{Repository, Signature, Time};

    use super::{Listing, PathBuffer, SourceError, Walk};

    #[test]
    fn a_listing_looks_at_no_more_entries_than_its_budget() {
        let folder = tempfile::tempdir().unwrap();
        let repo = Repository::init_bare(folder.path()).unwrap();
        let mut builder = repo.treebuilder(None).unwrap();
        for name in ["a.yml", "b.yml", "c.rs"] {
            builder.insert(name, repo.blob(b"1").unwrap(), 0o100_644).unwrap();
        }
        let tree = repo.find_tree(builder.write().unwrap()).unwrap();
        let author = Signature::new("dev", "dev@svc.example", &Time::new(0, 0)).unwrap();
        repo.commit(Some("HEAD"), &author, &author, "all", &tree, &[]).unwrap();
        for (budget, files) in [(3, Some(3)), (2, None)] {
            let scope = Scope::everything();
            let (listing, path) = (Listing::default(), PathBuffer::default());
            let mut walk = Walk { repo: &repo, scope: &scope, known: None, listing, path, budget };
            match walk.folder(&tree, Place::default(), 0) {
                Ok(()) => assert_eq!(Some(walk.listing.files.len()), files),
                Err(error) => {
                    assert_eq!(files, None);
                    assert!(matches!(error, SourceError::TooManyEntries { limit: 4_000_000 }));
                }
            }
        }
    }
}
