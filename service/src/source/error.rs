//! Why a source cannot be used, and what to do about it.

use std::path::PathBuf;

/// A source that cannot be opened or listed. One file that cannot be read is an [`Unreadable`], not this.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// No repository at or above the path.
    #[error("{} is not in a git repository", path.display())]
    NotARepository {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The repository belongs to another user, whose settings would be obeyed.
    #[error("the git repository at {} belongs to another user", path.display())]
    ForeignOwner {
        /// Where it is.
        path: PathBuf,
    },
    /// The repository has no commit.
    #[error("the git repository at {} is empty: it has no commit", path.display())]
    EmptyRepository {
        /// Where it is.
        path: PathBuf,
    },
    /// The revision names no commit here.
    #[error("revision {rev:?} does not exist in the git repository at {}: {reason}", path.display())]
    NoSuchRevision {
        /// As the caller named it.
        rev: String,
        /// Where it was looked for.
        path: PathBuf,
        /// What git says.
        reason: String,
    },
    /// The revision may exist, but the clone is shallow and does not hold it.
    #[error("revision {rev:?} is not in the git repository at {}, which is a shallow clone", path.display())]
    Shallow {
        /// As the caller named it.
        rev: String,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A work tree was asked for and there is none.
    #[error("the git repository at {} is bare: it has no work tree", path.display())]
    NoWorktree {
        /// Where it is.
        path: PathBuf,
    },
    /// The directory cannot be listed.
    #[error("directory {} cannot be read: {reason}", path.display())]
    Directory {
        /// Where it is.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The tree is larger than a listing looks at.
    #[error("the tree has more than {limit} entries")]
    TooManyEntries {
        /// The limit that was met.
        limit: u64,
    },
    /// Anything else that git refuses.
    #[error("cannot {doing} in the git repository at {}: {reason}", path.display())]
    Git {
        /// What was tried.
        doing: &'static str,
        /// Where the repository is.
        path: PathBuf,
        /// What git says.
        reason: String,
    },
}

impl SourceError {
    /// The same error for a golden commit: it is looked for by id, but it is the branch that has to be fetched.
    pub(crate) fn of_golden_branch(self, branch: &str) -> Self {
        match self {
            Self::NoSuchRevision { path, reason, .. } => Self::NoSuchRevision { rev: branch.to_owned(), path, reason },
            Self::Shallow { path, .. } => Self::Shallow { rev: branch.to_owned(), path },
            other => other,
        }
    }

    /// The command that puts it right, if one does.
    pub fn remedy(&self) -> Option<String> {
        match self {
            Self::ForeignOwner { path } => Some(format!(
                "if you trust it: git config --global --add safe.directory {}",
                quoted(&path.to_string_lossy())
            )),
            Self::Shallow { rev, .. } | Self::NoSuchRevision { rev, .. } if is_golden(rev) => {
                Some("git fetch origin 'refs/heads/golden/*:refs/heads/golden/*'".to_owned())
            }
            Self::Shallow { rev, .. } if is_commit_id(rev) => Some(format!("git fetch --depth=1 origin {rev}")),
            Self::Shallow { .. } => Some("git fetch --unshallow origin".to_owned()),
            Self::NoSuchRevision { rev, .. } if is_commit_id(rev) => Some(format!("git fetch origin {rev}")),
            Self::NoSuchRevision { .. } => {
                Some("name a branch, tag or commit that `git rev-parse --verify` knows, or fetch it".to_owned())
            }
            Self::NotARepository { .. } => Some("run inside of a git repository, or name one with --repo".to_owned()),
            Self::EmptyRepository { .. } => Some("commit the configuration first".to_owned()),
            Self::NoWorktree { .. } => Some("name a revision with --candidate".to_owned()),
            Self::Directory { .. } => Some("name a directory that is there and that you may read".to_owned()),
            Self::TooManyEntries { .. } => {
                Some("name the folders of the service with `paths` in golden.toml".to_owned())
            }
            Self::Git { .. } => Some("`git fsck` tells what is wrong with the repository".to_owned()),
        }
    }
}

/// One file that cannot be read: a finding and a delta, never the end of a run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path} cannot be read: {reason}")]
pub struct Unreadable {
    /// The file.
    pub path: String,
    /// One clause in lower case.
    pub reason: String,
}

fn is_golden(rev: &str) -> bool {
    let short = rev.strip_prefix("refs/heads/").or_else(|| rev.strip_prefix("origin/")).unwrap_or(rev);
    short.starts_with("golden/")
}

fn is_commit_id(rev: &str) -> bool {
    rev.len() == 40 && rev.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A word for a shell: bare when it is plain, else in single quotes.
fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '/' | '.' | '-' | '_');
    if text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
