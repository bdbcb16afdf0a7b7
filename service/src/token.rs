//! Tokens of the API: made once and shown once, looked up by digest, revoked for good.

use chrono::{DateTime, TimeDelta, Utc};
use entity::api_tokens::{ActiveModel, Column, Entity, Model, Scope};
use entity::stored::Stored;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, Set};
use uuid::Uuid;

use crate::clock::Clock;
use crate::error::{Refusal, ServiceError};
use crate::page::{Cursor, Page, Rows};
use crate::secret_text::{SecretText, digest};

/// Days after which a token ends, unless told otherwise.
pub const DEFAULT_DAYS: u32 = 90;
/// Most days that a token lives.
pub const MOST_DAYS: u32 = 366;
/// Most bytes of a token's name.
pub const MOST_NAME_BYTES: usize = 100;

/// A token to make.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Whose it is; it signs what is done with it.
    pub name: String,
    /// What it allows, at least one.
    pub scopes: Vec<Scope>,
    /// Days until it ends, 1 to [`MOST_DAYS`].
    pub days: u32,
    /// Who makes it.
    pub created_by: String,
}

/// Makes a token, in a transaction. The secret is given here and never again. Refused when a valid token has the name:
/// what is done with a token is signed with it, and keys of requests are kept under it.
pub async fn create(
    db: &impl ConnectionTrait,
    token: &NewToken,
    clock: &Clock,
) -> Result<(SecretText, Model), ServiceError> {
    let name = token.name.trim();
    if name.is_empty() || name.len() > MOST_NAME_BYTES || name.chars().any(char::is_control) {
        let message = format!("a token needs a name of at most {MOST_NAME_BYTES} bytes without control characters");
        return Err(ServiceError::Invalid(message));
    }
    if token.scopes.is_empty() || !(1..=MOST_DAYS).contains(&token.days) {
        let message = format!("a token needs at least one scope, and 1 to {MOST_DAYS} days until it ends");
        return Err(ServiceError::Invalid(message));
    }
    let now = clock.now();
    if db.get_database_backend() == DbBackend::Postgres {
        // Of two at one moment the second waits and sees the first; SQLite has one writer anyway.
        db.execute_unprepared("lock table api_tokens in share row exclusive mode").await?;
    }
    if valid_of_name(db, name, now).await? {
        return Err(Refusal::TokenExists { name: name.to_owned() }.into());
    }
    let words: Vec<&str> =
        Scope::MEMBERS.iter().filter(|scope| token.scopes.contains(scope)).map(|scope| scope.stored()).collect();
    let secret = SecretText::new("gct_", clock);
    let row = ActiveModel {
        id: Set(clock.id()),
        created_at: Set(now.fixed_offset()),
        name: Set(name.to_owned()),
        digest: Set(digest(secret.expose())),
        scopes: Set(words.join(" ")),
        created_by: Set(token.created_by.clone()),
        expires_at: Set((now + TimeDelta::days(i64::from(token.days))).fixed_offset()),
        revoked_at: Set(None),
        revoked_by: Set(None),
    };
    Ok((secret, row.insert(db).await?))
}

/// The token that a secret opens, if it is neither over nor revoked.
pub async fn find_valid(
    db: &impl ConnectionTrait,
    secret: &str,
    now: DateTime<Utc>,
) -> Result<Option<Model>, ServiceError> {
    let found = Entity::find_by_digest(digest(secret)).one(db).await?;
    Ok(found.filter(|token| token.is_valid(now)))
}

async fn valid_of_name(db: &impl ConnectionTrait, name: &str, now: DateTime<Utc>) -> Result<bool, ServiceError> {
    let of_name = Entity::find().filter(Column::Name.eq(name)).filter(Column::RevokedAt.is_null());
    Ok(of_name.filter(Column::ExpiresAt.gt(now)).limit(1).one(db).await?.is_some())
}

/// True when a token was ever made, even if it is over or revoked: then nobody is let in without one.
pub async fn any(db: &impl ConnectionTrait) -> Result<bool, ServiceError> {
    let id = Entity::find().select_only().column(Column::Id).limit(1).into_tuple::<Uuid>().one(db).await?;
    Ok(id.is_some())
}

/// A page of tokens, newest first.
pub async fn list(db: &impl ConnectionTrait, page: Page) -> Result<Rows<Model>, ServiceError> {
    let rows = Entity::newest(page.after).limit(page.fetch()).all(db).await?;
    Ok(page.cut(rows, |token| Cursor { created_at: token.created_at.to_utc(), id: token.id }))
}

/// Revokes a token for good; an error when there is none of that id, or when it was revoked already.
pub async fn revoke(db: &impl ConnectionTrait, id: Uuid, by: &str, now: DateTime<Utc>) -> Result<Model, ServiceError> {
    let updated = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now.fixed_offset()))
        .col_expr(Column::RevokedBy, Expr::value(by))
        .filter(Column::Id.eq(id))
        .filter(Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    let found = Entity::find_by_id(id).one(db).await?;
    match found {
        Some(token) if updated.rows_affected == 1 => Ok(token),
        Some(_) => Err(ServiceError::Invalid(format!("token {id} was revoked already"))),
        None => Err(ServiceError::NotFound { what: "token", id: id.to_string() }),
    }
}
