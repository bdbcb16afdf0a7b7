//! What goes around the record of a golden ref: its push is tried before, the ref is taken away when nothing was recorded,
//! and pushed when it was.

use std::path::PathBuf;

use crate::error::ServiceError;
use crate::golden_ref::{self, GoldenRefError, Push, Written};
use crate::source::open_repository;
use crate::target::Target;
use crate::validation::on_thread;

/// A golden ref that was written and is recorded, or not, by whoever made it.
pub(crate) struct Publication {
    repo: PathBuf,
    written: Written,
    remote: Option<String>,
}

impl Publication {
    /// The ref of a target that may have to be pushed to a remote.
    pub(crate) fn new(target: &Target, written: Written, remote: Option<&str>) -> Self {
        Self { repo: target.repo.clone(), written, remote: remote.map(str::to_owned) }
    }

    /// Tries the push without pushing: a remote that cannot be reached, or takes nothing, is found while nothing is
    /// recorded. The ref is gone when this fails.
    pub(crate) async fn rehearse(&self) -> Result<(), ServiceError> {
        match self.push_as(Push::Rehearsal).await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.withdraw(error).await),
        }
    }

    /// Takes the ref away, for nothing was recorded. Gives the cause, with what could not be taken away.
    pub(crate) async fn withdraw(&self, cause: ServiceError) -> ServiceError {
        let (repo, written) = (self.repo.clone(), self.written.clone());
        let removed = on_thread("removing the golden ref", move || {
            Ok(golden_ref::remove(&open_repository(&repo)?, &written.branch_name, &written.commit_id)?)
        });
        match removed.await {
            Ok(()) => cause,
            Err(error) => self.left(cause, &format!("it cannot be removed: {error}")),
        }
    }

    /// The ref stays, for nobody knows whether it was recorded: the database does not answer.
    pub(crate) fn leave(&self, cause: ServiceError) -> ServiceError {
        self.left(cause, "the database does not tell whether it was recorded")
    }

    /// Pushes what is recorded: `done` says what, for a remote that takes it not after all.
    pub(crate) async fn push(&self, done: String) -> Result<(), ServiceError> {
        match self.push_as(Push::Real).await {
            Err(ServiceError::GoldenRef(GoldenRefError::Push { remote, reason })) => {
                Err(ServiceError::NotPushed { done, branch: self.written.branch_name.clone(), remote, reason })
            }
            pushed => pushed,
        }
    }

    fn left(&self, cause: ServiceError, why: &str) -> ServiceError {
        let branch = self.written.branch_name.clone();
        ServiceError::RefLeft { branch, why: why.to_owned(), cause: Box::new(cause) }
    }

    async fn push_as(&self, push: Push) -> Result<(), ServiceError> {
        let Some(remote) = self.remote.clone() else { return Ok(()) };
        let (repo, branch) = (self.repo.clone(), self.written.branch_name.clone());
        on_thread("pushing", move || Ok(golden_ref::push(&open_repository(&repo)?, &remote, &[&branch], push)?)).await
    }
}
