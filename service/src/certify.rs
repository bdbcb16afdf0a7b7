//! Certification: the next golden branch, from a revision or from exactly what a run saw.

mod acceptance;
mod files;
mod preview;

use chrono::{DateTime, Utc};
use entity::golden_branches::Model;
use entity::validation_runs::{self, RunStatus};
use git2::Repository;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

pub use acceptance::Acceptance;
pub(crate) use acceptance::named;
pub use preview::{Preview, Seen, Share, preview, seen};

use crate::error::{Refusal, ServiceError};
use crate::golden_branch::{self, NewBranch};
use crate::golden_ref::{self, Certified, Content, Name, Written};
use crate::publish::Publication;
use crate::session::Session;
use crate::source::{Source, open_repository, repo_url};
use crate::target::Target;
use crate::validation::{mask_text, on_thread};
use crate::{context_bundle, delta, rule_set, run};

/// Who certifies or revokes, and why; credentials are masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// True when what blocks is accepted all the same.
    pub overrides: bool,
}

impl Signature {
    /// A signature; name and reason must not be empty.
    pub fn new(by: &str, reason: &str, overrides: bool) -> Result<Self, ServiceError> {
        let (by, reason) = (mask_text(by.trim()), mask_text(reason.trim()));
        if by.is_empty() || reason.is_empty() {
            return Err(ServiceError::EmptySignature);
        }
        Ok(Self { by, reason, overrides })
    }

    fn override_reason(&self) -> Option<String> {
        self.overrides.then(|| self.reason.clone())
    }
}

/// One certification to make.
#[derive(Clone, Debug)]
pub struct Certify<'a> {
    /// Database and clock.
    pub session: &'a Session,
    /// What to certify for.
    pub target: &'a Target,
    /// Who and why.
    pub signature: Signature,
    /// The remote to push to; None pushes nothing.
    pub push: Option<&'a str>,
}

impl Certify<'_> {
    /// Certifies the files in scope at a revision as the first golden version. Refused when one is active.
    pub async fn initial(&self, rev: &str) -> Result<Model, ServiceError> {
        self.initial_as(self.session.clock.id(), rev).await
    }

    /// As [`Self::initial`], for a branch whose id is chosen: of two with one id, one is recorded.
    pub async fn initial_as(&self, id: Uuid, rev: &str) -> Result<Model, ServiceError> {
        let target = self.target;
        if let Some(active) =
            golden_branch::find_active(self.session.db.reader(), &target.service, &target.environment).await?
        {
            return Err(Refusal::AlreadyCertified {
                service: target.service.clone(),
                environment: target.environment.clone(),
                active: active.branch_name,
            }
            .into());
        }
        let (scope, repo, rev) = (target.scope.clone(), target.repo.clone(), rev.to_owned());
        let draft = self.draft(id, None, None);
        let written = on_thread("writing the golden commit", move || {
            let source = Source::open_git(&repo, &rev)?;
            let listing = source.list(&scope)?;
            let files: Vec<Content<'_>> =
                listing.files().iter().map(|file| Content { source: &source, file }).collect();
            let repository = open_repository(&repo)?;
            let certified = Certified { source_commit: source.commit(), ..draft.certified.clone() };
            draft.write(&repository, None, &files, certified)
        })
        .await?;
        self.record(written, None, None).await
    }

    /// Certifies what a run saw: accepted deltas in, the others left as they were, removals included.
    pub async fn from_run(&self, name: &str, acceptance: &Acceptance) -> Result<Model, ServiceError> {
        self.from_run_as(self.session.clock.id(), name, acceptance).await
    }

    /// As [`Self::from_run`], for a branch whose id is chosen: of two with one id, one is recorded.
    pub async fn from_run_as(&self, id: Uuid, name: &str, acceptance: &Acceptance) -> Result<Model, ServiceError> {
        let db = self.session.db.reader();
        let run = run::find_by_name(db, name).await?;
        let active = compared_with(db, self.target, &run).await?;
        let (_, bundle) = context_bundle::of_run(db, run.id).await?;
        let deltas = delta::of_run(db, &run).await?;
        let rules = rule_set::of_run(db, &run).await?;
        let overrides = self.signature.overrides;
        let accepted = acceptance::accepted((&run, &bundle, &deltas), rules.settings(), acceptance, overrides)?;
        let plan = files::Plan {
            run: run.id.to_string(),
            bundle,
            accepted,
            rules,
            repo: self.target.repo.clone(),
            scope: self.target.scope.clone(),
        };
        let draft = self.draft(id, Some(&run), Some(&active));
        let written = on_thread("writing the golden commit", move || plan.write(&draft)).await?;
        self.record(written, Some(&run), Some(&active)).await
    }

    fn draft(&self, id: Uuid, run: Option<&validation_runs::Model>, active: Option<&Model>) -> Draft {
        Draft {
            service: self.target.service.clone(),
            environment: self.target.environment.clone(),
            now: self.session.clock.now(),
            id,
            parent: active.map(|active| active.commit_id.clone()),
            certified: Certified {
                run: run.map(|run| run.id.to_string()),
                source_commit: run.and_then(|run| run.candidate_commit.clone()),
                certified_by: self.signature.by.clone(),
                reason: self.signature.reason.clone(),
                score: run.and_then(|run| run.score).map(i32::from),
                override_reason: self.signature.override_reason(),
            },
        }
    }

    /// Records the golden branch whose ref was written, and pushes it; takes the ref away again when it is not recorded.
    async fn record(
        &self,
        golden: Golden,
        run: Option<&validation_runs::Model>,
        active: Option<&Model>,
    ) -> Result<Model, ServiceError> {
        let branch = NewBranch {
            id: golden.id,
            service: self.target.service.clone(),
            environment: self.target.environment.clone(),
            repo_url: golden.repo_url.clone(),
            branch_name: golden.written.branch_name.clone(),
            commit_id: golden.written.commit_id.clone(),
            tree_digest: golden.written.tree_digest.clone(),
            source_commit: golden.certified.source_commit.clone(),
            run_id: run.map(|run| run.id),
            recorded_run: golden.certified.run.clone(),
            score: run.and_then(|run| run.score),
            certified_by: golden.certified.certified_by.clone(),
            reason: golden.certified.reason.clone(),
            override_reason: golden.certified.override_reason.clone(),
            replaces_id: active.map(|active| active.id),
            created_at: golden.now,
        };
        let publication = Publication::new(self.target, golden.written, self.push);
        publication.rehearse().await?;
        let recorded = self.session.db.write(|transaction| {
            let branch = branch.clone();
            async move {
                let model = golden_branch::activate_new(&transaction, branch).await?;
                Ok((transaction, model))
            }
        });
        let model = match recorded.await {
            Ok(model) => model,
            // A server may have committed before the connection was lost.
            Err(error) => match golden_branch::find(self.session.db.reader(), golden.id).await {
                // Somebody else may have recorded another ref under a chosen id.
                Ok(Some(model)) if model.branch_name == branch.branch_name => model,
                Ok(_) => return Err(publication.withdraw(error).await),
                Err(_) => return Err(publication.leave(error)),
            },
        };
        publication.push(format!("{} is certified and active", model.branch_name)).await?;
        Ok(model)
    }
}

