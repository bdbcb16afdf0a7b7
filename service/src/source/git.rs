//! Opening a repository, resolving revisions and reading blobs, straight from the object database.

use std::path::Path;

use git2::{ErrorCode, ObjectType, Oid, Repository};

use super::error::SourceError;
use super::file::{Contents, File, FileKind};

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
