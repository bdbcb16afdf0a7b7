//! Rule sets: stored once by digest, so that every run can be replayed with the rules that it saw.

use chrono::{DateTime, Utc};
use drift::rules::{RuleSource, Rules};
use entity::rule_sets::{ActiveModel, Column, Entity, Model};
use entity::validation_runs;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, Set};
use uuid::Uuid;

use crate::error::ServiceError;

/// Stores a rule set unless it is there, and returns the id of the stored one.
pub async fn keep(
    db: &impl ConnectionTrait,
    rules: &RuleSource,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Uuid, ServiceError> {
    let digest = rules.digest()?;
    if let Some(found) = Entity::find_by_digest(digest.as_str()).one(db).await? {
        return Ok(found.id);
    }
    let row = ActiveModel {
        id: Set(id),
        created_at: Set(now.fixed_offset()),
        digest: Set(digest.clone()),
        content: Set(rules.content()?),
    };
    // Another run may store the same rules at this moment; then its row is the one.
    Entity::insert(row)
        .on_conflict(OnConflict::column(Column::Digest).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(db)
        .await?;
    let stored = Entity::find_by_digest(digest.as_str()).one(db).await?;
    stored.map(|row| row.id).ok_or(ServiceError::NotFound { what: "rule set", id: digest })
}

/// A stored rule set.
pub async fn get(db: &impl ConnectionTrait, id: Uuid) -> Result<Model, ServiceError> {
    Entity::find_by_id(id).one(db).await?.ok_or_else(|| ServiceError::NotFound { what: "rule set", id: id.to_string() })
}

/// The rules of a stored rule set.
pub async fn rules(db: &impl ConnectionTrait, id: Uuid) -> Result<RuleSource, ServiceError> {
    read(&get(db, id).await?)
}

/// The rules that a row holds.
pub fn read(row: &Model) -> Result<RuleSource, ServiceError> {
    Ok(RuleSource::from_content(&row.content)?)
}

/// The rules of a run, ready to be used.
pub async fn of_run(db: &impl ConnectionTrait, run: &validation_runs::Model) -> Result<Rules, ServiceError> {
    let rule_set =
        run.rule_set_id.ok_or_else(|| ServiceError::NotFound { what: "rule set of run", id: run.id.to_string() })?;
    Ok(Rules::compile(rules(db, rule_set).await?)?)
}
