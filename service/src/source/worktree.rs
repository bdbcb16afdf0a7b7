//! Listing the work tree of a repository: what HEAD holds, with what was changed, added or deleted since.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::Arc;

use drift::select::{Place, Scope};
use git2::{Oid, Repository, StatusOptions};

use super::directory;
use super::error::SourceError;
use super::file::{Body, File, FileKind, PathBuffer};
use super::git::refuse;
use super::listing::{Listing, compare};
use super::walk;

/// By the bytes of their paths.
type Files = BTreeMap<Vec<u8>, Arc<File>>;

/// The files of the work tree that are in scope. Untracked files count unless they are ignored. The index tells which
/// files are unchanged, so that only changed ones are hashed.
pub(super) fn list(
    repo: &Repository,
    root: &Path,
    head: Oid,
    scope: &Scope,
    known: Option<&Listing>,
) -> Result<Listing, SourceError> {
    let committed = walk::list(repo, head, scope, known)?;
    let mut files: Files = BTreeMap::new();
    for file in committed.files() {
        if file.kind != FileKind::Submodule {
            files.insert(file.raw_path().to_vec(), Arc::clone(file));
        }
    }
    for (raw, is_gone) in changed_paths(repo)? {
        let path = PathBuffer::of(raw.strip_suffix(b"/").unwrap_or(&raw));
        let place = root.join(OsStr::from_bytes(&path.raw));
        if raw.ends_with(b"/") {
            // An untracked folder is one entry only when it is a repository of its own.
            insert_submodule(&mut files, scope, &path, head_of(&place));
        } else if !is_gone && std::fs::symlink_metadata(&place).is_ok_and(|metadata| !metadata.is_dir()) {
            if scope.contains(&path.shown) {
                files.insert(path.raw.clone(), Arc::new(directory::entry_at(&place, &path)));
            }
        } else {
            files.remove(&path.raw);
        }
    }
    for (raw, recorded) in submodules(repo)? {
        let path = PathBuffer::of(&raw);
        let commit = head_of(&root.join(OsStr::from_bytes(&raw))).unwrap_or(recorded);
        insert_submodule(&mut files, scope, &path, Some(commit));
    }
    let mut listing = Listing { files: files.into_values().collect(), narrowed: true, ..Listing::default() };
    if compare(&committed, &listing).changes.is_empty() {
        listing.commit = Some(head);
    }
    Ok(listing)
}

/// Paths whose work tree file may differ from HEAD, bytes as in the index; true for those that git calls deleted. Such a
/// path may still lead to a file, through a folder that was replaced by a symbolic link.
fn changed_paths(repo: &Repository) -> Result<Vec<(Vec<u8>, bool)>, SourceError> {
    let mut options = StatusOptions::new();
    options.include_untracked(true).recurse_untracked_dirs(true).include_unreadable(true).exclude_submodules(true);
    let statuses = repo.statuses(Some(&mut options)).map_err(refuse(repo, "read the state of the work tree"))?;
    Ok(statuses.iter().map(|entry| (entry.path_bytes().to_vec(), entry.status().is_wt_deleted())).collect())
}

/// The submodules of the index with the commit that it records for each.
fn submodules(repo: &Repository) -> Result<HashMap<Vec<u8>, Oid>, SourceError> {
    let index = repo.index().map_err(refuse(repo, "read the index"))?;
    let is_submodule =
        |entry: &git2::IndexEntry| i32::try_from(entry.mode).is_ok_and(|mode| mode == FileKind::Submodule.mode());
    Ok(index.iter().filter(is_submodule).map(|entry| (entry.path, entry.id)).collect())
}

/// The commit that a nested repository has checked out.
fn head_of(place: &Path) -> Option<Oid> {
    Repository::open(place).ok()?.head().ok()?.target()
}

fn insert_submodule(files: &mut Files, scope: &Scope, path: &PathBuffer, commit: Option<Oid>) {
    if !holds_opaque(scope, &path.shown) {
        return;
    }
    let file = match commit {
        Some(commit) => File::new(path, commit, FileKind::Submodule, Body::Objects),
        None => File::broken(path, "it is a repository of its own without a commit that can be read"),
    };
    files.insert(path.raw.clone(), Arc::new(file));
}

fn holds_opaque(scope: &Scope, path: &str) -> bool {
    let mut place = Place::default();
    for (end, _) in path.match_indices('/') {
        match scope.enter(place, path.get(..end).unwrap_or_default()) {
            Some(inside) => place = inside,
            None => return false,
        }
    }
    scope.holds_opaque(place, path)
}
