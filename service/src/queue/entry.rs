//! How a run enters the queue: as a pending row with its first event, and with the caller's key, all or nothing.

use chrono::{DateTime, Utc};
use entity::run_events::EventKind;
use entity::validation_runs::Model;
use sea_orm::DatabaseTransaction;
use serde_json::json;
use uuid::Uuid;

use crate::error::ServiceError;
use crate::idempotency::{RequestKey, Reserved};
use crate::run::{self, NewRun};
use crate::run_event::{self, EventWord, RunEvent};
use crate::session::Session;
use crate::validation::{Candidate, Request, mask_text, masked};
use crate::{golden_branch, rule_set};

/// The first event of a run.
pub(super) fn queued(run: &Model) -> RunEvent {
    event(run.id, 1, EventKind::Queued, run.created_at.to_utc())
}

fn event(run: Uuid, position: i64, kind: EventKind, at: DateTime<Utc>) -> RunEvent {
    RunEvent { run, position, word: EventWord::OnTheWay(kind), at, data: json!({}) }
}

/// Stores a run as pending. Gives the run of the caller's key instead, and false, when the key was used before.
pub(super) async fn store(
    session: &Session,
    request: &Request,
    key: Option<&RequestKey>,
) -> Result<(Model, bool), ServiceError> {
    // What cannot work is refused now, while the caller listens.
    request.target.compiled()?;
    let new_run = new_run(session, request).await?;
    let (now, new_run) = (session.clock.now(), &new_run);
    let (rules, rule_set_id, event_id) = (&request.target.rules, session.clock.id(), session.clock.id());
    let stored = session.db.write(|transaction| async move {
        if let Some(key) = key
            && let Reserved::Known(run) = key.reserve(&transaction, new_run.id, now).await?
        {
            let known = run::get(&transaction, run).await?;
            return Ok((transaction, (known, false)));
        }
        let rule_set_id = rule_set::keep(&transaction, rules, rule_set_id, now).await?;
        let run = insert(&transaction, NewRun { rule_set_id, ..new_run.clone() }, event_id, now).await?;
        Ok::<_, ServiceError>((transaction, (run, true)))
    });
    stored.await
}

async fn insert(
    transaction: &DatabaseTransaction,
    new_run: NewRun,
    event_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Model, ServiceError> {
    let id = new_run.id;
    run::enqueue(transaction, new_run, now).await?;
    let run = run::get(transaction, id).await?;
    run_event::append(transaction, event_id, &queued(&run)).await?;
    Ok(run)
}

/// What is known of a run before its sides are opened.
async fn new_run(session: &Session, request: &Request) -> Result<NewRun, ServiceError> {
    let target = &request.target;
    let active = match &request.golden {
        Some(_) => None,
        None => Some(golden_branch::get_active(session.db.reader(), &target.service, &target.environment).await?),
    };
    let candidate_ref = match &request.candidate {
        Candidate::Worktree => None,
        Candidate::Named(name) | Candidate::Revision(name) => Some(mask_text(name)),
    };
    let golden_ref = match &active {
        Some(active) => Some(active.branch_name.clone()),
        None => request.golden.as_deref().map(mask_text),
    };
    Ok(NewRun {
        id: request.id,
        service: target.service.clone(),
        environment: target.environment.clone(),
        tier: target.rules.settings.tier,
        origin: request.origin,
        requested_by: request.requested_by.as_deref().map(mask_text),
        external_ref: request.external_ref.as_deref().map(mask_text),
        context: masked(&request.stated),
        repo_url: None,
        golden_branch_id: active.as_ref().map(|active| active.id),
        golden_ref,
        golden_commit: active.as_ref().map(|active| active.commit_id.clone()),
        candidate_ref,
        candidate_commit: None,
        rule_set_id: request.id,
        worker: session.worker.clone(),
    })
}
