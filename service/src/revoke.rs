//! Revocation: a golden branch that no longer holds, and the one before it active again.

use chrono::{DateTime, Utc};
use entity::golden_branches::Model;
use sea_orm::DatabaseTransaction;

use crate::certify::Signature;
use crate::error::{Refusal, ServiceError};
use crate::golden_branch;
use crate::golden_ref::{self, Name, Revoked, Written};
use crate::publish::Publication;
use crate::session::Session;
use crate::source::open_repository;
use crate::target::Target;
use crate::validation::on_thread;

/// One revocation to make.
#[derive(Clone, Debug)]
pub struct Revoke<'a> {
    /// Database and clock.
    pub session: &'a Session,
    /// Whose active golden branch is revoked.
    pub target: &'a Target,
    /// The branch to revoke, refused when it is not the active one; None revokes whichever is.
    pub branch: Option<Model>,
    /// Who and why.
    pub signature: Signature,
    /// The remote to push to; None pushes nothing.
    pub push: Option<&'a str>,
}

/// A revocation that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// The branch that was active.
    pub revoked: Model,
    /// The branch that is active now.
    pub active: Option<Model>,
    /// The ref that says so, without `refs/heads/`.
    pub branch_name: String,
}

impl Revoke<'_> {
    /// Revokes the active golden branch and goes back to `to`, or to the nearest one before it that was not revoked.
    pub async fn run(&self, to: Option<&str>) -> Result<Revocation, ServiceError> {
        let db = self.session.db.reader();
        let (service, environment) = (self.target.service.as_str(), self.target.environment.as_str());
        let active = self.to_revoke(golden_branch::find_active(db, service, environment).await?)?;
        let back = match to {
            Some(branch) => Some(self.named(branch, &active).await?),
            None => golden_branch::standing_before(db, &active).await?,
        };
        let written = self.write_ref(&active, back.as_ref()).await?;
        let branch_name = written.branch_name.clone();
        let publication = Publication::new(self.target, written, self.push);
        publication.rehearse().await?;
        let now = self.session.clock.now();
        let (signature, active_ref, back_ref) = (&self.signature, &active, back.as_ref());
        let stored = self.session.db.write(|transaction| async move {
            store(&transaction, active_ref, back_ref, signature, now).await?;
            Ok::<_, ServiceError>((transaction, ()))
        });
        let stored = stored.await;
        // A server may have committed before the connection was lost.
        let revoked = match (stored, golden_branch::get(db, active.id).await) {
            (Ok(()), revoked) => revoked?,
            (Err(_), Ok(revoked)) if self.is_mine(&revoked, now) => revoked,
            (Err(error), Ok(_)) => return Err(publication.withdraw(error).await),
            (Err(error), Err(_)) => return Err(publication.leave(error)),
        };
        publication.push(format!("{} is revoked", revoked.branch_name)).await?;
        let active = golden_branch::find_active(db, service, environment).await?;
        Ok(Revocation { revoked, active, branch_name })
    }

    fn to_revoke(&self, active: Option<Model>) -> Result<Model, Refusal> {
        match (active, &self.branch) {
            (Some(active), None) => Ok(active),
            (Some(active), Some(branch)) if branch.id == active.id => Ok(active),
            (_, Some(branch)) => Err(Refusal::NotActive { branch: branch.branch_name.clone() }),
            (None, None) => {
                let (service, environment) = (self.target.service.clone(), self.target.environment.clone());
                Err(Refusal::NothingToRevoke { service, environment })
            }
        }
    }

    /// True when the branch was revoked by this revocation, and not by one that was faster.
    fn is_mine(&self, branch: &Model, now: DateTime<Utc>) -> bool {
        branch.revoked_at.is_some_and(|at| at == now)
            && branch.revoked_by.as_deref() == Some(&self.signature.by)
            && branch.revoke_reason.as_deref() == Some(&self.signature.reason)
    }

    async fn named(&self, branch: &str, active: &Model) -> Result<Model, ServiceError> {
        let db = self.session.db.reader();
        let found = golden_branch::find_by_branch(db, &self.target.service, &self.target.environment, branch).await?;
        let found = found.ok_or_else(|| ServiceError::NotFound { what: "golden branch", id: branch.to_owned() })?;
        let why = if found.id == active.id {
            "it is the one to revoke"
        } else if found.revoked_at.is_some() {
            "it was revoked"
        } else {
            return Ok(found);
        };
        Err(Refusal::CannotReactivate { branch: found.branch_name, why }.into())
    }

    async fn write_ref(&self, active: &Model, back: Option<&Model>) -> Result<Written, ServiceError> {
        let revoked = Revoked {
            revokes: active.branch_name.clone(),
            revoked_by: self.signature.by.clone(),
            reason: self.signature.reason.clone(),
            reactivates: back.map(|back| back.branch_name.clone()),
        };
        let (repo, commit) = (self.target.repo.clone(), active.commit_id.clone());
        let (service, environment) = (self.target.service.clone(), self.target.environment.clone());
        let (now, id) = (self.session.clock.now(), self.session.clock.id());
        on_thread("writing the revocation", move || {
            let name = Name { service: &service, environment: &environment, now, id };
            Ok(golden_ref::write_revocation(&open_repository(&repo)?, name, &commit, &revoked)?)
        })
        .await
    }
}

/// Of two revocations, or of a revocation and a certification at one moment, the first wins.
async fn store(
    transaction: &DatabaseTransaction,
    active: &Model,
    back: Option<&Model>,
    signature: &Signature,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let lost = || Refusal::LostRace { service: active.service_name.clone(), environment: active.environment.clone() };
    if golden_branch::deactivate(transaction, active.id).await? == 0 {
        return Err(lost().into());
    }
    if golden_branch::mark_revoked(transaction, active.id, &signature.by, &signature.reason, now).await? == 0 {
        return Err(lost().into());
    }
    match back {
        Some(back) if golden_branch::activate(transaction, back.id).await? == 0 => Err(lost().into()),
        _ => Ok(()),
    }
}
