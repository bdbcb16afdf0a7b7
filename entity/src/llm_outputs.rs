//! Outputs of triage: what sorted the deltas of a run, and what it cost.

use sea_orm::Select;
use sea_orm::entity::prelude::*;

pub use crate::generated::llm_outputs::*;

impl Entity {
    /// What the triage of a run gave, one row for each time that something was asked.
    pub fn of_run(run: Uuid) -> Select<Self> {
        Self::find().filter(Column::RunId.eq(run))
    }
}

impl ActiveModelBehavior for ActiveModel {}
