//! Walking the tree of a commit: large trees are divided among threads, each with a handle of its own.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use drift::select::{Place, Scope};
use git2::{Oid, Repository};

use super::error::SourceError;
use super::file::{Body, File, FileKind, PathBuffer};
use super::git::refuse;
use super::listing::Listing;
use super::{MOST_ENTRIES, MOST_FOLDERS_DEEP};

/// As many folders are worth the price of more threads and handles.
const FOLDERS_TO_DIVIDE: usize = 16;
/// Levels that are walked in search of so many folders.
const LEVELS_BEFORE_DIVIDING: usize = 4;

/// The files of a commit that are in scope. A folder that `known` lists with the same tree is taken from there.
pub(super) fn list(
    repo: &Repository,
    commit: Oid,
    scope: &Scope,
    known: Option<&Listing>,
) -> Result<Listing, SourceError> {
    list_within(repo, commit, scope, known, MOST_ENTRIES)
}

/// The files of a commit that are in scope.
pub(crate) fn list_commit(repo: &Repository, commit: Oid, scope: &Scope) -> Result<Listing, SourceError> {
    list(repo, commit, scope, None)
}

fn list_within(
    repo: &Repository,
    commit: Oid,
    scope: &Scope,
    known: Option<&Listing>,
    budget: u64,
) -> Result<Listing, SourceError> {
    let tree = repo.find_commit(commit).map_err(refuse(repo, "read the commit"))?.tree_id();
    let budget = AtomicU64::new(budget);
    let wide = scope.of_every_environment();
    let walk = Walk { repo, scope, wide: &wide, known, budget: &budget, narrowed: &AtomicBool::new(false) };
    let root = Folder { path: PathBuffer::default(), id: tree, place: Place::default(), depth: 0 };
    let mut pieces = vec![Piece::Folder(root)];
    for _ in 0..LEVELS_BEFORE_DIVIDING {
        if matches!(folders(&pieces), 1..FOLDERS_TO_DIVIDE) {
            pieces = walk.expand(pieces)?;
        }
    }
    let mut listing = Listing { commit: Some(commit), ..Listing::default() };
    for part in walk.divide(pieces)? {
        listing.append(part);
    }
    listing.narrowed |= walk.narrowed.load(Ordering::Relaxed) || known.is_some_and(|known| known.narrowed);
    Ok(listing)
}

/// What a walk knows; the budget of entries and what was left out are shared by all threads.
struct Walk<'a> {
    repo: &'a Repository,
    scope: &'a Scope,
    /// The scope without its environment.
    wide: &'a Scope,
    known: Option<&'a Listing>,
    budget: &'a AtomicU64,
    /// Set when a file was left out for its environment.
    narrowed: &'a AtomicBool,
}

/// One entry of a folder that is in scope, in the order of the tree, which is that of the paths' bytes.
enum Piece {
    File(Arc<File>),
    Folder(Folder),
}

/// A folder still to walk.
struct Folder {
    path: PathBuffer,
    id: Oid,
    place: Place,
    depth: usize,
}

fn folders(pieces: &[Piece]) -> usize {
    pieces.iter().filter(|piece| matches!(piece, Piece::Folder(_))).count()
}

