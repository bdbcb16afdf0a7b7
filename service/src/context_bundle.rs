//! Context bundles: what a run looked at. The file lists are addressed by digest; only what changed is listed.

use chrono::{DateTime, Utc};
use drift::finding::Finding;
use drift::outcome::Summary;
use drift::report::Side;
use entity::context_bundles::{ActiveModel, Entity, Model};
use sea_orm::{ActiveModelTrait, ConnectionTrait, Set};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{ServiceError, document, to_document};
use crate::run::stored_count;

const TABLE: &str = "context_bundles";

/// The document of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    /// The golden side; its digest addresses its file list.
    pub golden: Side,
    /// The candidate; its digest addresses its file list.
    pub candidate: Side,
    /// Files that differ, sorted by path.
    pub changes: Vec<FileChange>,
    /// Findings in their order.
    pub findings: Vec<Finding>,
    /// Totals.
    pub summary: Summary,
    /// The golden branch that was active, by name.
    pub golden_branch: Option<String>,
}

/// A file that differs, by content id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileChange {
    /// Its path; in the candidate, or in the golden version when it was removed.
    pub path: String,
    /// Where it was, when it was renamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Git blob id on the golden side.
    pub old: Option<String>,
    /// Git blob id on the candidate's side.
    pub new: Option<String>,
}

/// Stores the bundle of a run.
pub async fn store(
    db: &impl ConnectionTrait,
    id: Uuid,
    run: Uuid,
    bundle: &Bundle,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let row = ActiveModel {
        id: Set(id),
        created_at: Set(now.fixed_offset()),
        run_id: Set(run),
        golden_digest: Set(bundle.golden.digest.clone()),
        candidate_digest: Set(bundle.candidate.digest.clone()),
        total_files: Set(stored_count(bundle.summary.files)),
        files_with_drift: Set(stored_count(bundle.summary.files_changed)),
        total_deltas: Set(stored_count(bundle.summary.deltas)),
        bundle_data: Set(to_document(bundle, TABLE, "bundle_data", id)?),
    };
    row.insert(db).await?;
    Ok(())
}

/// The bundle of a run.
pub async fn of_run(db: &impl ConnectionTrait, run: Uuid) -> Result<(Model, Bundle), ServiceError> {
    let row = Entity::find_by_run_id(run).one(db).await?;
    let row = row.ok_or_else(|| ServiceError::NotFound { what: "context bundle of run", id: run.to_string() })?;
    let bundle = read(&row)?;
    Ok((row, bundle))
}

/// The bundle that a row holds.
pub(crate) fn read(row: &Model) -> Result<Bundle, ServiceError> {
    document(row.bundle_data.clone(), TABLE, "bundle_data", row.id)
}
