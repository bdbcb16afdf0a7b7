//! Revocation: a golden branch that no longer holds, and the one before it active again.

use entity::golden_branches::Model;
use sea_orm::DatabaseTransaction;

use crate::certify::Signature;
use crate::error::{Refusal, ServiceError};
use crate::golden_branch;
use crate::golden_ref::{self, Name, Revoked, Written};
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
    /// Who and why.
    pub signature: Signature,
    /// The remote to push to; None pushes nothing.
    pub push: Option<&'a str>,
}

impl Revoke<'_> {
    /// Revokes the active golden branch and goes back to `to`, or to the nearest one before it that was not revoked.
    /// Gives the revoked branch and the one that is active now.
    pub async fn run(&self, to: Option<&str>) -> Result<(Model, Option<Model>), ServiceError> {
        let db = self.session.db.reader();
        let (service, environment) = (self.target.service.as_str(), self.target.environment.as_str());
        let active = golden_branch::find_active(db, service, environment).await?.ok_or_else(|| {
            Refusal::NothingToRevoke { service: service.to_owned(), environment: environment.to_owned() }
        })?;
        let back = match to {
            Some(branch) => Some(self.named(branch, &active).await?),
            None => golden_branch::standing_before(db, &active).await?,
        };
        let written = self.write_ref(&active, back.as_ref()).await?;
        let now = self.session.clock.now();
        let (signature, active_ref, back_ref) = (&self.signature, &active, back.as_ref());
        let stored = self.session.db.write(|transaction| async move {
            store(&transaction, active_ref, back_ref, signature, now).await?;
            Ok::<_, ServiceError>((transaction, ()))
        });
        if let Err(error) = stored.await {
            let repo = self.target.repo.clone();
            on_thread("removing the golden ref", move || {
                Ok(golden_ref::remove(&open_repository(&repo)?, &written.branch_name, &written.commit_id)?)
            })
            .await?;
            return Err(error);
        }
        if let Some(remote) = self.push.map(str::to_owned) {
            let repo = self.target.repo.clone();
            on_thread("pushing", move || {
                Ok(golden_ref::push(&open_repository(&repo)?, &remote, &[&written.branch_name])?)
            })
            .await?;
        }
        let found = golden_branch::find_by_branch(db, service, environment, &active.branch_name).await?;
        Ok((found.unwrap_or(active), golden_branch::find_active(db, service, environment).await?))
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
    now: chrono::DateTime<chrono::Utc>,
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
