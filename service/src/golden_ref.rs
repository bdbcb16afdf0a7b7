//! Golden branches as git refs: `golden/<service>/<environment>/<time>-<short id>`, each a commit of the certified files
//! whose parent is the golden commit before it and whose trailers say who certified it, from what and why.

mod push;
mod read;
mod trailer;
mod tree;

use chrono::{DateTime, Utc};
use drift::environment::valid_service_name;
use drift::select::Scope;
use git2::{Oid, Repository, Signature, Time};
use uuid::Uuid;

use crate::source::{File, Source, SourceError, Unreadable, list_commit};

pub use push::{Push, push};
pub use read::{Found, Refused, read_all};

const AUTHOR: &str = "Golden Config";
const ADDRESS: &str = "golden-config@localhost";

/// Why a golden ref cannot be written, removed or pushed.
#[derive(Debug, thiserror::Error)]
pub enum GoldenRefError {
    /// A name that cannot stand in a ref.
    #[error(
        "{name:?} cannot stand in a golden branch name; expected [a-z0-9][a-z0-9._-]*, no '..', no '.lock' at the end"
    )]
    Name {
        /// The service or environment.
        name: String,
    },
    /// A file that can no longer be read as it was compared.
    #[error(transparent)]
    File(#[from] Unreadable),
    /// Two accepted files cannot stand in one tree.
    #[error("{path} cannot be both a file and a folder, or two files; accept both of its changes or none")]
    Conflict {
        /// The path.
        path: String,
    },
    /// What was written is not what was asked for.
    #[error("the golden commit does not hold what was certified: its digest is {found}, not {expected}")]
    Digest {
        /// What was certified.
        expected: String,
        /// What the commit holds.
        found: String,
    },
    /// The ref is there and is another commit.
    #[error("branch {branch} is at commit {found}, not at {expected}")]
    Moved {
        /// The branch.
        branch: String,
        /// Where it should be.
        expected: String,
        /// Where it is.
        found: String,
    },
    /// The remote did not take the refs.
    #[error("cannot push to {remote}: {reason}")]
    Push {
        /// The remote's name.
        remote: String,
        /// What git says, credentials masked.
        reason: String,
    },
    /// The repository cannot be listed.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Anything else that git refuses.
    #[error("cannot {doing} {subject}: {reason}")]
    Git {
        /// What was tried.
        doing: &'static str,
        /// With what.
        subject: String,
        /// What git says.
        reason: String,
    },
}

/// What a certification states in its commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certified {
    /// The run; None for an initial golden branch.
    pub run: Option<String>,
    /// The commit that the files were taken from; None for a directory or a changed work tree.
    pub source_commit: Option<String>,
    /// Who certified it.
    pub certified_by: String,
    /// Why.
    pub reason: String,
    /// The run's score.
    pub score: Option<i32>,
    /// Why a block was overridden.
    pub override_reason: Option<String>,
}

/// What a revocation states in its commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// The golden branch that no longer holds.
    pub revokes: String,
    /// Who revoked it.
    pub revoked_by: String,
    /// Why.
    pub reason: String,
    /// The golden branch that holds again; None leaves none active.
    pub reactivates: Option<String>,
}

/// What happened to the golden version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A new one.
    Certified(Certified),
    /// One that no longer holds.
    Revoked(Revoked),
}

/// A golden ref as read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoldenRecord {
    /// Without `refs/heads/`.
    pub branch_name: String,
    /// The commit.
    pub commit_id: String,
    /// The golden commit before it.
    pub parent: Option<String>,
    /// The service.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// The commit's time, whole seconds.
    pub created_at: DateTime<Utc>,
    /// The digest of its files.
    pub tree_digest: String,
    /// What it states.
    pub event: Event,
}

/// What identifies a new golden ref.
#[derive(Clone, Copy, Debug)]
pub struct Name<'a> {
    /// The service.
    pub service: &'a str,
    /// The environment's resolved name.
    pub environment: &'a str,
    /// When.
    pub now: DateTime<Utc>,
    /// A UUIDv7: its random tail keeps two refs of one second apart.
    pub id: Uuid,
}

/// A file for a golden commit and where its content is read from.
#[derive(Clone, Copy)]
pub struct Content<'a> {
    /// The side that lists it.
    pub source: &'a Source,
    /// The file as listed.
    pub file: &'a File,
}

/// A golden ref that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Without `refs/heads/`.
    pub branch_name: String,
    /// The commit.
    pub commit_id: String,
    /// The digest of its files.
    pub tree_digest: String,
}

