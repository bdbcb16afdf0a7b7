//! Score and decision of a run as stored.

use chrono::{DateTime, Utc};
use drift::outcome::{Certification, Outcome};
use drift::settings::{Thresholds, Tier};
use entity::certifications::{ActiveModel, Entity, Model};
use entity::stored::Stored;
use sea_orm::{ActiveModelTrait, ConnectionTrait, Set};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{ServiceError, document, to_document};
use crate::run::{score, stored_count};

const TABLE: &str = "certifications";

/// The document of a certification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificationData {
    /// The tier that the environment has.
    pub tier: Tier,
    /// The score thresholds of that tier.
    pub thresholds: Thresholds,
}

/// Stores the certification of a run.
pub async fn store(
    db: &impl ConnectionTrait,
    (id, run): (Uuid, Uuid),
    environment: &str,
    outcome: &Outcome,
    data: &CertificationData,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let certification = &outcome.certification;
    let row = ActiveModel {
        id: Set(id),
        created_at: Set(now.fixed_offset()),
        run_id: Set(run),
        environment: Set(environment.to_owned()),
        score: Set(score(certification.score)),
        decision: Set(certification.decision.stored().to_owned()),
        explanation: Set(certification.explanation.clone()),
        components: Set(to_document(&certification.components, TABLE, "components", id)?),
        violations_count: Set(i64::try_from(outcome.violations.len()).unwrap_or(i64::MAX)),
        high_risk_count: Set(stored_count(outcome.triage.critical + outcome.triage.high)),
        certification_data: Set(to_document(data, TABLE, "certification_data", id)?),
    };
    row.insert(db).await?;
    Ok(())
}

/// The certification of a run.
pub async fn of_run(db: &impl ConnectionTrait, run: Uuid) -> Result<Certification, ServiceError> {
    let row = Entity::find_by_run_id(run).one(db).await?;
    let row = row.ok_or_else(|| ServiceError::NotFound { what: "certification of run", id: run.to_string() })?;
    read(row)
}

/// A stored certification as the engine made it.
pub(crate) fn read(row: Model) -> Result<Certification, ServiceError> {
    let decision = row.decision()?;
    Ok(Certification {
        score: i32::from(row.score),
        components: document(row.components, TABLE, "components", row.id)?,
        decision,
        explanation: row.explanation,
    })
}
