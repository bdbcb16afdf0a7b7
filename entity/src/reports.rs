//! Reports: a run as told in one format each.

use drift::report::ReportFormat;
use sea_orm::Select;
use sea_orm::entity::prelude::*;

pub use crate::generated::reports::*;
use crate::stored::{Stored, UnknownText, stored_words};

const TABLE: &str = "reports";

stored_words! {
    /// What a report tells.
    pub enum ReportType {
        /// One run.
        Run = "run",
    }
}

impl Entity {
    /// The reports of a run in one format.
    pub fn of_run(run: Uuid, format: ReportFormat) -> Select<Self> {
        Self::find().filter(Column::RunId.eq(run)).filter(Column::Format.eq(format.stored()))
    }
}

impl Model {
    /// What it tells.
    pub fn report_type(&self) -> Result<ReportType, UnknownText> {
        Stored::decode(&self.report_type, TABLE, "report_type", self.id)
    }

    /// Its format.
    pub fn format(&self) -> Result<ReportFormat, UnknownText> {
        Stored::decode(&self.format, TABLE, "format", self.id)
    }
}

impl ActiveModelBehavior for ActiveModel {}
