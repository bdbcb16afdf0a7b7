//! Opening the pools of each backend.

use std::io::ErrorKind;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, ConnectOptions as _, Connection as _};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr};

use super::fault::DatabaseError;
use super::{Access, DatabaseOptions};
use crate::retry::Attempts;

/// Of the one writer of a file, in KiB as `PRAGMA cache_size` takes it: the pages that a run of some thousand deltas
/// changes.
const WRITER_CACHE: &str = "-16384";

/// The shortest time that a pool is given to find or open a connection.
const LEAST_ACQUIRE_TIME: Duration = Duration::from_secs(5);

type Pools = (DatabaseConnection, DatabaseConnection);

/// Opens writer and readers of a file.
pub(super) async fn sqlite(url: &str, file: &Path, options: &DatabaseOptions) -> Result<Pools, DatabaseError> {
    if options.access == Access::Read {
        if !file.exists() {
            return Err(DatabaseError::Missing { file: file.to_owned() });
        }
        let reader = sqlite_pool(url, file, options, Access::Read).await?;
        return Ok((reader.clone(), reader));
    }
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|cause| DatabaseError::Folder { folder: folder.to_owned(), cause: cause.kind() })?;
    }
    // SQLite opens such a file for reading, and only says so at some later statement, or not at all.
    if let Err(cause) = std::fs::OpenOptions::new().write(true).open(file)
        && matches!(cause.kind(), ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied)
        && file.exists()
    {
        return Err(DatabaseError::ReadOnly { file: file.to_owned() });
    }
    // The writer comes first: it creates the file, and readers need its log.
    let writer = sqlite_pool(url, file, options, Access::Write).await?;
    let reader = sqlite_pool(url, file, options, Access::Read).await?;
    Ok((writer, reader))
}

/// SQLite does not wait for the switch to its write-ahead log as it does for other locks, so that it is tried again.
async fn sqlite_pool(
    url: &str,
    file: &Path,
    options: &DatabaseOptions,
    access: Access,
) -> Result<DatabaseConnection, DatabaseError> {
    let mut attempts = Attempts::new(options.random);
    loop {
        match try_sqlite_pool(url, options, access).await {
            Err(error) => attempts.after(error).await.map_err(|error| DatabaseError::of_file(file, &error))?,
            Ok(pool) => return Ok(pool),
        }
    }
}

async fn try_sqlite_pool(url: &str, options: &DatabaseOptions, access: Access) -> Result<DatabaseConnection, DbErr> {
    let pool = sea_orm::Database::connect(sqlite_options(url, options, access)).await?;
    // Reads the first page, so that a file of another kind is found now.
    pool.execute_unprepared("select count(*) from sqlite_master").await?;
    Ok(pool)
}

fn sqlite_options(url: &str, options: &DatabaseOptions, access: Access) -> ConnectOptions {
    let wait = options.wait;
    let mut connect = ConnectOptions::new(url);
    connect
        .max_connections(if access == Access::Write { 1 } else { options.sqlite_readers })
        .min_connections(1)
        .acquire_timeout(acquire_time(wait))
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite.busy_timeout(wait).foreign_keys(true).synchronous(SqliteSynchronous::Full);
            match access {
                // What a statement of many rows may have to take back stays in memory, and so do the pages of a run.
                Access::Write => sqlite
                    .create_if_missing(true)
                    .read_only(false)
                    .journal_mode(SqliteJournalMode::Wal)
                    .pragma("temp_store", "memory")
                    .pragma("cache_size", WRITER_CACHE),
                Access::Read => sqlite.create_if_missing(false).read_only(true),
            }
        });
    connect
}

/// Twice the wait for a lock, for who waits for the one writer waits for its wait too; and never so short that opening
/// a connection on a busy machine counts as none being free.
fn acquire_time(wait: Duration) -> Duration {
    LEAST_ACQUIRE_TIME.max(wait.saturating_mul(2))
}

/// Opens the pool of a server.
pub(super) async fn postgres(url: &str, server: &str, options: &DatabaseOptions) -> Result<Pools, DatabaseError> {
    greet(url, server, options.wait).await?;
    let mut connect = ConnectOptions::new(url);
    connect
        .max_connections(options.max_connections)
        .acquire_timeout(acquire_time(options.wait))
        .sqlx_logging(false)
        .connect_lazy(true)
        .set_application_name("golden")
        .map_sqlx_postgres_opts(pooler_friendly);
    if options.access == Access::Read {
        connect.map_sqlx_postgres_opts(|postgres| {
            pooler_friendly(postgres).options([("default_transaction_read_only", "on")])
        });
    }
    let pool = sea_orm::Database::connect(connect).await.map_err(|error| match error {
        DbErr::Conn(sea_orm::RuntimeErr::SqlxError(cause)) => DatabaseError::of_server(server, &cause),
        _ => DatabaseError::Server { server: server.to_owned(), cause: "the driver failed".to_owned() },
    })?;
    Ok((pool.clone(), pool))
}

/// A pooler refuses start-up parameters that it does not know, and no column of ours is a float.
fn pooler_friendly(postgres: PgConnectOptions) -> PgConnectOptions {
    postgres.extra_float_digits(None)
}

/// One plain connection first: a pool would keep trying a server that refuses, and then only say that time is up.
async fn greet(url: &str, server: &str, wait: Duration) -> Result<(), DatabaseError> {
    let plain = PgConnectOptions::from_str(url).map_err(|_| DatabaseError::Malformed { backend: "Postgres" })?;
    let hello = async {
        let connection = pooler_friendly(plain).connect().await?;
        connection.close().await
    };
    match tokio::time::timeout(wait, hello).await {
        Ok(result) => result.map_err(|cause: sqlx::Error| DatabaseError::of_server(server, &cause)),
        Err(_) => {
            Err(DatabaseError::Server { server: server.to_owned(), cause: "it did not answer in time".to_owned() })
        }
    }
}
