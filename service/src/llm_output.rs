//! Triage as stored: who sorted the deltas, into which buckets, at which cost. Rules cost nothing.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use drift::outcome::Outcome;
use entity::llm_outputs::{ActiveModel, Entity, Model};
use sea_orm::{ActiveModelTrait, ConnectionTrait, Set};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{ServiceError, to_document};
use crate::run::stored_count;

/// The provider of a triage that asked no language model.
pub const RULES: &str = "rules";

/// The document of a triage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriageData {
    /// How many deltas each category of the risk table holds.
    pub by_category: BTreeMap<String, u64>,
    /// How many deltas each policy rule put where they are.
    pub by_rule: BTreeMap<String, u64>,
}

/// Stores the triage of a run by rules.
pub async fn store(
    db: &impl ConnectionTrait,
    id: Uuid,
    run: Uuid,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let mut data = TriageData { by_category: BTreeMap::new(), by_rule: BTreeMap::new() };
    for delta in &outcome.deltas {
        *data.by_category.entry(delta.category.clone()).or_default() += 1;
        if let Some(rule) = &delta.rule {
            *data.by_rule.entry(rule.clone()).or_default() += 1;
        }
    }
    let triage = &outcome.triage;
    let row = ActiveModel {
        id: Set(id),
        created_at: Set(now.fixed_offset()),
        run_id: Set(run),
        provider: Set(RULES.to_owned()),
        model: Set(None),
        prompt_digest: Set(None),
        input_tokens: Set(0),
        output_tokens: Set(0),
        cost_micros: Set(0),
        latency_ms: Set(0),
        critical_count: Set(stored_count(triage.critical)),
        high_count: Set(stored_count(triage.high)),
        medium_count: Set(stored_count(triage.medium)),
        low_count: Set(stored_count(triage.low)),
        allowed_count: Set(stored_count(triage.allowed)),
        llm_data: Set(to_document(&data, "llm_outputs", "llm_data", id)?),
    };
    row.insert(db).await?;
    Ok(())
}

/// The triages of a run; one for each provider that was asked.
pub async fn of_run(db: &impl ConnectionTrait, run: Uuid) -> Result<Vec<Model>, ServiceError> {
    Ok(Entity::of_run(run).all(db).await?)
}
