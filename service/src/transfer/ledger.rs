//! How far a move is, kept in the target in the same transactions as the rows.

use sea_orm::sqlx::{self, PgConnection};

use super::sql_failed;
use crate::error::ServiceError;

/// The table that is there while a move has not ended; one row.
pub(super) const MOVE: &str = "_golden_transfer";

/// How far each table is.
pub(super) const PARTS: &str = "_golden_transfer_tables";

/// Whether a move has begun here, and from what.
pub(super) async fn fingerprint(target: &mut PgConnection) -> Result<Option<String>, ServiceError> {
    if !exists(target).await? {
        return Ok(None);
    }
    let query = "select fingerprint from _golden_transfer";
    sqlx::query_scalar(query).fetch_optional(target).await.map_err(sql_failed)
}

/// Whether the table is there that an unfinished move leaves.
pub(super) async fn exists(target: &mut PgConnection) -> Result<bool, ServiceError> {
    let query = "select to_regclass('_golden_transfer') is not null";
    sqlx::query_scalar(query).fetch_one(target).await.map_err(sql_failed)
}

/// Makes both tables and notes what is moved.
pub(super) async fn begin(target: &mut PgConnection, fingerprint: &str, source: &str) -> Result<(), ServiceError> {
    let tables = "create table _golden_transfer (fingerprint text not null, source text not null, begun_at timestamptz \
        not null default now()); create table _golden_transfer_tables (name text primary key, rows_written bigint not \
        null, next_place bigint)";
    let mut transaction = sqlx::Connection::begin(target).await.map_err(sql_failed)?;
    sqlx::raw_sql(tables).execute(&mut *transaction).await.map_err(sql_failed)?;
    let note = sqlx::query("insert into _golden_transfer (fingerprint, source) values ($1, $2)");
    note.bind(fingerprint).bind(source).execute(&mut *transaction).await.map_err(sql_failed)?;
    transaction.commit().await.map_err(sql_failed)
}

/// Forgets the move: it has ended, or its rows are gone.
pub(super) async fn forget(target: &mut PgConnection) -> Result<(), ServiceError> {
    let both = "drop table _golden_transfer_tables, _golden_transfer";
    sqlx::raw_sql(both).execute(target).await.map(|_| ()).map_err(sql_failed)
}

/// Rows written of a table, and where its next page begins: none when all are written.
pub(super) async fn part(target: &mut PgConnection, table: &str) -> Result<Option<(i64, Option<i64>)>, ServiceError> {
    let query = sqlx::query_as("select rows_written, next_place from _golden_transfer_tables where name = $1");
    query.bind(table).fetch_optional(target).await.map_err(sql_failed)
}

/// Notes a page, in the transaction that writes its rows.
pub(super) async fn note(
    target: &mut PgConnection,
    table: &str,
    rows: u64,
    next: Option<i64>,
) -> Result<(), sqlx::Error> {
    let query = sqlx::query(
        "insert into _golden_transfer_tables as known (name, rows_written, next_place) values ($1, $2, $3) on conflict \
         (name) do update set rows_written = known.rows_written + excluded.rows_written, next_place = excluded.next_place",
    );
    query.bind(table).bind(rows.cast_signed()).bind(next).execute(target).await.map(|_| ())
}
