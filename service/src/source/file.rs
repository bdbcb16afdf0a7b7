//! A listed file: where it stands, what it is and the id of its content.

use std::sync::Arc;

use git2::Oid;

/// What an entry of a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A file.
    Regular,
    /// A file that may be executed.
    Executable,
    /// A symbolic link; its content is its target.
    Symlink,
    /// A commit of another repository.
    Submodule,
}

impl FileKind {
    /// The mode that git stores for it.
    pub const fn mode(self) -> i32 {
        match self {
            Self::Regular => 0o100_644,
            Self::Executable => 0o100_755,
            Self::Symlink => 0o120_000,
            Self::Submodule => 0o160_000,
        }
    }

    /// The kind of a mode that git stores; None for a folder.
    pub(super) const fn of_mode(mode: i32) -> Option<Self> {
        match mode & 0o170_000 {
            0o100_000 if mode & 0o111 == 0 => Some(Self::Regular),
            0o100_000 => Some(Self::Executable),
            0o120_000 => Some(Self::Symlink),
            0o160_000 => Some(Self::Submodule),
            _ => None,
        }
    }
}

/// One file of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path from the root of the tree, as shown: bytes that are not UTF-8 stand as `\xNN`, and a backslash is doubled,
    /// so that two paths never look the same.
    pub path: Arc<str>,
    /// The path's bytes, where they differ from what is shown.
    raw: Option<Arc<[u8]>>,
    /// The git blob id of the content, whether or not it comes from git; for a submodule its commit.
    pub id: Oid,
    /// What it is.
    pub kind: FileKind,
    /// Bytes, where listing tells.
    pub size: Option<u64>,
    body: Body,
}

/// Where the content is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Body {
    Objects,
    Disk,
    Unreadable(Arc<str>),
}

impl File {
    pub(super) fn new(path: &PathBuffer, id: Oid, kind: FileKind, body: Body) -> Self {
        let raw = path.is_escaped.then(|| Arc::from(path.raw.as_slice()));
        Self { path: Arc::from(path.shown.as_str()), raw, id, kind, size: None, body }
    }

    /// The same path with content that the objects of the repository hold under this id.
    pub(crate) fn rewritten(&self, id: Oid, kind: FileKind) -> Self {
        Self { id, kind, size: None, body: Body::Objects, ..self.clone() }
    }

    pub(super) fn broken(path: &PathBuffer, reason: &str) -> Self {
        Self::new(path, Oid::ZERO_SHA1, FileKind::Regular, Body::Unreadable(Arc::from(reason)))
    }

    /// The bytes of the path.
    pub fn raw_path(&self) -> &[u8] {
        self.raw.as_deref().unwrap_or(self.path.as_bytes())
    }

    /// Why the file cannot be read, when listing it showed that already.
    pub fn unreadable(&self) -> Option<&str> {
        match &self.body {
            Body::Unreadable(reason) => Some(reason),
            Body::Objects | Body::Disk => None,
        }
    }

    pub(super) const fn is_on_disk(&self) -> bool {
        matches!(self.body, Body::Disk)
    }

    /// True when both are known to hold the same: content and kind.
    pub(super) fn holds_the_same(&self, other: &Self) -> bool {
        self.id == other.id && self.kind == other.kind && self.unreadable().is_none() && other.unreadable().is_none()
    }
}

/// What reading a file gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// All of it.
    Bytes(Vec<u8>),
    /// Its size, which is over the limit.
    TooLarge(u64),
    /// The target of a symbolic link, not followed.
    Symlink(Vec<u8>),
    /// The commit of a submodule.
    Submodule(String),
}

/// A path that grows and shrinks while a tree is walked, as bytes and as shown.
#[derive(Clone, Default)]
pub(super) struct PathBuffer {
    pub(super) raw: Vec<u8>,
    pub(super) shown: String,
    is_escaped: bool,
}

/// How long a path was before a name was appended.
pub(super) struct Mark {
    raw: usize,
    shown: usize,
    is_escaped: bool,
}

impl PathBuffer {
    pub(super) fn of(raw: &[u8]) -> Self {
        let mut path = Self::default();
        path.push(raw);
        path
    }

    /// Appends a name (or a path) and gives what [`Self::pop`] needs to take it off again.
    pub(super) fn push(&mut self, name: &[u8]) -> Mark {
        let mark = Mark { raw: self.raw.len(), shown: self.shown.len(), is_escaped: self.is_escaped };
        if !self.raw.is_empty() {
            self.raw.push(b'/');
            self.shown.push('/');
        }
        self.raw.extend_from_slice(name);
        match std::str::from_utf8(name) {
            Ok(text) if !name.contains(&b'\\') => self.shown.push_str(text),
            _ => {
                self.is_escaped = true;
                escape(name, &mut self.shown);
            }
        }
        mark
    }

    pub(super) fn pop(&mut self, mark: &Mark) {
        self.raw.truncate(mark.raw);
        self.shown.truncate(mark.shown);
        self.is_escaped = mark.is_escaped;
    }
}

fn escape(name: &[u8], shown: &mut String) {
    for chunk in name.utf8_chunks() {
        shown.push_str(&chunk.valid().replace('\\', r"\\"));
        for byte in chunk.invalid() {
            shown.push_str(&format!("\\x{byte:02x}"));
        }
    }
}