impl Name<'_> {
    fn branch(&self, suffix: &str) -> Result<String, GoldenRefError> {
        for name in [self.service, self.environment] {
            if !valid_service_name(name) {
                return Err(GoldenRefError::Name { name: name.to_owned() });
            }
        }
        let time = self.now.format("%Y%m%dT%H%M%SZ");
        let simple = self.id.simple().to_string();
        let short = simple.get(20..).unwrap_or_default();
        Ok(format!("golden/{}/{}/{time}-{short}{suffix}", self.service, self.environment))
    }
}

/// Writes a golden commit of exactly these files and its ref, which must not exist. Content that is not in the repository
/// yet is read again and refused unless it is what was listed. When this fails no ref exists.
pub fn write(
    repo: &Repository,
    name: Name<'_>,
    parent: Option<&str>,
    files: &[Content<'_>],
    certified: &Certified,
) -> Result<Written, GoldenRefError> {
    let branch_name = name.branch("")?;
    let (tree, expected) = tree::write(repo, files)?;
    let subject = format!("Certify {} for {}", name.service, name.environment);
    let message = trailer::message(&subject, &trailer::of_certified(name, certified));
    let commit = commit(repo, name.now, tree, parent, &message)?;
    let tree_digest = list_commit(repo, commit, &Scope::everything())?.digest();
    if tree_digest != expected {
        return Err(GoldenRefError::Digest { expected, found: tree_digest });
    }
    create(repo, &branch_name, commit)?;
    Ok(Written { branch_name, commit_id: commit.to_string(), tree_digest })
}

/// Writes a revocation: a commit of the same files after the revoked one, on a ref of its own that ends with `-revoked`.
pub fn write_revocation(
    repo: &Repository,
    name: Name<'_>,
    revoked_commit: &str,
    revoked: &Revoked,
) -> Result<Written, GoldenRefError> {
    let branch_name = name.branch("-revoked")?;
    let tree = find(repo, revoked_commit)?.tree_id();
    let message = trailer::message(&format!("Revoke {}", revoked.revokes), &trailer::of_revoked(name, revoked));
    let commit = commit(repo, name.now, tree, Some(revoked_commit), &message)?;
    let tree_digest = list_commit(repo, commit, &Scope::everything())?.digest();
    create(repo, &branch_name, commit)?;
    Ok(Written { branch_name, commit_id: commit.to_string(), tree_digest })
}

/// Removes a golden ref that points at this commit: the way back when what it stands for could not be stored.
pub fn remove(repo: &Repository, branch_name: &str, expected_commit: &str) -> Result<(), GoldenRefError> {
    let refuse = refuse("remove branch", branch_name);
    let full = format!("refs/heads/{branch_name}");
    let mut change = repo.transaction().map_err(&refuse)?;
    change.lock_ref(&full).map_err(&refuse)?;
    let found = repo.refname_to_id(&full).map_err(&refuse)?.to_string();
    if found != expected_commit {
        let (branch, expected) = (branch_name.to_owned(), expected_commit.to_owned());
        return Err(GoldenRefError::Moved { branch, expected, found });
    }
    change.remove(&full).and_then(|()| change.commit()).map_err(&refuse)
}

fn find<'repo>(repo: &'repo Repository, commit: &str) -> Result<git2::Commit<'repo>, GoldenRefError> {
    Oid::from_str(commit).and_then(|id| repo.find_commit(id)).map_err(refuse("find golden commit", commit))
}

/// The author is the product: whoever certified stands in a trailer, and the machine's user is nobody's business.
fn commit(
    repo: &Repository,
    now: DateTime<Utc>,
    tree: Oid,
    parent: Option<&str>,
    message: &str,
) -> Result<Oid, GoldenRefError> {
    let parent = parent.map(|parent| find(repo, parent)).transpose()?;
    let write = || {
        let author = Signature::new(AUTHOR, ADDRESS, &Time::new(now.timestamp(), 0))?;
        let tree = repo.find_tree(tree)?;
        repo.commit(None, &author, &author, message, &tree, &parent.iter().collect::<Vec<_>>())
    };
    write().map_err(refuse("write the golden commit to", &repo.path().to_string_lossy()))
}

fn create(repo: &Repository, branch_name: &str, commit: Oid) -> Result<(), GoldenRefError> {
    let full = format!("refs/heads/{branch_name}");
    let created = repo.reference(&full, commit, false, "golden: certify");
    created.map(drop).map_err(refuse("create branch", branch_name))
}

fn refuse(doing: &'static str, subject: &str) -> impl Fn(git2::Error) -> GoldenRefError + use<> {
    let subject = subject.to_owned();
    move |error| GoldenRefError::Git { doing, subject: subject.clone(), reason: error.message().to_owned() }
}
