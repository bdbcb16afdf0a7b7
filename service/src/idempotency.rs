//! Keys of requests: the same key with the same request makes nothing twice.

use chrono::{DateTime, Utc};
use entity::idempotency_keys::{ActiveModel, Column, Entity, Model, Operation};
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
    /// It was taken now, for the thing that was asked for.
    New,
    /// It was taken before, for this: it is there, it is being made, or whoever made it died before it was.
    Known(Uuid),
}

impl RequestKey {
    /// Takes the key for what the work will make, so that whoever comes again knows what to look for. Refused when the
    /// key belongs to another request.
    pub async fn reserve(
        &self,
        db: &impl ConnectionTrait,
        made: Uuid,
        now: DateTime<Utc>,
    ) -> Result<Reserved, ServiceError> {
        let row = ActiveModel {
            id: Set(self.id),
            created_at: Set(now.fixed_offset()),
            actor: Set(self.actor.clone()),
            operation: Set(self.operation.stored().to_owned()),
            idempotency_key: Set(self.key.clone()),
            request_digest: Set(self.request_digest.clone()),
            made_id: Set(Some(made)),
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
        // Whoever had it may give it back at this moment.
        let stored = self.stored(db).await?.ok_or(Refusal::KeyUnderWay)?;
        match stored.made_id {
            Some(made) => Ok(Reserved::Known(made)),
            None => self.adopt(db, &stored, made).await,
        }
    }

    /// What the key was taken for; None when it is free. Refused when it belongs to another request.
    pub async fn find(&self, db: &impl ConnectionTrait) -> Result<Option<Uuid>, ServiceError> {
        Ok(self.stored(db).await?.and_then(|stored| stored.made_id))
    }

    async fn stored(&self, db: &impl ConnectionTrait) -> Result<Option<Model>, ServiceError> {
        let stored = Entity::of(&self.actor, self.operation, &self.key).one(db).await?;
        match stored {
            Some(row) if row.request_digest != self.request_digest => Err(Refusal::KeyOfAnotherRequest.into()),
            stored => Ok(stored),
        }
    }

    /// Earlier versions did not say what a key was taken for, and left it so when they died.
    async fn adopt(&self, db: &impl ConnectionTrait, stored: &Model, made: Uuid) -> Result<Reserved, ServiceError> {
        let updated = Entity::update_many()
            .col_expr(Column::MadeId, Expr::value(made))
            .filter(Column::Id.eq(stored.id))
            .filter(Column::MadeId.is_null())
            .exec(db)
            .await?;
        if updated.rows_affected == 1 { Ok(Reserved::Known(made)) } else { Err(Refusal::KeyUnderWay.into()) }
    }

    /// Gives the key back, because the work was refused and what it was taken for was not made.
    pub async fn release(&self, db: &impl ConnectionTrait, made: Uuid) -> Result<(), ServiceError> {
        Entity::delete_many()
            .filter(Column::Actor.eq(&self.actor))
            .filter(Column::Operation.eq(self.operation.stored()))
            .filter(Column::IdempotencyKey.eq(&self.key))
            .filter(Column::MadeId.eq(made))
            .exec(db)
            .await?;
        Ok(())
    }
}
