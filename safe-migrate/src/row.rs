//! Small questions to a database.

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement};

/// Every row of a query.
pub(crate) async fn all(db: &impl ConnectionTrait, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await
}

/// Runs one statement.
pub(crate) async fn run(db: &impl ConnectionTrait, sql: &str) -> Result<(), DbErr> {
    db.execute_raw(Statement::from_string(db.get_database_backend(), sql)).await.map(|_| ())
}

/// A text of the only row; an error when there is none.
pub(crate) async fn one_text(db: &impl ConnectionTrait, sql: &str, column: &str) -> Result<String, DbErr> {
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    row.ok_or_else(|| DbErr::RecordNotFound(sql.to_owned()))?.try_get("", column)
}

/// A number of the only row; an error when there is none.
pub(crate) async fn one_number(db: &impl ConnectionTrait, sql: &str, column: &str) -> Result<i64, DbErr> {
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    row.ok_or_else(|| DbErr::RecordNotFound(sql.to_owned()))?.try_get("", column)
}

/// One column of every row, as text.
pub(crate) async fn texts(db: &impl ConnectionTrait, sql: &str, column: &str) -> Result<Vec<String>, DbErr> {
    all(db, sql).await?.iter().map(|row| row.try_get("", column)).collect()
}

/// A name as an identifier of either backend.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as a literal of either backend.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
