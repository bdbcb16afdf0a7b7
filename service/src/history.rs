//! The history part of the facts record: what earlier runs of other candidates say about the files that changed.

use std::collections::{BTreeMap, HashSet};

use drift::decision::Decision;
use drift::facts::History;
use entity::stored::Stored;
use entity::{golden_branches, validation_runs};
use sea_orm::{ColumnTrait, ConnectionTrait, PaginatorTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::context_bundle::{self, Bundle};
use crate::error::ServiceError;

/// How many of the newest blocked runs and revoked golden branches are looked at.
pub const LOOKED_AT: u64 = 50;

/// Gathers the history of a service and environment for a candidate.
pub async fn gather(
    db: &impl ConnectionTrait,
    (service, environment): (&str, &str),
    candidate_digest: &str,
    changed: &[String],
) -> Result<History, ServiceError> {
    let changed: HashSet<&str> = changed.iter().map(String::as_str).collect();
    let mut history = History { clean_certifications: clean(db, service, environment).await?, ..History::default() };
    for run in blocked(db, service, environment, candidate_digest).await? {
        let files = touched(db, run.id, &changed).await?;
        if let Some(digest) = run.candidate_digest.filter(|_| !files.is_empty()) {
            // Several runs of one candidate count once.
            history.blocked.entry(digest).or_insert(files);
        }
    }
    for branch in revoked(db, service, environment).await? {
        let Some(run) = branch.run_id else { continue };
        let files = touched(db, run, &changed).await?;
        if !files.is_empty() && !is_of_candidate(db, run, candidate_digest).await? {
            history.revoked.insert(branch.branch_name, files);
        }
    }
    Ok(history)
}

async fn clean(db: &impl ConnectionTrait, service: &str, environment: &str) -> Result<u32, ServiceError> {
    let count = golden_branches::Entity::standing_of(service, environment)
        .filter(golden_branches::Column::RunId.is_not_null())
        .filter(golden_branches::Column::OverrideReason.is_null())
        .count(db)
        .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

async fn blocked(
    db: &impl ConnectionTrait,
    service: &str,
    environment: &str,
    candidate_digest: &str,
) -> Result<Vec<validation_runs::Model>, ServiceError> {
    use validation_runs::Column;
    let select = validation_runs::Entity::newest_of(service, environment, None)
        .filter(Column::Decision.eq(Decision::BlockMerge.stored()))
        .filter(Column::CandidateDigest.ne(candidate_digest));
    Ok(select.limit(LOOKED_AT).all(db).await?)
}

async fn revoked(
    db: &impl ConnectionTrait,
    service: &str,
    environment: &str,
) -> Result<Vec<golden_branches::Model>, ServiceError> {
    let select = golden_branches::Entity::newest_of(service, environment, None)
        .filter(golden_branches::Column::RevokedAt.is_not_null());
    Ok(select.limit(LOOKED_AT).all(db).await?)
}

async fn is_of_candidate(db: &impl ConnectionTrait, run: Uuid, candidate_digest: &str) -> Result<bool, ServiceError> {
    Ok(crate::run::get(db, run).await?.candidate_digest.as_deref() == Some(candidate_digest))
}

/// Which of the changed files a run touched, sorted.
async fn touched(db: &impl ConnectionTrait, run: Uuid, changed: &HashSet<&str>) -> Result<Vec<String>, ServiceError> {
    let (_, bundle): (_, Bundle) = context_bundle::of_run(db, run).await?;
    let paths = bundle.changes.into_iter().flat_map(|change| [Some(change.path), change.from]).flatten();
    let files: BTreeMap<String, ()> =
        paths.filter(|path| changed.contains(path.as_str())).map(|path| (path, ())).collect();
    Ok(files.into_keys().collect())
}
