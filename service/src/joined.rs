//! Several bounded selects of one table as one query, so that a page costs one round trip.

use sea_orm::sea_query::{Asterisk, Query, SelectStatement, UnionType};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, QueryTrait, Select};

use crate::error::ServiceError;

/// The rows of all parts, in no order: neither backend promises one. Each part follows its own index and limit.
pub(crate) async fn all<E: EntityTrait>(
    db: &impl ConnectionTrait,
    parts: Vec<Select<E>>,
) -> Result<Vec<E::Model>, ServiceError> {
    all_as::<E, E::Model>(db, parts).await
}

/// As [`all`], for parts that select what `M` is read from.
pub(crate) async fn all_as<E: EntityTrait, M: FromQueryResult>(
    db: &impl ConnectionTrait,
    parts: Vec<Select<E>>,
) -> Result<Vec<M>, ServiceError> {
    let Some(statement) = statement(parts) else { return Ok(Vec::new()) };
    let statement = db.get_database_backend().build(&statement);
    Ok(E::find().from_raw_sql(statement).into_model::<M>().all(db).await?)
}

/// None when there is no part. SQLite takes no ORDER BY or LIMIT in a part of a union, unless it is a subquery.
pub fn statement<E: EntityTrait>(parts: Vec<Select<E>>) -> Option<SelectStatement> {
    let whole = |part: Select<E>| Query::select().column(Asterisk).from_subquery(part.into_query(), "part").to_owned();
    let mut parts = parts.into_iter().map(whole);
    let mut first = parts.next()?;
    first.unions(parts.map(|part| (UnionType::All, part)));
    Some(first)
}
