//! Where a side of a comparison comes from: a git revision, the work tree of a repository, or a directory.
//!
//! Blobs are read straight from the object database. Nothing of a repository runs: libgit2 calls no hook, no filter
//! program and no file system monitor.

mod directory;
mod error;
mod file;
mod git;
mod listing;
mod origin;
mod walk;
mod worktree;

use std::path::{Path, PathBuf};

use drift::report::{Side, SideKind};
use drift::select::Scope;
use git2::{Oid, Repository};

pub use error::{SourceError, Unreadable};
pub use file::{Contents, File, FileKind};
pub use git::open_repository;
pub(crate) use listing::pairs;
pub use listing::{Change, Comparison, Listing, compare, union};
pub use origin::{mask_urls, repo_url};
pub(crate) use walk::list_commit;

/// Deepest nesting of folders that a listing follows; what lies deeper is one unreadable entry.
pub const MOST_FOLDERS_DEEP: usize = 256;
/// Most entries, selected or not, that a listing looks at.
pub const MOST_ENTRIES: u64 = 4_000_000;

/// An opened side of a comparison.
pub struct Source {
    place: Place,
}

enum Place {
    Git { repo: Repository, rev: String, commit: Oid },
    Worktree { repo: Repository, root: PathBuf, head: Oid },
    Directory { root: PathBuf },
}

impl Source {
    /// Opens a revision of the repository at or above a path. The revision is resolved once, here.
    pub fn open_git(path: &Path, rev: &str) -> Result<Self, SourceError> {
        let repo = open_repository(path)?;
        let commit = git::resolve(&repo, rev)?;
        Ok(Self { place: Place::Git { repo, rev: rev.to_owned(), commit } })
    }

    /// Opens the work tree of the repository at or above a path: HEAD with everything that was changed since.
    pub fn open_worktree(path: &Path) -> Result<Self, SourceError> {
        let repo = open_repository(path)?;
        let head = git::resolve(&repo, "HEAD")?;
        let root = repo.workdir().ok_or_else(|| SourceError::NoWorktree { path: path.to_owned() })?.to_owned();
        Ok(Self { place: Place::Worktree { repo, root, head } })
    }

    /// Opens a directory. Only the directory itself must be readable; a file that is not is an entry that says so.
    pub fn open_directory(path: &Path) -> Result<Self, SourceError> {
        let refuse =
            |error: std::io::Error| SourceError::Directory { path: path.to_owned(), reason: error.to_string() };
        std::fs::read_dir(path).map_err(refuse)?;
        Ok(Self { place: Place::Directory { root: path.to_owned() } })
    }

    /// The files in scope, sorted by the bytes of their paths.
    pub fn list(&self, scope: &Scope) -> Result<Listing, SourceError> {
        self.list_beside(scope, None)
    }

    /// Both sides of a comparison; a folder that is the same tree on both sides is walked once.
    pub fn list_both(golden: &Self, candidate: &Self, scope: &Scope) -> Result<(Listing, Listing), SourceError> {
        let known = golden.list(scope)?;
        let listing = candidate.list_beside(scope, Some(&known))?;
        Ok((known, listing))
    }

    fn list_beside(&self, scope: &Scope, known: Option<&Listing>) -> Result<Listing, SourceError> {
        match &self.place {
            Place::Git { repo, commit, .. } => walk::list(repo, *commit, scope, known),
            Place::Worktree { repo, root, head } => worktree::list(repo, root, *head, scope, known),
            Place::Directory { root } => directory::list(root, scope),
        }
    }

    /// The contents of a listed file, exactly as listed; a file over `limit` bytes is named by its size and not read.
    pub fn read(&self, file: &File, limit: u64) -> Result<Contents, Unreadable> {
        let refuse = |reason: String| Unreadable { path: file.path.to_string(), reason };
        if let Some(reason) = file.unreadable() {
            return Err(refuse(reason.to_owned()));
        }
        let contents = match &self.place {
            _ if file.kind == FileKind::Submodule => Ok(Contents::Submodule(file.id.to_string())),
            Place::Directory { root } => directory::read(root, file, limit),
            Place::Worktree { root, .. } if file.is_on_disk() => directory::read(root, file, limit),
            Place::Worktree { repo, .. } | Place::Git { repo, .. } => git::read(repo, file, limit),
        };
        contents.map_err(refuse)
    }

    /// The commit that the revision named when it was opened; HEAD for a work tree; None for a directory.
    pub fn commit(&self) -> Option<String> {
        match &self.place {
            Place::Git { commit, .. } | Place::Worktree { head: commit, .. } => Some(commit.to_string()),
            Place::Directory { .. } => None,
        }
    }

    /// The repository, for a side that has one.
    pub const fn repository(&self) -> Option<&Repository> {
        match &self.place {
            Place::Git { repo, .. } | Place::Worktree { repo, .. } => Some(repo),
            Place::Directory { .. } => None,
        }
    }

    /// This side as a report shows it, with the digest of what was listed, which goes over every file. A work tree has a commit only when what was
    /// listed is what the commit holds.
    pub fn side(&self, listing: &Listing, digest: String) -> Side {
        let (kind, rev, path) = match &self.place {
            Place::Git { rev, .. } => (SideKind::Git, Some(rev.clone()), None),
            Place::Worktree { root, .. } => (SideKind::Worktree, None, Some(root)),
            Place::Directory { root } => (SideKind::Directory, None, Some(root)),
        };
        let path = path.map(|path| path.display().to_string());
        Side { kind, rev, commit: listing.commit().map(|commit| commit.to_string()), path, digest }
    }
}
