//! A connection of our own to a SQLite file, beside the pool that a stock command brings.

use std::path::PathBuf;

use sea_orm::sqlx::sqlite::{SqlitePoolOptions, SqliteSynchronous};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseConnectionType, DatabaseExecutor, DbBackend, DbErr, RuntimeErr,
    SqlxSqliteConnector,
};

use crate::row::texts;

/// The SQLite file, under the name by which it was opened where that can be told; none in memory and on Postgres.
pub(super) async fn file(executor: &DatabaseExecutor<'_>) -> Result<Option<PathBuf>, DbErr> {
    if executor.get_database_backend() != DbBackend::Sqlite {
        return Ok(None);
    }
    let files = texts(executor, "select file from pragma_database_list where name = 'main'", "file").await?;
    let Some(file) = files.into_iter().next().filter(|file| !file.is_empty()) else { return Ok(None) };
    let opened = pool(executor).map(|pool| std::path::absolute(pool.connect_options().get_filename()));
    Ok(Some(opened.and_then(Result::ok).unwrap_or_else(|| PathBuf::from(file))))
}

fn pool<'a>(executor: &'a DatabaseExecutor<'_>) -> Option<&'a sea_orm::sqlx::SqlitePool> {
    match executor {
        DatabaseExecutor::Connection(db) => match &db.inner {
            DatabaseConnectionType::SqlxSqlitePoolConnection(_) => Some(db.get_sqlite_connection_pool()),
            _ => None,
        },
        _ => None,
    }
}

/// One connection with the options of the pool, foreign keys off and durable commits; none inside of a transaction of
/// somebody, where foreign keys can no longer be turned off.
pub(super) async fn connection(executor: &DatabaseExecutor<'_>) -> Result<Option<DatabaseConnection>, DbErr> {
    let Some(pool) = pool(executor) else { return Ok(None) };
    let options = (*pool.connect_options()).clone().foreign_keys(false).synchronous(SqliteSynchronous::Extra);
    let own = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None).connect_with(options);
    let own = own.await.map_err(|cause| DbErr::Conn(RuntimeErr::SqlxError(cause.into())))?;
    Ok(Some(SqlxSqliteConnector::from_sqlx_sqlite_pool(own)))
}
