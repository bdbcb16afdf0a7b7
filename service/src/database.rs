//! One type for both backends: a single SQLite writer with a pool of readers, or one Postgres pool.

mod fault;
mod open;
mod place;

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
};
use tokio::sync::Semaphore;

pub use fault::DatabaseError;

use crate::retry::{Attempts, Random, Transient};

/// Connections to Postgres of who says nothing else.
pub const DEFAULT_CONNECTIONS: u32 = 10;

/// What a connection may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read and write; a SQLite file and its folder are created when they are missing.
    Write,
    /// Read only: nothing is created or changed, not even a lock file's content.
    Read,
}

/// How to connect.
#[derive(Clone, Debug)]
pub struct DatabaseOptions {
    /// What the connection may do.
    pub access: Access,
    /// Connections of the Postgres pool at most.
    pub max_connections: u32,
    /// Connections of the pool of SQLite readers at most; a command that asks one thing after the other needs one.
    pub sqlite_readers: u32,
    /// How long to wait for a lock of SQLite or for a free connection.
    pub wait: Duration,
    /// Where pauses between attempts get their randomness from.
    pub random: Random,
}

impl DatabaseOptions {
    /// Read and write with ten connections, four SQLite readers, and five seconds of patience.
    pub const fn new(random: Random) -> Self {
        Self {
            access: Access::Write,
            max_connections: DEFAULT_CONNECTIONS,
            sqlite_readers: 4,
            wait: Duration::from_secs(5),
            random,
        }
    }
}

/// An open database. Cloning shares the pools.
#[derive(Clone, Debug)]
pub struct Database {
    /// Held while thousands of rows are written.
    bulk: Arc<Semaphore>,
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    place: String,
    random: Random,
}

impl Database {
    /// Opens the database that a `sqlite:` or `postgres:` URL names; errors say where and why, never a credential.
    pub async fn connect(url: &str, options: &DatabaseOptions) -> Result<Self, DatabaseError> {
        let place = place::Place::parse(url)?;
        let (writer, reader) = match &place {
            place::Place::Sqlite(file) => open::sqlite(url, file, options).await?,
            place::Place::Postgres(server) => open::postgres(url, server, options).await?,
        };
        Ok(Self { bulk: Arc::new(Semaphore::new(1)), writer, reader, place: place.to_string(), random: options.random })
    }

    /// Which backend it is.
    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    /// `sqlite` or `postgres`.
    pub fn backend_name(&self) -> &'static str {
        match self.backend() {
            DbBackend::Postgres => "postgres",
            _ => "sqlite",
        }
    }

    /// Where it is: a file, or host, port and name; fit for messages.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Fresh attempts at a unit of work that begins its own transactions.
    pub const fn attempts(&self) -> Attempts {
        Attempts::new(self.random)
    }

    /// For queries. On SQLite it cannot write.
    pub const fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For changes. On SQLite there is one such connection in a process, so do not hold two.
    pub const fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Tells `callback` of every query of the reader from now on: how the number and the plans of a page's queries are
    /// held.
    pub fn watched(mut self, callback: impl Fn(&Statement) + Send + Sync + 'static) -> Self {
        self.reader.set_metric_callback(move |query| callback(query.statement));
        self
    }

    /// Opens a transaction that may write from its start; it is rolled back when it is dropped.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        // A deferred SQLite transaction that reads before it writes fails when another writer came between.
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.writer.begin_with_options(immediate).await
    }

    /// Runs `work` in a transaction and commits it; all of it is run again when another writer was faster.
    ///
    /// `work` gets the transaction and gives it back with its result: lending it would make a future that is not
    /// `Send`. It must have no effect outside of the transaction.
    pub async fn write<T, E, F>(&self, work: impl Fn(DatabaseTransaction) -> F) -> Result<T, E>
    where
        E: From<DbErr> + Transient,
        F: Future<Output = Result<(DatabaseTransaction, T), E>>,
    {
        let mut attempts = self.attempts();
        loop {
            match self.write_once(&work).await {
                Err(error) => attempts.after(error).await?,
                done => return done,
            }
        }
    }

    /// As [`Self::write`] for rows by the thousand, of which a process writes those of one caller at a time: on Postgres
    /// they would take the connections and the processors that readers wait for.
    pub async fn write_bulk<T, E, F>(&self, work: impl Fn(DatabaseTransaction) -> F) -> Result<T, E>
    where
        E: From<DbErr> + Transient,
        F: Future<Output = Result<(DatabaseTransaction, T), E>>,
    {
        // Nobody closes it, and then there would be nobody to wait for.
        let _turn = self.bulk.acquire().await.ok();
        self.write(work).await
    }

    async fn write_once<T, E, F>(&self, work: &impl Fn(DatabaseTransaction) -> F) -> Result<T, E>
    where
        E: From<DbErr>,
        F: Future<Output = Result<(DatabaseTransaction, T), E>>,
    {
        let (transaction, result) = work(self.begin().await?).await?;
        transaction.commit().await?;
        Ok(result)
    }

    /// Closes every connection; SQLite then folds its log into the file.
    pub async fn close(self) -> Result<(), DbErr> {
        self.reader.close().await?;
        self.writer.close().await
    }
}
