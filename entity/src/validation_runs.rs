//! Validation runs: one comparison each, from start to decision.

use drift::decision::Decision;
use drift::settings::Tier;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, Select};

pub use crate::generated::validation_runs::*;
use crate::page::{Cursor, newest_first};
pub use crate::run_summary::RunSummary;
use crate::stored::{Stored, UnknownText, stored_words};

const TABLE: &str = "validation_runs";

stored_words! {
    /// Where a run stands. The last three are ends: such a run never changes again.
    pub enum RunStatus {
        /// Waits for a worker.
        Pending = "pending",
        /// A worker compares.
        Running = "running",
        /// It has a decision.
        Succeeded = "succeeded",
        /// It ended without a decision, for a stored reason.
        Failed = "failed",
        /// Somebody stopped it.
        Cancelled = "cancelled",
    }
}

stored_words! {
    /// What started a run.
    pub enum Origin {
        /// The command line.
        Cli = "cli",
        /// A request to the API.
        Api = "api",
        /// A call of a forge.
        Webhook = "webhook",
        /// A timetable.
        Schedule = "schedule",
        /// The files of an earlier system.
        Import = "import",
    }
}

impl RunStatus {
    /// True when the run will never change again.
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

impl Entity {
    /// All runs, newest first, after a cursor.
    pub fn newest(after: Option<Cursor>) -> Select<Self> {
        newest_first(Self::find(), (Column::CreatedAt, Column::Id), after)
    }

    /// The runs of one service and environment, newest first, after a cursor.
    pub fn newest_of(service: &str, environment: &str, after: Option<Cursor>) -> Select<Self> {
        Self::newest(after).filter(Column::ServiceName.eq(service)).filter(Column::Environment.eq(environment))
    }

    /// Runs of one unfinished status whose last sign of life is older than a time, longest silent first.
    pub fn silent_since(status: RunStatus, time: DateTimeUtc) -> Select<Self> {
        Self::find()
            .filter(Column::Status.eq(status.stored()))
            .filter(Column::HeartbeatAt.lt(time))
            .order_by_asc(Column::HeartbeatAt)
    }
}

/// The words of a run, whether all of its row was read or not.
macro_rules! words {
    ($($run:ty),+) => {$(
        impl $run {
            /// Where the run stands.
            pub fn status(&self) -> Result<RunStatus, UnknownText> {
                Stored::decode(&self.status, TABLE, "status", self.id)
            }

            /// What started it.
            pub fn origin(&self) -> Result<Origin, UnknownText> {
                Stored::decode(&self.origin, TABLE, "origin", self.id)
            }

            /// How strictly its environment was judged.
            pub fn tier(&self) -> Result<Tier, UnknownText> {
                Stored::decode(&self.tier, TABLE, "tier", self.id)
            }

            /// Its decision; none until it succeeded.
            pub fn decision(&self) -> Result<Option<Decision>, UnknownText> {
                self.decision.as_deref().map(|text| Stored::decode(text, TABLE, "decision", self.id)).transpose()
            }
        }

        impl Judged for $run {
            fn judged(&self) -> Result<(RunStatus, Option<Decision>), UnknownText> {
                Ok((self.status()?, self.decision()?))
            }
        }
    )+};
}

/// What was decided of a run, if it has come that far.
pub trait Judged {
    /// Where the run stands, and its decision.
    fn judged(&self) -> Result<(RunStatus, Option<Decision>), UnknownText>;
}

words!(Model, RunSummary);

impl ActiveModelBehavior for ActiveModel {}
