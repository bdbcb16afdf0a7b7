//! Adoption: the records of golden branches rebuilt from the refs of a repository, for a database that does not know them.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use chrono::{DateTime, Utc};
use entity::golden_branches::{Column, Entity, Model};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::clock::Clock;
use crate::error::ServiceError;
use crate::golden_branch::{self, NewBranch};
use crate::golden_ref::{self, Certified, Event, GoldenRecord, Refused};
use crate::run;
use crate::session::Session;
use crate::source::{open_repository, repo_url};
use crate::validation::on_thread;

/// What was adopted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adopted {
    /// Golden refs that could be read.
    pub found: usize,
    /// Branches that the database did not know.
    pub adopted: Vec<String>,
    /// Branches whose revocation the database did not know.
    pub revoked: Vec<String>,
    /// Branches that are active now and were not.
    pub activated: Vec<String>,
    /// Refs in the place of golden branches that cannot be read, and why.
    pub refused: Vec<Refused>,
}

/// Reads all golden refs of a repository and records what the database does not know. A branch becomes active when the
/// refs say so and the database knows nothing newer about its service and environment: an old clone takes nothing back.
pub async fn adopt(session: &Session, repo: &Path) -> Result<Adopted, ServiceError> {
    let path = repo.to_owned();
    let (found, url) = on_thread("reading golden refs", move || {
        let repository = open_repository(&path)?;
        Ok((golden_ref::read_all(&repository)?, repo_url(&repository)))
    })
    .await?;
    let mut targets: BTreeMap<(String, String), Vec<GoldenRecord>> = BTreeMap::new();
    let mut adopted = Adopted { found: found.records.len(), refused: found.refused, ..Adopted::default() };
    for record in found.records {
        targets.entry((record.service.clone(), record.environment.clone())).or_default().push(record);
    }
    for (target, mut records) in targets {
        in_order(&mut records);
        let (target, records, url, clock) = (&target, &records, &url, &session.clock);
        let part = session.db.write(|transaction| async move {
            let part = adopt_target(&transaction, target, records, url.as_deref(), clock).await?;
            Ok::<_, ServiceError>((transaction, part))
        });
        let part = part.await?;
        adopted.adopted.extend(part.adopted);
        adopted.revoked.extend(part.revoked);
        adopted.activated.extend(part.activated);
    }
    Ok(adopted)
}

/// Oldest first; times of refs are whole seconds, so that parents come before children within one.
fn in_order(records: &mut [GoldenRecord]) {
    let parents: HashMap<String, Option<String>> =
        records.iter().map(|record| (record.commit_id.clone(), record.parent.clone())).collect();
    let depth = |record: &GoldenRecord| {
        std::iter::successors(Some(&record.commit_id), |commit| parents.get(*commit)?.as_ref())
            .take(parents.len() + 1)
            .count()
    };
    records.sort_by_cached_key(|record| (record.created_at, depth(record)));
}

async fn adopt_target(
    transaction: &DatabaseTransaction,
    (service, environment): &(String, String),
    records: &[GoldenRecord],
    url: Option<&str>,
    clock: &Clock,
) -> Result<Adopted, ServiceError> {
    let stored = Entity::find()
        .filter(Column::ServiceName.eq(service))
        .filter(Column::Environment.eq(environment))
        .all(transaction)
        .await?;
    let newest_known = stored
        .iter()
        .filter(|branch| !records.iter().any(|record| record.branch_name == branch.branch_name))
        .map(last_event)
        .max();
    let mut known: HashMap<String, (Uuid, bool)> =
        stored.iter().map(|branch| (branch.branch_name.clone(), (branch.id, branch.revoked_at.is_some()))).collect();
    let commits: HashMap<&str, &str> =
        records.iter().map(|record| (record.commit_id.as_str(), record.branch_name.as_str())).collect();
    let mut result = Adopted::default();
    let mut active: Option<String> = None;
    for record in records {
        match &record.event {
            Event::Certified(certified) => {
                if !known.contains_key(&record.branch_name) {
                    let parent =
                        record.parent.as_deref().and_then(|parent| known.get(*commits.get(parent)?)).map(|(id, _)| *id);
                    let branch = new_branch(transaction, record, certified, (clock.id(), parent, url)).await?;
                    known.insert(record.branch_name.clone(), (branch.id, false));
                    golden_branch::insert(transaction, branch, false).await?;
                    result.adopted.push(record.branch_name.clone());
                }
                active = Some(record.branch_name.clone());
            }
            Event::Revoked(revoked) => {
                if let Some((id, is_revoked)) = known.get_mut(&revoked.revokes)
                    && !*is_revoked
                {
                    golden_branch::mark_revoked(
                        transaction,
                        *id,
                        &revoked.revoked_by,
                        &revoked.reason,
                        record.created_at,
                    )
                    .await?;
                    *is_revoked = true;
                    result.revoked.push(revoked.revokes.clone());
                }
                active.clone_from(&revoked.reactivates);
            }
        }
    }
    let newest_ref = records.last().map(|record| record.created_at);
    if newest_known.is_none() || newest_known < newest_ref {
        result.activated.extend(make_active(transaction, (service, environment), active, &known).await?);
    }
    Ok(result)
}

/// When a branch was last heard of.
fn last_event(branch: &Model) -> DateTime<Utc> {
    branch.revoked_at.unwrap_or(branch.created_at).max(branch.created_at).to_utc()
}

/// Makes this branch the active one; gives it when it was not.
async fn make_active(
    transaction: &DatabaseTransaction,
    (service, environment): (&str, &str),
    branch: Option<String>,
    known: &HashMap<String, (Uuid, bool)>,
) -> Result<Option<String>, ServiceError> {
    let before = golden_branch::find_active(transaction, service, environment).await?;
    let wanted =
        branch.as_ref().and_then(|branch| known.get(branch)).filter(|(_, is_revoked)| !is_revoked).map(|(id, _)| *id);
    if before.as_ref().map(|before| before.id) == wanted {
        return Ok(None);
    }
    if let Some(before) = before {
        golden_branch::deactivate(transaction, before.id).await?;
    }
    match wanted {
        Some(id) if golden_branch::activate(transaction, id).await? == 1 => Ok(branch),
        _ => Ok(None),
    }
}

async fn new_branch(
    transaction: &DatabaseTransaction,
    record: &GoldenRecord,
    certified: &Certified,
    (id, replaces_id, url): (Uuid, Option<Uuid>, Option<&str>),
) -> Result<NewBranch, ServiceError> {
    // The run belongs to the branch only where this database holds it; its name is kept all the same.
    let run_id = match certified.run.as_deref().and_then(|run| run.parse().ok()) {
        Some(run) => match run::get(transaction, run).await {
            Ok(run) => Some(run.id),
            Err(ServiceError::NotFound { .. }) => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    Ok(NewBranch {
        id,
        service: record.service.clone(),
        environment: record.environment.clone(),
        repo_url: url.map(str::to_owned),
        branch_name: record.branch_name.clone(),
        commit_id: record.commit_id.clone(),
        tree_digest: record.tree_digest.clone(),
        source_commit: certified.source_commit.clone(),
        run_id,
        recorded_run: certified.run.clone(),
        score: certified.score.map(run::score),
        certified_by: certified.certified_by.clone(),
        reason: certified.reason.clone(),
        override_reason: certified.override_reason.clone(),
        replaces_id,
        created_at: record.created_at,
    })
}
