//! Adoption: the records of golden branches rebuilt from the refs of a repository, for a database that does not know them.

use std::collections::{BTreeMap, HashMap, HashSet};
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

/// Reads all golden refs of a repository and records what the database does not know. Which branch is active follows from
/// what is newer than all that only the database knows of its service and environment: an old clone takes nothing back.
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
    for (target, records) in targets {
        let records = in_order(records);
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

/// Oldest first, each with its time. Nothing is older than what it was made from, whatever the clock of its machine said;
/// times of refs are whole seconds, so that parents come before children within one.
fn in_order(mut records: Vec<GoldenRecord>) -> Vec<(DateTime<Utc>, GoldenRecord)> {
    let known: HashMap<String, (DateTime<Utc>, Option<String>)> =
        records.iter().map(|one| (one.commit_id.clone(), (one.created_at, one.parent.clone()))).collect();
    let time = |record: &GoldenRecord| {
        let before = std::iter::successors(known.get(&record.commit_id), |(_, parent)| known.get(parent.as_ref()?));
        let (mut at, mut depth) = (record.created_at, 0_u32);
        for (ancestor, _) in before {
            (at, depth) = (at.max(*ancestor), depth + 1);
        }
        (at, depth)
    };
    records.sort_by_cached_key(time);
    records.into_iter().map(|record| (time(&record).0, record)).collect()
}

async fn adopt_target(
    transaction: &DatabaseTransaction,
    (service, environment): &(String, String),
    records: &[(DateTime<Utc>, GoldenRecord)],
    url: Option<&str>,
    clock: &Clock,
) -> Result<Adopted, ServiceError> {
    let stored = Entity::find()
        .filter(Column::ServiceName.eq(service))
        .filter(Column::Environment.eq(environment))
        .all(transaction)
        .await?;
    let newest_known = newest_known(&stored, records);
    let mut known: HashMap<String, (Uuid, bool)> =
        stored.iter().map(|branch| (branch.branch_name.clone(), (branch.id, branch.revoked_at.is_some()))).collect();
    let commits: HashMap<&str, &str> =
        records.iter().map(|(_, record)| (record.commit_id.as_str(), record.branch_name.as_str())).collect();
    let mut result = Adopted::default();
    let before = stored.iter().find(|branch| branch.is_active && newest_known.is_some());
    let mut active: Option<String> = before.map(|branch| branch.branch_name.clone());
    for (at, record) in records {
        let is_news = newest_known.is_none_or(|known| known < *at);
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
                if is_news {
                    active = Some(record.branch_name.clone());
                }
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
                // Another branch may have become active since, on a machine that did not know of this revocation.
                if is_news && active.as_ref().is_none_or(|active| *active == revoked.revokes) {
                    active.clone_from(&revoked.reactivates);
                }
            }
        }
    }
    result.activated.extend(make_active(transaction, (service, environment), active, &known).await?);
    Ok(result)
}

/// When something happened last that the database knows and the refs do not.
fn newest_known(stored: &[Model], records: &[(DateTime<Utc>, GoldenRecord)]) -> Option<DateTime<Utc>> {
    let mut certified: HashSet<&str> = HashSet::new();
    let mut revoked: HashSet<&str> = HashSet::new();
    for (_, record) in records {
        match &record.event {
            Event::Certified(_) => certified.insert(&record.branch_name),
            Event::Revoked(event) => revoked.insert(&event.revokes),
        };
    }
    let events = stored.iter().flat_map(|branch| {
        let name = branch.branch_name.as_str();
        let certification = Some(branch.created_at).filter(|_| !certified.contains(name));
        let revocation = branch.revoked_at.filter(|_| !revoked.contains(name));
        [certification, revocation]
    });
    events.flatten().max().map(|at| at.to_utc())
}

/// Makes this branch the active one; gives it when it was not.
async fn make_active(
    transaction: &DatabaseTransaction,
    (service, environment): (&str, &str),
    branch: Option<String>,
    known: &HashMap<String, (Uuid, bool)>,
) -> Result<Option<String>, ServiceError> {
    let before = golden_branch::find_active(transaction, service, environment).await?;
    let wanted = match &branch {
        None => None,
        Some(branch) => match known.get(branch) {
            Some((id, false)) => Some(*id),
            // The refs do not hold what would be active, or hold it no longer: nothing is put in place of what is.
            Some((_, true)) | None => return Ok(None),
        },
    };
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
