//! Rule sets: the rules that runs saw; `find_by_digest` gives the one of a content.

use sea_orm::entity::prelude::*;

pub use crate::generated::rule_sets::*;

impl ActiveModelBehavior for ActiveModel {}
