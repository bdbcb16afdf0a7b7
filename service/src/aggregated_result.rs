//! The summary of a run in one row, for overviews.

use chrono::{DateTime, Utc};
use drift::outcome::{Outcome, Summary, Triage};
use entity::aggregated_results::{ActiveModel, Entity, Model};
use entity::stored::Stored;
use sea_orm::{ActiveModelTrait, ConnectionTrait, Set};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{ServiceError, to_document};
use crate::run::{score, stored_count};

/// The document of an aggregated result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AggregatedData {
    /// Totals.
    pub summary: Summary,
    /// Deltas by bucket.
    pub triage: Triage,
}

/// Stores the summary of a run.
pub async fn store(
    db: &impl ConnectionTrait,
    (id, run): (Uuid, Uuid),
    (service, environment): (&str, &str),
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let data = AggregatedData { summary: outcome.summary.clone(), triage: outcome.triage };
    let row = ActiveModel {
        id: Set(id),
        created_at: Set(now.fixed_offset()),
        run_id: Set(run),
        service_name: Set(service.to_owned()),
        environment: Set(environment.to_owned()),
        files_analyzed: Set(stored_count(outcome.summary.files)),
        total_deltas: Set(stored_count(outcome.summary.deltas)),
        policy_violations: Set(i64::try_from(outcome.violations.len()).unwrap_or(i64::MAX)),
        score: Set(score(outcome.certification.score)),
        decision: Set(outcome.certification.decision.stored().to_owned()),
        aggregated_data: Set(to_document(&data, "aggregated_results", "aggregated_data", id)?),
    };
    row.insert(db).await?;
    Ok(())
}

/// The summary of a run.
pub async fn of_run(db: &impl ConnectionTrait, run: Uuid) -> Result<Model, ServiceError> {
    let row = Entity::find_by_run_id(run).one(db).await?;
    row.ok_or_else(|| ServiceError::NotFound { what: "aggregated result of run", id: run.to_string() })
}
