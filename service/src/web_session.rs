//! Sessions of the dashboard: opened with a token, ended by signing out, by time, or with the token.

use chrono::{DateTime, TimeDelta, Utc};
use entity::api_tokens;
use entity::web_sessions::{ActiveModel, Column, Entity, Model};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

use crate::clock::Clock;
use crate::error::ServiceError;
use crate::secret_text::{SecretText, digest};

/// Hours after which a session ends.
pub const HOURS: i64 = 12;

/// Opens a session for a token. The secret belongs into a cookie and is given here only.
pub async fn open(db: &impl ConnectionTrait, token: Uuid, clock: &Clock) -> Result<(SecretText, Model), ServiceError> {
    let (now, secret) = (clock.now(), SecretText::new("", clock));
    let row = ActiveModel {
        id: Set(clock.id()),
        created_at: Set(now.fixed_offset()),
        token_id: Set(token),
        digest: Set(digest(secret.expose())),
        expires_at: Set((now + TimeDelta::hours(HOURS)).fixed_offset()),
        ended_at: Set(None),
    };
    Ok((secret, row.insert(db).await?))
}

/// The session and token that a cookie opens, if both are still good.
pub async fn find_valid(
    db: &impl ConnectionTrait,
    secret: &str,
    now: DateTime<Utc>,
) -> Result<Option<(Model, api_tokens::Model)>, ServiceError> {
    let select = Entity::find().filter(Column::Digest.eq(digest(secret)));
    let Some((session, token)) = select.find_also_related(api_tokens::Entity).one(db).await? else { return Ok(None) };
    let token = token.filter(|token| session.is_valid(now) && token.is_valid(now));
    Ok(token.map(|token| (session, token)))
}

/// Ends a session. Does nothing to one that has ended.
pub async fn end(db: &impl ConnectionTrait, id: Uuid, now: DateTime<Utc>) -> Result<(), ServiceError> {
    Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now.fixed_offset()))
        .filter(Column::Id.eq(id))
        .filter(Column::EndedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// What forms of a session must carry: derived from the secret of the cookie, which no other site can read.
pub fn form_token(secret: &str) -> String {
    digest(&format!("form of {secret}"))
}
