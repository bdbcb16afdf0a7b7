//! Context bundles: what a run looked at; `find_by_run_id` gives the one of a run.

use sea_orm::entity::prelude::*;

pub use crate::generated::context_bundles::*;

impl ActiveModelBehavior for ActiveModel {}
