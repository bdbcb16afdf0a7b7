//! A certification that a caller of the API asks for, once for each key, to its end even when the caller leaves.

use entity::golden_branches::Model;
use service::certify::{Acceptance, Certify, Signature};
use service::error::{Refusal, ServiceError};
use service::idempotency::{RequestKey, Reserved};
use service::{golden_branch, run};
use uuid::Uuid;

use super::golden_branches::NewGoldenBranch;
use super::run_actions::check_sides;
use super::start::target;
use crate::problem::Problem;
use crate::state::Edge;

/// What is to be certified.
pub(super) struct Certification {
    pub(super) edge: Edge,
    pub(super) sent: NewGoldenBranch,
    pub(super) acceptance: Acceptance,
    pub(super) signature: Signature,
    pub(super) key: Option<RequestKey>,
}

impl Certification {
    /// Certifies, or gives what the key made before. The id of the branch is chosen first and kept with the key: it tells
    /// a certification that was made from one whose server died, which is then made by this request.
    pub(super) async fn run(self) -> Result<Model, Problem> {
        let id = self.edge.session().clock.id();
        let Some(key) = &self.key else { return self.certify(id).await };
        let id = self.reserve(key, id).await?;
        let _making = self.edge.under_way().make(id).ok_or(Refusal::KeyUnderWay)?;
        if let Some(branch) = golden_branch::find(self.edge.session().db.reader(), id).await? {
            return Ok(branch);
        }
        match self.certify(id).await {
            Ok(branch) => Ok(branch),
            Err(problem) => match self.release(key, id).await {
                Ok(made) => made.ok_or(problem),
                Err(error) => {
                    // A key that is kept is taken up again by the next request, as after the death of a server.
                    tracing::warn!(error = %drift::secret::redacted(&error.to_string()), "a key could not be given back");
                    Err(problem)
                }
            },
        }
    }

    async fn reserve(&self, key: &RequestKey, id: Uuid) -> Result<Uuid, Problem> {
        let now = self.edge.session().clock.now();
        let reserved = self.edge.session().db.write(|transaction| async move {
            let reserved = key.reserve(&transaction, id, now).await?;
            Ok::<_, ServiceError>((transaction, reserved))
        });
        Ok(match reserved.await? {
            Reserved::New => id,
            Reserved::Known(before) => before,
        })
    }

    /// Gives the key back, unless another process made the branch meanwhile: then that is the answer.
    async fn release(&self, key: &RequestKey, id: Uuid) -> Result<Option<Model>, ServiceError> {
        let released = self.edge.session().db.write(|transaction| async move {
            let made = golden_branch::find(&transaction, id).await?;
            if made.is_none() {
                key.release(&transaction, id).await?;
            }
            Ok::<_, ServiceError>((transaction, made))
        });
        released.await
    }

    async fn certify(&self, id: Uuid) -> Result<Model, Problem> {
        let Self { edge, sent, acceptance, signature, .. } = self;
        let target = target(edge, &sent.service, &sent.environment).await?;
        let work = Certify { session: edge.session(), target: &target, signature: signature.clone(), push: None };
        match (&sent.run, &sent.initial) {
            (Some(run), _) => {
                check_sides(edge, &run::get(edge.session().db.reader(), *run).await?).await?;
                Ok(work.from_run_as(id, &run.to_string(), acceptance).await?)
            }
            (None, Some(rev)) => Ok(work.initial_as(id, rev).await?),
            (None, None) => Err(Problem::invalid("say what to certify: run or initial")),
        }
    }
}
