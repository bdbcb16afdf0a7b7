//! One run with everything that a page tells of it before its deltas.

use drift::outcome::{Certification, Triage, Violation};
use drift::risk::Risk;
use entity::stored::Stored;
use entity::validation_runs::Model;
use entity::{certifications, config_deltas, context_bundles, golden_branches, policy_validations, validation_runs};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::context_bundle::{self, Bundle};
use crate::error::ServiceError;
use crate::{certification, policy_validation};

/// A run and what it came to; the last three are there once it succeeded.
#[derive(Clone, Debug)]
pub struct RunDetail {
    /// The run.
    pub run: Model,
    /// Score and decision.
    pub certification: Option<Certification>,
    /// Policy violations, in the order of the deltas.
    pub violations: Vec<Violation>,
    /// What it looked at.
    pub bundle: Option<Bundle>,
}

/// A run with its details, in one query.
pub async fn get(db: &impl ConnectionTrait, run: Uuid) -> Result<RunDetail, ServiceError> {
    let found = validation_runs::Entity::find_by_id(run)
        .find_also_related(certifications::Entity)
        .find_also_related(policy_validations::Entity)
        .find_also(validation_runs::Entity, context_bundles::Entity)
        .one(db)
        .await?;
    let (run, certified, policy, bundle) =
        found.ok_or_else(|| ServiceError::NotFound { what: "run", id: run.to_string() })?;
    Ok(RunDetail {
        run,
        certification: certified.map(certification::read).transpose()?,
        violations: policy.map(policy_validation::read).transpose()?.unwrap_or_default(),
        bundle: bundle.as_ref().map(context_bundle::read).transpose()?,
    })
}

/// Two runs by their ids, in one query; an error when one is not there.
pub async fn both(db: &impl ConnectionTrait, ids: (Uuid, Uuid)) -> Result<(Model, Model), ServiceError> {
    let found =
        validation_runs::Entity::find().filter(validation_runs::Column::Id.is_in([ids.0, ids.1])).all(db).await?;
    let of = |id: Uuid| {
        let run = found.iter().find(|run| run.id == id).cloned();
        run.ok_or_else(|| ServiceError::NotFound { what: "run", id: id.to_string() })
    };
    Ok((of(ids.0)?, of(ids.1)?))
}

/// The golden branches around a run.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// The one that the run compared with.
    pub compared: Option<golden_branches::Model>,
    /// Those that were certified from the run, newest first.
    pub certified: Vec<golden_branches::Model>,
}

/// The golden branches around a run, in one query.
pub async fn branches(db: &impl ConnectionTrait, run: &Model) -> Result<Around, ServiceError> {
    use golden_branches::Column;
    let mut condition = Column::RunId.eq(run.id);
    if let Some(id) = run.golden_branch_id {
        condition = condition.or(Column::Id.eq(id));
    }
    let mut found = golden_branches::Entity::find().filter(condition).all(db).await?;
    let compared = found.iter().position(|branch| Some(branch.id) == run.golden_branch_id);
    let compared = compared.map(|place| found.swap_remove(place));
    found.sort_by_key(|branch| std::cmp::Reverse((branch.created_at, branch.id)));
    Ok(Around { compared, certified: found })
}

/// A file of a run and its deltas by bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileCount {
    /// The file.
    pub file: String,
    /// Its deltas.
    pub triage: Triage,
}

/// Most buckets of files that are counted.
const MOST_COUNTS: u64 = 5_000;

/// The files of a run with their deltas by bucket, in the order of their names, and whether there are more; one query.
pub async fn files(db: &impl ConnectionTrait, run: Uuid) -> Result<(Vec<FileCount>, bool), ServiceError> {
    use config_deltas::Column;
    let rows = config_deltas::Entity::find()
        .select_only()
        .column(Column::File)
        .column(Column::Risk)
        .column_as(Column::Id.count(), "deltas")
        .filter(Column::RunId.eq(run))
        .group_by(Column::File)
        .group_by(Column::Risk)
        .order_by_asc(Column::File)
        .limit(MOST_COUNTS + 1)
        .into_tuple::<(String, String, i64)>()
        .all(db)
        .await?;
    let mut files: Vec<FileCount> = Vec::new();
    let more = rows.len() as u64 > MOST_COUNTS;
    for ((file, risk, count), _) in rows.into_iter().zip(0..MOST_COUNTS) {
        let risk = Risk::decode(&risk, "config_deltas", "risk", run)?;
        let count = u64::try_from(count).unwrap_or(0);
        match files.last_mut().filter(|last| last.file == file) {
            Some(last) => *bucket(&mut last.triage, risk) += count,
            None => {
                let mut triage = Triage::default();
                *bucket(&mut triage, risk) += count;
                files.push(FileCount { file, triage });
            }
        }
    }
    // The last file may lack a bucket then.
    if more {
        files.pop();
    }
    Ok((files, more))
}

fn bucket(triage: &mut Triage, risk: Risk) -> &mut u64 {
    match risk {
        Risk::Critical => &mut triage.critical,
        Risk::High => &mut triage.high,
        Risk::Medium => &mut triage.medium,
        Risk::Low => &mut triage.low,
        Risk::Allowed => &mut triage.allowed,
    }
}
