//! Keys of requests that must not be made twice.

use sea_orm::Select;
use sea_orm::entity::prelude::*;

pub use crate::generated::idempotency_keys::*;
use crate::stored::stored_words;

stored_words! {
    /// What a key belongs to.
    pub enum Operation {
        /// Starting a run.
        StartRun = "start_run",
        /// Certifying.
        Certify = "certify",
    }
}

impl Entity {
    /// The row of a caller's key: one or none, which the database enforces.
    pub fn of(actor: &str, operation: Operation, key: &str) -> Select<Self> {
        use crate::stored::Stored;
        Self::find()
            .filter(Column::Actor.eq(actor))
            .filter(Column::Operation.eq(operation.stored()))
            .filter(Column::IdempotencyKey.eq(key))
    }
}

impl ActiveModelBehavior for ActiveModel {}