/// The golden branch that the run compared with, which must still be the active one.
async fn compared_with(
    db: &impl ConnectionTrait,
    target: &Target,
    run: &validation_runs::Model,
) -> Result<Model, ServiceError> {
    let id = run.id.to_string();
    let status = run.status()?;
    if status != RunStatus::Succeeded {
        return Err(ServiceError::RunStatus { run: id, status, wanted: RunStatus::Succeeded });
    }
    let (service, environment) = (&target.service, &target.environment);
    if (&run.service_name, &run.environment) != (service, environment) {
        let (service, environment) = (run.service_name.clone(), run.environment.clone());
        return Err(Refusal::OtherTarget { run: id, service, environment }.into());
    }
    if !run.certifiable {
        return Err(Refusal::NotCertifiable { run: id }.into());
    }
    match golden_branch::find_active(db, service, environment).await? {
        Some(active) if Some(active.id) == run.golden_branch_id => Ok(active),
        other => Err(Refusal::GoldenMoved { run: id, active: other.map(|branch| branch.branch_name) }.into()),
    }
}

/// A golden commit to write.
#[derive(Clone)]
pub(crate) struct Draft {
    service: String,
    environment: String,
    now: DateTime<Utc>,
    id: Uuid,
    parent: Option<String>,
    certified: Certified,
}

/// A golden commit that was written.
pub(crate) struct Golden {
    id: Uuid,
    now: DateTime<Utc>,
    written: Written,
    certified: Certified,
    repo_url: Option<String>,
}

impl Draft {
    fn write(
        &self,
        repo: &Repository,
        parent: Option<&str>,
        files: &[Content<'_>],
        certified: Certified,
    ) -> Result<Golden, ServiceError> {
        let name = Name { service: &self.service, environment: &self.environment, now: self.now, id: self.id };
        let written = golden_ref::write(repo, name, parent, files, &certified)?;
        Ok(Golden { id: self.id, now: self.now, written, certified, repo_url: repo_url(repo) })
    }
}
