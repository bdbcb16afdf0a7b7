//! Aggregated results: the summary of a run; `find_by_run_id` gives the one of a run.

use drift::decision::Decision;
use sea_orm::entity::prelude::*;

pub use crate::generated::aggregated_results::*;
use crate::stored::{Stored, UnknownText};

impl Model {
    /// What became of the candidate.
    pub fn decision(&self) -> Result<Decision, UnknownText> {
        Stored::decode(&self.decision, "aggregated_results", "decision", self.id)
    }
}

impl ActiveModelBehavior for ActiveModel {}
