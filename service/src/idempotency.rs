//! Keys of requests: the same key with the same request makes nothing twice.

use chrono::{DateTime, Utc};
use entity::idempotency_keys::{ActiveModel, Column, Entity, Operation};
use entity::stored::Stored;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set, TryInsertResult};
use uuid::Uuid;

use crate::error::{Refusal, ServiceError};

/// Most bytes of a key.
pub const MOST_KEY_BYTES: usize = 200;

/// A caller's key for a request. Keys of two callers never meet.
#[derive(Clone, Debug)]
pub struct RequestKey {
    /// The row's id.
    pub id: Uuid,
    /// Who calls.
    pub actor: String,
    /// What is asked for.
    pub operation: Operation,
    /// The key.
    pub key: String,
    /// Digest of the request, so that a key is not used for another one.
    pub request_digest: String,
}

/// What is known of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// Nothing: the work is to be done.
    New,
    /// The work was done, and made this.
    Made(Uuid),
}

impl RequestKey {
    /// Takes the key; `made` is what the work will make, where that is known. In one transaction with the work, both
    /// happen or neither. Refused when the key belongs to another request or its work is under way.
    pub async fn reserve(
        &self,
        db: &impl ConnectionTrait,
        made: Option<Uuid>,
        now: DateTime<Utc>,
    ) -> Result<Reserved, ServiceError> {
        let row = ActiveModel {
            id: Set(self.id),
            created_at: Set(now.fixed_offset()),
            actor: Set(self.actor.clone()),
            operation: Set(self.operation.stored().to_owned()),
            idempotency_key: Set(self.key.clone()),
            request_digest: Set(self.request_digest.clone()),
            made_id: Set(made),
        };
        let columns = [Column::Actor, Column::Operation, Column::IdempotencyKey];
        let inserted = Entity::insert(row)
            .on_conflict(OnConflict::columns(columns).do_nothing().to_owned())
            .try_insert()
            .exec_without_returning(db)
            .await?;
        if matches!(inserted, TryInsertResult::Inserted(rows) if rows > 0) {
            return Ok(Reserved::New);
        }
        let stored = Entity::of(&self.actor, self.operation, &self.key).one(db).await?;
        match stored {
            Some(row) if row.request_digest != self.request_digest => Err(Refusal::KeyOfAnotherRequest.into()),
            Some(row) => row.made_id.map(Reserved::Made).ok_or_else(|| Refusal::KeyUnderWay.into()),
            // Whoever had it gave it back at this moment.
            None => Err(Refusal::KeyUnderWay.into()),
        }
    }

    /// Writes down what the work made.
    pub async fn made(&self, db: &impl ConnectionTrait, made: Uuid) -> Result<(), ServiceError> {
        Entity::update_many()
            .col_expr(Column::MadeId, Expr::value(made))
            .filter(Column::Id.eq(self.id))
            .exec(db)
            .await?;
        Ok(())
    }

    /// Gives the key back, because the work was refused and nothing was made.
    pub async fn release(&self, db: &impl ConnectionTrait) -> Result<(), ServiceError> {
        Entity::delete_many().filter(Column::Id.eq(self.id)).filter(Column::MadeId.is_null()).exec(db).await?;
        Ok(())
    }
}
