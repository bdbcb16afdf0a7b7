//! Events of a run while it is under way, numbered from 1.

use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, Select};

pub use crate::generated::run_events::*;
use crate::stored::{Stored, UnknownText, stored_words};

stored_words! {
    /// What happened. How a run ended is told by the run itself, so that both can never differ.
    pub enum EventKind {
        /// It waits for a worker.
        Queued = "queued",
        /// A worker has it.
        Started = "started",
        /// Both sides are listed.
        Collecting = "collecting",
        /// Files are compared.
        Comparing = "comparing",
        /// The outcome is stored.
        Storing = "storing",
    }
}

impl Entity {
    /// The events of a run in their order, behind a position.
    pub fn of_run_after(run: Uuid, position: i64) -> Select<Self> {
        Self::find().filter(Column::RunId.eq(run)).filter(Column::Position.gt(position)).order_by_asc(Column::Position)
    }
}

impl Model {
    /// What happened.
    pub fn kind(&self) -> Result<EventKind, UnknownText> {
        Stored::decode(&self.kind, "run_events", "kind", self.id)
    }
}

impl ActiveModelBehavior for ActiveModel {}
