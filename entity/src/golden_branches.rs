//! Golden branches: certified snapshots, at most one active for each service and environment.

use sea_orm::Select;
use sea_orm::entity::prelude::*;

pub use crate::generated::golden_branches::*;
use crate::page::{Cursor, newest_first};
use crate::stored::{Stored, UnknownText, stored_words};

stored_words! {
    /// What a branch is.
    pub enum BranchType {
        /// A certified snapshot.
        Golden = "golden",
        /// A candidate that an earlier system kept; only from imports.
        Candidate = "candidate",
    }
}

impl Entity {
    /// The active branch of one service and environment: one row or none, which the database enforces.
    pub fn active_of(service: &str, environment: &str) -> Select<Self> {
        Self::find()
            .filter(Column::ServiceName.eq(service))
            .filter(Column::Environment.eq(environment))
            .filter(Column::IsActive.eq(true))
    }

    /// All branches of one service and environment, newest first, after a cursor.
    pub fn newest_of(service: &str, environment: &str, after: Option<Cursor>) -> Select<Self> {
        let branches = Self::find().filter(Column::ServiceName.eq(service)).filter(Column::Environment.eq(environment));
        newest_first(branches, (Column::CreatedAt, Column::Id), after)
    }

    /// The certified branches of one service and environment that nobody revoked, newest first.
    pub fn standing_of(service: &str, environment: &str) -> Select<Self> {
        Self::newest_of(service, environment, None)
            .filter(Column::BranchType.eq(BranchType::Golden.stored()))
            .filter(Column::RevokedAt.is_null())
    }
}

impl Model {
    /// What the branch is.
    pub fn branch_type(&self) -> Result<BranchType, UnknownText> {
        Stored::decode(&self.branch_type, "golden_branches", "branch_type", self.id)
    }
}

impl ActiveModelBehavior for ActiveModel {}
