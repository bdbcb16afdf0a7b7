//! The files of one side, their digest, and what differs between two sides.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use git2::Oid;
use sha2::{Digest as _, Sha256};

use super::file::{File, FileKind};

/// How much of a digest's input is gathered at once.
const LINES_BYTES: usize = 64 * 1024;

/// The files of one side that are in scope.
#[derive(Debug, Default)]
pub struct Listing {
    pub(super) files: Vec<Arc<File>>,
    /// The commit that holds exactly these files.
    pub(super) commit: Option<Oid>,
    /// False only when it is known that no file was left out for its environment.
    pub(super) narrowed: bool,
    /// By the bytes of a folder's path: its git tree, and which files are below it.
    pub(super) folders: HashMap<Box<[u8]>, (Oid, Range<usize>)>,
}

impl Listing {
    /// A listing of files from anywhere.
    pub(crate) fn of(mut files: Vec<File>) -> Self {
        files.sort_by(|one, other| one.raw_path().cmp(other.raw_path()));
        Self { files: files.into_iter().map(Arc::new).collect(), narrowed: true, ..Self::default() }
    }

    /// True when a listing of every environment may hold more files.
    pub(crate) const fn may_be_narrowed(&self) -> bool {
        self.narrowed
    }

    /// Every file, sorted by the bytes of its path.
    pub fn files(&self) -> &[Arc<File>] {
        &self.files
    }

    /// The files below a folder, when it was listed with this very tree.
    pub(super) fn folder(&self, path: &[u8], tree: Oid) -> Option<&[Arc<File>]> {
        let (known, range) = self.folders.get(path)?;
        if *known == tree { self.files.get(range.clone()) } else { None }
    }

    /// The files below a folder, whatever its tree.
    pub(super) fn below(&self, path: &[u8]) -> &[Arc<File>] {
        self.folders.get(path).and_then(|(_, range)| self.files.get(range.clone())).unwrap_or_default()
    }

    /// Appends a part that stands behind all that is listed so far.
    pub(super) fn append(&mut self, part: Self) {
        let start = self.files.len();
        self.narrowed |= part.narrowed;
        // The first part is taken as it is.
        if start == 0 {
            self.files = part.files;
        } else {
            self.files.extend(part.files);
        }
        let shifted = |(path, (tree, range)): (Box<[u8]>, (Oid, Range<usize>))| {
            (path, (tree, range.start + start..range.end + start))
        };
        self.folders.extend(part.folders.into_iter().map(shifted));
    }

    /// The file at this path as shown.
    pub fn find(&self, path: &str) -> Option<&File> {
        if path.contains('\\') {
            // What is shown differs from the bytes that the files are sorted by.
            return self.files.iter().map(Arc::as_ref).find(|file| &*file.path == path);
        }
        let index = self.files.binary_search_by(|file| file.raw_path().cmp(path.as_bytes())).ok()?;
        self.files.get(index).map(Arc::as_ref)
    }

    /// The commit that holds exactly the files listed; None for a directory and for a work tree that was changed.
    pub const fn commit(&self) -> Option<Oid> {
        self.commit
    }

    /// `sha256:` and the SHA-256 over each file's `PATH NUL MODE NUL BLOB-ID LF`, in order. The same files give the same
    /// digest, wherever they come from.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        // One update for many lines: a tree has tens of thousands, and each update has its price.
        let mut lines = Vec::with_capacity(LINES_BYTES);
        for file in &self.files {
            if lines.len() > LINES_BYTES / 2 {
                hash.update(&lines);
                lines.clear();
            }
            lines.extend_from_slice(file.raw_path());
            if file.unreadable().is_some() {
                lines.extend_from_slice(b"\0unreadable\0\n");
                continue;
            }
            lines.extend_from_slice(match file.kind {
                FileKind::Regular => b"\x00100644\0",
                FileKind::Executable => b"\x00100755\0",
                FileKind::Symlink => b"\x00120000\0",
                FileKind::Submodule => b"\x00160000\0",
            });
            for byte in file.id.as_bytes() {
                lines.extend_from_slice(&hex(*byte));
            }
            lines.push(b'\n');
        }
        hash.update(&lines);
        let digest = hash.finalize();
        "sha256:".chars().chain(digest.iter().flat_map(|byte| hex(*byte).map(char::from))).collect()
    }
}

/// Two hexadecimal digits.
fn hex(byte: u8) -> [u8; 2] {
    let digit = |value: u8| if value < 10 { b'0' + value } else { b'a' + value - 10 };
    [digit(byte >> 4), digit(byte & 15)]
}

/// One file that differs, or that cannot be known to be equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The path as shown.
    pub path: Arc<str>,
    /// The golden file; None when it was added.
    pub old: Option<File>,
    /// The candidate's file; None when it was removed.
    pub new: Option<File>,
}

/// What differs between two listings of one scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Files of both sides together, each path once.
    pub files: u64,
    /// Files whose content or kind differs, in the order of their paths. A file that cannot be read counts as different.
    pub changes: Vec<Change>,
}

/// Compares two listings by id; no content is read.
pub fn compare(golden: &Listing, candidate: &Listing) -> Comparison {
    let mut comparison = Comparison::default();
    for (old, new) in pairs(golden, candidate) {
        comparison.files += 1;
        let is_equal = old.zip(new).is_some_and(|(old, new)| old.holds_the_same(new));
        if let Some(file) = old.or(new).filter(|_| !is_equal) {
            let copy = |file: Option<&Arc<File>>| file.map(|file| File::clone(file));
            comparison.changes.push(Change { path: file.path.clone(), old: copy(old), new: copy(new) });
        }
    }
    comparison
}

/// The paths of both listings, each once.
pub fn union<'l>(golden: &'l Listing, candidate: &'l Listing) -> Vec<&'l str> {
    pairs(golden, candidate).filter_map(|(old, new)| Some(&*old.or(new)?.path)).collect()
}

/// The files of both listings by path, in the order of its bytes.
pub(crate) fn pairs<'l>(
    golden: &'l Listing,
    candidate: &'l Listing,
) -> impl Iterator<Item = (Option<&'l Arc<File>>, Option<&'l Arc<File>>)> {
    let (mut old, mut new) = (golden.files.iter().peekable(), candidate.files.iter().peekable());
    std::iter::from_fn(move || {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return None,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            // Most files are shared by both listings, which the address tells at once.
            (Some(old), Some(new)) if Arc::ptr_eq(old, new) => Ordering::Equal,
            (Some(old), Some(new)) => old.raw_path().cmp(new.raw_path()),
        };
        let old = if order.is_le() { old.next() } else { None };
        let new = if order.is_ge() { new.next() } else { None };
        Some((old, new))
    })
}