impl Walk<'_> {
    /// Walks the pieces on every core, each core an unbroken stretch of them.
    fn divide(&self, mut pieces: Vec<Piece>) -> Result<Vec<Listing>, SourceError> {
        let threads = match folders(&pieces) {
            0..FOLDERS_TO_DIVIDE => 1,
            _ => std::thread::available_parallelism().map_or(1, NonZero::get),
        };
        let share = pieces.len().div_ceil(threads).max(1);
        let mut others = Vec::new();
        while pieces.len() > share {
            others.push(pieces.split_off(pieces.len() - share));
        }
        let Walk { scope, wide, known, budget, narrowed, .. } = *self;
        let path = self.repo.path();
        std::thread::scope(|threads| {
            let spawn = |pieces| {
                threads.spawn(move || {
                    // Libgit2's handles must not be used by two threads at once.
                    let repo = Repository::open(path).map_err(|error| SourceError::Git {
                        doing: "open the repository once more",
                        path: path.to_owned(),
                        reason: error.message().to_owned(),
                    })?;
                    Walk { repo: &repo, scope, wide, known, budget, narrowed }.pieces(pieces)
                })
            };
            let handles: Vec<_> = others.into_iter().map(spawn).collect();
            let first = self.pieces(pieces);
            let rest = handles.into_iter().rev().map(|handle| match handle.join() {
                Ok(part) => part,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            std::iter::once(first).chain(rest).collect()
        })
    }

    /// What is in scope of some pieces and all below them.
    fn pieces(&self, pieces: Vec<Piece>) -> Result<Listing, SourceError> {
        let mut part = Listing::default();
        for piece in pieces {
            self.piece(piece, &mut part)?;
        }
        Ok(part)
    }

    fn piece(&self, piece: Piece, part: &mut Listing) -> Result<(), SourceError> {
        let folder = match piece {
            Piece::File(file) => {
                part.files.push(file);
                return Ok(());
            }
            Piece::Folder(folder) => folder,
        };
        let start = part.files.len();
        match self.known.and_then(|known| known.folder(&folder.path.raw, folder.id)) {
            Some(files) => part.files.extend_from_slice(files),
            None => self.level(&folder, &mut |piece| self.piece(piece, part))?,
        }
        if self.known.is_none() {
            part.folders.insert(folder.path.raw.into_boxed_slice(), (folder.id, start..part.files.len()));
        }
        Ok(())
    }

    /// Every folder among the pieces replaced by what it holds.
    fn expand(&self, pieces: Vec<Piece>) -> Result<Vec<Piece>, SourceError> {
        let mut expanded = Vec::new();
        for piece in pieces {
            match piece {
                Piece::File(_) => expanded.push(piece),
                Piece::Folder(folder) => self.level(&folder, &mut |piece| {
                    expanded.push(piece);
                    Ok(())
                })?,
            }
        }
        Ok(expanded)
    }

    /// Gives the entries of one folder that are in scope, one after the other.
    fn level(
        &self,
        folder: &Folder,
        take: &mut dyn FnMut(Piece) -> Result<(), SourceError>,
    ) -> Result<(), SourceError> {
        let tree = self.repo.find_tree(folder.id).map_err(refuse(self.repo, "read a folder"))?;
        let entries = tree.len() as u64;
        self.budget
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(entries))
            .map_err(|_| SourceError::TooManyEntries { limit: MOST_ENTRIES })?;
        let mut path = folder.path.clone();
        let mut known = self.known.map_or(&[][..], |known| known.below(&path.raw));
        for entry in &tree {
            let mark = path.push(entry.name_bytes());
            let piece = match FileKind::of_mode(entry.filemode()) {
                None => self.subfolder(&path, entry.id(), folder),
                Some(kind) => self.file(&path, entry.id(), kind, folder.place, &mut known).map(Piece::File),
            };
            if let Some(piece) = piece {
                take(piece)?;
            }
            path.pop(&mark);
        }
        Ok(())
    }

    /// A file of a folder, when it is in scope. One that the other listing holds just so is shared with it: scope asks
    /// for the path alone. `known` is what the other side lists from here on.
    fn file(
        &self,
        path: &PathBuffer,
        id: Oid,
        kind: FileKind,
        place: Place,
        known: &mut &[Arc<File>],
    ) -> Option<Arc<File>> {
        if known.first().is_some_and(|next| next.raw_path() < path.raw.as_slice()) {
            let passed = known.partition_point(|file| file.raw_path() < path.raw.as_slice());
            *known = known.get(passed..).unwrap_or_default();
        }
        if let Some((next, rest)) = known.split_first().filter(|(next, _)| next.raw_path() == path.raw) {
            *known = rest;
            if next.id == id && next.kind == kind && next.unreadable().is_none() {
                return Some(Arc::clone(next));
            }
        }
        let holds = |scope: &Scope| match kind {
            FileKind::Submodule => scope.holds_opaque(place, &path.shown),
            _ => scope.holds(place, &path.shown),
        };
        let is_held = holds(self.scope);
        if !is_held && !self.narrowed.load(Ordering::Relaxed) && holds(self.wide) {
            self.narrowed.store(true, Ordering::Relaxed);
        }
        is_held.then(|| Arc::new(File::new(path, id, kind, Body::Objects)))
    }

    fn subfolder(&self, path: &PathBuffer, id: Oid, above: &Folder) -> Option<Piece> {
        let place = self.scope.enter(above.place, &path.shown)?;
        if above.depth >= MOST_FOLDERS_DEEP {
            let reason = format!("it is nested deeper than {MOST_FOLDERS_DEEP} folders");
            return Some(Piece::File(Arc::new(File::broken(path, &reason))));
        }
        Some(Piece::Folder(Folder { path: path.clone(), id, place, depth: above.depth + 1 }))
    }
}

