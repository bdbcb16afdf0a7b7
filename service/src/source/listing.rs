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
    pub(super) files: Vec<File>,
    /// The commit that holds exactly these files.
    pub(super) commit: Option<Oid>,
    /// By the bytes of a folder's path: its git tree, and which files are below it.
    pub(super) folders: HashMap<Box<[u8]>, (Oid, Range<usize>)>,
}

impl Listing {
    /// A listing of files from anywhere.
    pub(crate) fn of(mut files: Vec<File>) -> Self {
        files.sort_by(|one, other| one.raw_path().cmp(other.raw_path()));
        Self { files, ..Self::default() }
    }

    /// Every file, sorted by the bytes of its path.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The file at this path as shown.
    pub fn find(&self, path: &str) -> Option<&File> {
        if path.contains('\\') {
            // What is shown differs from the bytes that the files are sorted by.
            return self.files.iter().find(|file| &*file.path == path);
        }
        let index = self.files.binary_search_by(|file| file.raw_path().cmp(path.as_bytes())).ok()?;
        self.files.get(index)
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
            lines.extend(file.id.as_bytes().iter().flat_map(|byte| hex(*byte)));
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
    let (mut old, mut new) = (golden.files.iter().peekable(), candidate.files.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return comparison,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => old.raw_path().cmp(new.raw_path()),
        };
        comparison.files += 1;
        let old = if order.is_le() { old.next() } else { None };
        let new = if order.is_ge() { new.next() } else { None };
        let is_equal = old.zip(new).is_some_and(|(old, new)| old.holds_the_same(new));
        if let Some(file) = old.or(new).filter(|_| !is_equal) {
            comparison.changes.push(Change { path: file.path.clone(), old: old.cloned(), new: new.cloned() });
        }
    }
}
