//! What the policy said of a run.

use chrono::{DateTime, Utc};
use drift::finding::Severity;
use drift::outcome::{Outcome, Violation};
use entity::policy_validations::{ActiveModel, Entity, Model};
use sea_orm::{ActiveModelTrait, ConnectionTrait, Set};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{ServiceError, document, to_document};

const TABLE: &str = "policy_validations";

/// The document of a policy validation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyData {
    /// Every violation, in the order of the deltas.
    pub violations: Vec<Violation>,
}

/// Stores what the policy said of a run.
pub async fn store(
    db: &impl ConnectionTrait,
    id: Uuid,
    run: Uuid,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let of = |severity| number(outcome.violations.iter().filter(|violation| violation.severity == severity).count());
    let data = PolicyData { violations: outcome.violations.clone() };
    let row = ActiveModel {
        id: Set(id),
        created_at: Set(now.fixed_offset()),
        run_id: Set(run),
        secret_findings_count: Set(number(outcome.deltas.iter().filter(|delta| delta.secret).count())),
        intent_findings_count: Set(number(outcome.findings.len())),
        critical_violations_count: Set(of(Severity::Critical)),
        high_violations_count: Set(of(Severity::High)),
        medium_violations_count: Set(of(Severity::Medium)),
        low_violations_count: Set(of(Severity::Low)),
        validation_data: Set(to_document(&data, TABLE, "validation_data", id)?),
    };
    row.insert(db).await?;
    Ok(())
}

/// The violations of a run.
pub async fn of_run(db: &impl ConnectionTrait, run: Uuid) -> Result<Vec<Violation>, ServiceError> {
    let row = Entity::find_by_run_id(run).one(db).await?;
    let row = row.ok_or_else(|| ServiceError::NotFound { what: "policy validation of run", id: run.to_string() })?;
    read(row)
}

/// The violations that a row holds.
pub(crate) fn read(row: Model) -> Result<Vec<Violation>, ServiceError> {
    let data: PolicyData = document(row.validation_data, TABLE, "validation_data", row.id)?;
    Ok(data.violations)
}
