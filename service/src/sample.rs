//! A git repository made from files in memory: what `golden demo` shows the product on.

use std::path::Path;

use chrono::{DateTime, Utc};
use git2::{IndexAddOption, Repository, Signature, Time};

use crate::source::SourceError;

/// Makes an empty repository in a folder that exists.
pub fn init(folder: &Path) -> Result<(), SourceError> {
    Repository::init(folder).map(drop).map_err(|error| refuse("make a repository", folder, &error))
}

/// Commits everything in the work tree and gives the commit.
pub fn commit_all(folder: &Path, message: &str, now: DateTime<Utc>) -> Result<String, SourceError> {
    let commit = || -> Result<git2::Oid, git2::Error> {
        let repo = Repository::open(folder)?;
        let mut index = repo.index()?;
        index.add_all(["*"], IndexAddOption::DEFAULT, None)?;
        index.write()?;
        let tree = repo.find_tree(index.write_tree()?)?;
        let author = Signature::new("Golden Config", "golden-config@localhost", &Time::new(now.timestamp(), 0))?;
        let parent = repo.head().ok().and_then(|head| head.peel_to_commit().ok());
        repo.commit(Some("HEAD"), &author, &author, message, &tree, &parent.iter().collect::<Vec<_>>())
    };
    commit().map(|id| id.to_string()).map_err(|error| refuse("commit", folder, &error))
}

fn refuse(doing: &'static str, path: &Path, error: &git2::Error) -> SourceError {
    SourceError::Git { doing, path: path.to_owned(), reason: error.message().to_owned() }
}
