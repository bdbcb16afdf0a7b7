//! A changed file as the engine gets it: both sides' bytes, or why there are none.

/// What stands at a path on one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A regular file.
    Bytes(Vec<u8>),
    /// A regular file over the size limit, with its size in bytes.
    TooLarge(u64),
    /// A symbolic link with its target, never followed.
    Symlink(Vec<u8>),
    /// A submodule with its commit.
    Submodule(String),
    /// A file that the source cannot read; the reason quotes no content.
    Unreadable(String),
}

/// One side of a changed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSide {
    /// The content.
    pub content: Content,
    /// True for an executable regular file.
    pub executable: bool,
}

/// A file that differs between both sides. At least one side is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// The path in the candidate, or in the golden version when it was removed.
    pub path: String,
    /// Where the file was, when it was renamed.
    pub renamed_from: Option<Renamed>,
    /// The golden side.
    pub old: Option<FileSide>,
    /// The candidate's side.
    pub new: Option<FileSide>,
    /// True when the file's name or folder names an environment, so that it is a profile file.
    pub profile: bool,
}

/// Where a renamed file was and how much of it is still the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// The golden path.
    pub path: String,
    /// Shared lines, in percent.
    pub similarity: u8,
}
