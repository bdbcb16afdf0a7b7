//! Events of a run: numbered from 1, the end told by the run itself.

use chrono::{DateTime, Utc};
use entity::run_events::{ActiveModel, Column, Entity, EventKind};
use entity::stored::Stored;
use entity::validation_runs::{self, RunStatus};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::error::ServiceError;
use crate::run;

/// Most events that are read at once.
pub const MOST_AT_ONCE: u64 = 100;

/// What an event tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventWord {
    /// Something on the way.
    OnTheWay(EventKind),
    /// How the run ended; nothing comes after it.
    Ended(RunStatus),
}

impl EventWord {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnTheWay(kind) => kind.stored(),
            Self::Ended(status) => status.stored(),
        }
    }
}

/// One event of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunEvent {
    /// The run.
    pub run: Uuid,
    /// Its number in the run, from 1: the cursor of a reader.
    pub position: i64,
    /// What happened.
    pub word: EventWord,
    /// When.
    pub at: DateTime<Utc>,
    /// More about it.
    pub data: Json,
}

/// Stores an event that is on the way, which is a sign of life of its run; false when the run has ended, for nothing is
/// told behind the end. One with an end is told by the run and not stored. In a transaction nobody ends the run between.
pub async fn append(db: &impl ConnectionTrait, id: Uuid, event: &RunEvent) -> Result<bool, ServiceError> {
    let EventWord::OnTheWay(kind) = event.word else { return Ok(false) };
    if !run::beat(db, event.run, event.at).await? {
        return Ok(false);
    }
    let row = ActiveModel {
        id: Set(id),
        created_at: Set(event.at.fixed_offset()),
        run_id: Set(event.run),
        kind: Set(kind.stored().to_owned()),
        position: Set(event.position),
        event_data: Set(event.data.clone()),
    };
    row.insert(db).await?;
    Ok(true)
}

/// The stored events of a run behind a position, at most [`MOST_AT_ONCE`].
pub async fn list_after(db: &impl ConnectionTrait, run: Uuid, position: i64) -> Result<Vec<RunEvent>, ServiceError> {
    let rows = Entity::of_run_after(run, position).limit(MOST_AT_ONCE).all(db).await?;
    let read = |row: entity::run_events::Model| {
        let word = EventWord::OnTheWay(row.kind()?);
        Ok(RunEvent { run, position: row.position, word, at: row.created_at.to_utc(), data: row.event_data })
    };
    rows.into_iter().map(read).collect()
}

/// The last stored position of a run; 0 when it has no event.
pub async fn last_position(db: &impl ConnectionTrait, run: Uuid) -> Result<i64, ServiceError> {
    let last = Entity::find()
        .select_only()
        .column(Column::Position)
        .filter(Column::RunId.eq(run))
        .order_by_desc(Column::Position)
        .limit(1)
        .into_tuple::<i64>()
        .one(db)
        .await?;
    Ok(last.unwrap_or(0))
}

/// The end of a run as an event, behind a position; None while it goes on.
pub fn end_of(run: &validation_runs::Model, last: i64) -> Result<Option<RunEvent>, ServiceError> {
    let status = run.status()?;
    let Some(at) = run.completed_at.filter(|_| status.has_ended()) else { return Ok(None) };
    let decision = run.decision()?.map(|decision| decision.to_string());
    let data = json!({ "decision": decision, "score": run.score, "error": run.error });
    let word = EventWord::Ended(status);
    Ok(Some(RunEvent { run: run.id, position: last + 1, word, at: at.to_utc(), data }))
}
