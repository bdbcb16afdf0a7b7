//! Policy validations: what the policy said of a run; `find_by_run_id` gives the one of a run.

use sea_orm::entity::prelude::*;

pub use crate::generated::policy_validations::*;

impl ActiveModelBehavior for ActiveModel {}