#[cfg(test)]
mod tests {
    use drift::environment::Environments;
    use drift::select::{Scope, Selection};
    use git2::{Oid, Repository, Signature, Time, Tree};

    use super::{SourceError, list_commit, list_within};

    /// A commit with `folders` folders of one file each, beside one file of no configuration.
    fn commit(repo: &Repository, folders: usize) -> Oid {
        let author = Signature::new("dev", "dev@svc.example", &Time::new(0, 0)).unwrap();
        repo.commit(None, &author, &author, "all", &commit_tree(repo, folders), &[]).unwrap()
    }

    fn commit_tree(repo: &Repository, folders: usize) -> Tree<'_> {
        let mut inner = repo.treebuilder(None).unwrap();
        inner.insert("a.yml", repo.blob(b"1").unwrap(), 0o100_644).unwrap();
        let inner = inner.write().unwrap();
        let mut builder = repo.treebuilder(None).unwrap();
        builder.insert("c.rs", repo.blob(b"1").unwrap(), 0o100_644).unwrap();
        for folder in 0..folders {
            builder.insert(format!("folder-{folder:02}"), inner, 0o040_000).unwrap();
        }
        repo.find_tree(builder.write().unwrap()).unwrap()
    }

    #[test]
    fn a_listing_looks_at_no_more_entries_than_its_budget() {
        let folder = tempfile::tempdir().unwrap();
        let repo = Repository::init_bare(folder.path()).unwrap();
        // Few folders are walked by one thread, many by several.
        for folders in [1, 40] {
            let commit = commit(&repo, folders);
            let entries = 2 * folders as u64 + 1;
            let listing = list_within(&repo, commit, &Scope::everything(), None, entries).unwrap();
            assert_eq!(listing.files.len(), folders + 1);
            assert!(listing.files.is_sorted_by(|one, other| one.raw_path() < other.raw_path()));
            let error = list_within(&repo, commit, &Scope::everything(), None, entries - 1).unwrap_err();
            assert!(matches!(error, SourceError::TooManyEntries { limit: 4_000_000 }));
        }
    }

    #[test]
    fn a_listing_knows_whether_its_environment_left_files_out() {
        let folder = tempfile::tempdir().unwrap();
        let repo = Repository::init_bare(folder.path()).unwrap();
        let narrowed = |files: &[&str], folders| {
            let mut builder = repo.treebuilder(Some(&commit_tree(&repo, folders))).unwrap();
            for file in files {
                builder.insert(file, repo.blob(b"1").unwrap(), 0o100_644).unwrap();
            }
            let tree = repo.find_tree(builder.write().unwrap()).unwrap();
            let author = Signature::new("dev", "dev@svc.example", &Time::new(0, 0)).unwrap();
            let commit = repo.commit(None, &author, &author, "all", &tree, &[]).unwrap();
            let all = Scope::new(Selection::shipped());
            let scope = all.of_environment(Environments::shipped(), "production").unwrap();
            let golden = list_commit(&repo, commit, &scope).unwrap();
            let beside = super::list(&repo, commit, &scope, Some(&golden)).unwrap();
            [golden.may_be_narrowed(), beside.may_be_narrowed()]
        };
        for folders in [1, 40] {
            assert_eq!(narrowed(&["app.yml", "app-prod.yml", "main.rs"], folders), [false, false]);
            assert_eq!(narrowed(&["app.yml", "app-staging.yml"], folders), [true, true]);
        }
    }

    #[test]
    fn a_divided_listing_knows_its_folders() {
        let folder = tempfile::tempdir().unwrap();
        let repo = Repository::init_bare(folder.path()).unwrap();
        let commit = commit(&repo, 40);
        let listing = list_within(&repo, commit, &Scope::everything(), None, 1_000).unwrap();
        // With everything known, one level is looked at and nothing below it.
        let again = list_within(&repo, commit, &Scope::everything(), Some(&listing), 41).unwrap();
        assert_eq!(again.files, listing.files);
        assert_eq!(again.files.get(7).map(|file| &*file.path), Some("folder-06/a.yml"));
    }
}
