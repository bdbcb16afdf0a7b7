//! Where a database is, and connections to it: reading only, writing as migrations need it, or a scratch one.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::{Duration, Instant};

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sea_orm::sqlx::{ConnectOptions as _, Connection as _};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::error::{SafeError, brief, database_code};
use crate::options::{Options, StatementHook};

/// How long SQLite waits for another connection.
const BUSY: Duration = Duration::from_secs(10);

/// After this time without a connection to a Postgres server it is asked why.
const DOUBT: Duration = Duration::from_millis(300);

/// `too_many_connections` and `cannot_connect_now` of Postgres.
const PASSING: [&str; 2] = ["53300", "57P03"];

/// SQLite's code for a file that holds something else.
const NOT_A_DATABASE: &str = "26";

/// SQLite's code for a file whose pages are not what they should be.
pub(crate) const CORRUPT: &str = "11";

/// A database by its URL; shown without credentials.
#[derive(Clone)]
pub(crate) struct Place {
    url: String,
    kind: Kind,
    hook: Option<StatementHook>,
    patience: Duration,
}

#[derive(Clone)]
enum Kind {
    Sqlite(PathBuf),
    Postgres(Box<PgConnectOptions>),
}

impl Place {
    /// Reads a `sqlite:` or `postgres:` URL.
    pub(crate) fn parse(url: &str) -> Result<Self, SafeError> {
        let (scheme, rest) = url.split_once(':').unwrap_or_default();
        let kind = match scheme {
            "sqlite" => {
                // What lies beside the file is found from its folder, and backups are of the file wherever one stands.
                let file = std::path::absolute(sqlite_file(url)?);
                let file = file.map_err(|_| SafeError::Url("without a file"))?;
                // Behind a link is what is locked, copied and replaced, whichever way it is named.
                let linked = file.is_symlink().then(|| file.canonicalize().ok()).flatten();
                Kind::Sqlite(linked.unwrap_or(file))
            }
            // One slash less, and what stands for user and password would be the name of a database, which is shown.
            "postgres" | "postgresql" if !rest.starts_with("//") => {
                return Err(SafeError::Url("malformed for Postgres"));
            }
            "postgres" | "postgresql" => {
                let options = PgConnectOptions::from_str(url).map_err(|_| SafeError::Url("malformed for Postgres"))?;
                Kind::Postgres(Box::new(options.extra_float_digits(None)))
            }
            _ => return Err(SafeError::Url("neither sqlite: nor postgres:")),
        };
        Ok(Self { url: url.to_owned(), kind, hook: None, patience: BUSY })
    }

    /// Whoever only reads waits no longer for a lock of a Postgres table.
    #[must_use]
    pub(crate) fn patient(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Calls this after each statement.
    #[must_use]
    pub(crate) fn hooked(self, hook: Option<StatementHook>) -> Self {
        Self { hook, ..self }
    }

    /// Another SQLite file.
    pub(crate) fn beside(&self, file: &Path) -> Self {
        Self::of_file(file).hooked(self.hook.clone()).patient(self.patience)
    }

    /// A SQLite file. Its name is no part of the URL, where some signs stand for others.
    pub(crate) fn of_file(file: &Path) -> Self {
        let kind = Kind::Sqlite(file.to_owned());
        Self { url: "sqlite://file?mode=rwc".to_owned(), kind, hook: None, patience: BUSY }
    }

    /// The same server, another database.
    pub(crate) fn with_database(&self, name: &str) -> Self {
        match &self.kind {
            Kind::Sqlite(_) => self.clone(),
            Kind::Postgres(options) => {
                let options = options.clone().database(name);
                let url = options.to_url_lossy().to_string();
                Self { url, kind: Kind::Postgres(Box::new(options)), ..self.clone() }
            }
        }
    }

    /// Which backend it is.
    pub(crate) const fn backend(&self) -> DbBackend {
        match self.kind {
            Kind::Sqlite(_) => DbBackend::Sqlite,
            Kind::Postgres(_) => DbBackend::Postgres,
        }
    }

    /// The file, on SQLite.
    pub(crate) fn file(&self) -> Option<&Path> {
        match &self.kind {
            Kind::Sqlite(file) => Some(file),
            Kind::Postgres(_) => None,
        }
    }

    /// What to connect with, on Postgres.
    pub(crate) fn server(&self) -> Option<&PgConnectOptions> {
        match &self.kind {
            Kind::Sqlite(_) => None,
            Kind::Postgres(options) => Some(options),
        }
    }

    /// The password, on Postgres, if there is one.
    pub(crate) fn password(&self) -> Option<String> {
        let url = self.server()?.to_url_lossy();
        Some(percent_decoded(url.password()?))
    }

    /// An error of this database.
    pub(crate) fn failed<'a>(&'a self, during: &'a str) -> impl Fn(DbErr) -> SafeError + use<'a> {
        move |cause| SafeError::Database { place: self.to_string(), during: during.to_owned(), cause: brief(&cause) }
    }

    /// One connection that cannot write: nothing is created, and Postgres assigns no transaction id.
    pub(crate) async fn read(&self) -> Result<DatabaseConnection, SafeError> {
        if let Some(file) = self.file().filter(|file| !file.exists()) {
            return Err(SafeError::Missing(file.to_owned()));
        }
        self.open(true).await
    }

    /// What makes a session of Postgres as one that [`read`](Self::read) opens.
    pub(crate) fn reading(&self) -> String {
        format!("set default_transaction_read_only = on; set lock_timeout = {}", self.patience.as_millis())
    }

    /// One connection as migrations need it: on SQLite foreign keys are off, since a table that is rebuilt would take
    /// its children along, and each commit is on the disk; the file is made when it is missing.
    pub(crate) async fn write(&self) -> Result<DatabaseConnection, SafeError> {
        let db = self.open(false).await?;
        if self.backend() == DbBackend::Sqlite {
            let wal = journal_mode(&db).await.map_err(self.failed("reading the journal mode"))? == "wal";
            let durable = if wal { "pragma synchronous = full" } else { "pragma synchronous = extra" };
            db.execute_unprepared(durable).await.map_err(self.failed("asking for durable commits"))?;
        }
        Ok(db)
    }

    async fn open(&self, read_only: bool) -> Result<DatabaseConnection, SafeError> {
        let mut options = ConnectOptions::new(&self.url);
        options.max_connections(1).min_connections(1).sqlx_logging(false).test_before_acquire(false);
        options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
        match &self.kind {
            Kind::Sqlite(file) => {
                let (file, patience) = (file.clone(), self.patience);
                options.map_sqlx_sqlite_opts(move |sqlite| {
                    let sqlite = sqlite
                        .filename(&file)
                        .busy_timeout(patience)
                        .foreign_keys(false)
                        .synchronous(SqliteSynchronous::Extra);
                    let sqlite = sqlite.disable_statement_logging();
                    let sqlite = sqlite.create_if_missing(!read_only).read_only(read_only);
                    if read_only { sqlite.pragma("query_only", "on") } else { sqlite }
                });
            }
            Kind::Postgres(server) => {
                let (server, patience) = (server.clone(), self.patience.as_millis().to_string());
                options.set_application_name("safe-migrate").map_sqlx_postgres_opts(move |_| {
                    // These options replace those of the pool, which are not to log statements: they may carry values.
                    let server = (*server).clone().application_name("safe-migrate").disable_statement_logging();
                    let reading = [("default_transaction_read_only", "on"), ("lock_timeout", &patience)];
                    if read_only { server.options(reading) } else { server }
                });
            }
        }
        let connecting = Database::connect(options);
        let db = match &self.kind {
            Kind::Sqlite(_) => connecting.await,
            Kind::Postgres(server) => tokio::select! {
                db = connecting => db,
                error = self.unreachable(server) => return Err(error),
            },
        };
        let mut db = db.map_err(|cause| self.not_opened(cause))?;
        if let Some(hook) = self.hook.clone() {
            db.set_metric_callback(move |_| hook());
        }
        if self.file().is_some() {
            let first_page = db.execute_unprepared("select count(*) from sqlite_master").await;
            first_page.map_err(|cause| self.not_opened(cause))?;
        }
        Ok(db)
    }

    /// A file of another kind is told by the first statement, which may be one of the driver's own.
    fn not_opened(&self, cause: DbErr) -> SafeError {
        match (self.file(), database_code(&cause).as_deref()) {
            (Some(file), Some(NOT_A_DATABASE)) => SafeError::NotADatabase(file.to_owned()),
            (Some(file), Some(CORRUPT)) => SafeError::Unreadable(file.to_owned()),
            (None, _) => SafeError::Unreachable { place: self.to_string(), cause: brief(&cause) },
            _ => self.failed("connecting")(cause),
        }
    }

    /// Why a server lets nobody in, as one plain connection tells: a pool keeps trying it, and then only says that time
    /// is up. Ends with that reason or never. A reason that passes is one only when it lasts: the connection that is
    /// waited for may be the very one that leaves no room for this one.
    async fn unreachable(&self, server: &PgConnectOptions) -> SafeError {
        let failed = |cause: String| SafeError::Unreachable { place: self.to_string(), cause };
        let start = Instant::now();
        loop {
            tokio::time::sleep(DOUBT).await;
            let hello = async { server.connect().await?.close().await };
            match tokio::time::timeout(BUSY, hello).await {
                Ok(Ok(())) => {}
                Ok(Err(cause)) => {
                    let cause = DbErr::Conn(RuntimeErr::SqlxError(cause.into()));
                    let passes = database_code(&cause).is_some_and(|code| PASSING.contains(&code.as_str()));
                    if !passes || start.elapsed() >= BUSY {
                        return failed(brief(&cause));
                    }
                }
                Err(_) => return failed("it did not answer in time".to_owned()),
            }
        }
    }
}

/// The file that a `sqlite:` URL names, relative where the URL is; signs such as `%20` stand for others there.
pub fn sqlite_file(url: &str) -> Result<PathBuf, SafeError> {
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(SafeError::Url("a SQLite database in memory, which has nothing to keep"));
    }
    let options = SqliteConnectOptions::from_str(url).map_err(|_| SafeError::Url("malformed for SQLite"))?;
    Ok(options.get_filename().to_owned())
}

/// The URL of a SQLite file with a query such as `mode=rwc`; signs of the name that mean something in a URL are encoded.
pub fn sqlite_url(file: &Path, query: &str) -> String {
    let name = file.display().to_string().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("sqlite://{name}?{query}")
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let code = (byte == b'%').then(|| {
            let mut ahead = rest.clone();
            let digits = [ahead.next()?, ahead.next()?];
            u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()
        });
        match code.flatten() {
            Some(code) => {
                bytes.push(code);
                rest.nth(1);
            }
            None => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Opens a transaction that may write from its start: a deferred SQLite transaction that reads before it writes fails
/// when another writer came between.
pub(crate) async fn begin_writing<C: TransactionTrait>(db: &C) -> Result<C::Transaction, DbErr> {
    let immediate = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    db.begin_with_options(immediate).await
}

/// What a transaction of Postgres sees of others. SQLite keeps them out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// What they commit meanwhile.
    Commits,
    /// Nothing since its first question: rows that are compared twice are others only by what it did itself.
    Snapshot,
}

/// Opens such a transaction, in which on Postgres no statement waits longer for a lock, or takes longer, than is allowed.
pub(crate) async fn begin_within(
    db: &DatabaseConnection,
    options: &Options,
    sight: Sight,
) -> Result<DatabaseTransaction, DbErr> {
    let transaction = begin_writing(db).await?;
    if db.get_database_backend() == DbBackend::Postgres {
        let lock = options.lock_timeout.as_millis();
        let statement = options.statement_timeout.map_or(0, |timeout| timeout.as_millis());
        let level = if sight == Sight::Snapshot { "repeatable read" } else { "read committed" };
        let limits = format!(
            "set transaction isolation level {level}; set local lock_timeout = {lock}; \
             set local statement_timeout = {statement}"
        );
        transaction.execute_unprepared(&limits).await?;
    }
    Ok(transaction)
}

/// `wal`, `delete` and so on, lower case.
pub(crate) async fn journal_mode(db: &impl ConnectionTrait) -> Result<String, DbErr> {
    crate::row::one_text(db, "pragma journal_mode", "journal_mode").await
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Sqlite(file) => write!(f, "sqlite:{}", file.display()),
            Kind::Postgres(server) => {
                let host =
                    server.get_socket().map_or_else(|| server.get_host().to_owned(), |path| path.display().to_string());
                let name = server.get_database().unwrap_or_default();
                write!(f, "postgres://{host}:{}/{name}", server.get_port())
            }
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_folder_wherever_its_name_begins() {
        let here = std::path::absolute("state%20 1.db").unwrap();
        let place = Place::parse("sqlite://state%2520%201.db?mode=rwc").unwrap();
        assert_eq!(sqlite_file(&sqlite_url(&here, "mode=rwc")).unwrap(), here);
        assert_eq!(place.file(), Some(here.as_path()));
        assert_eq!(place.to_string(), format!("sqlite:{}", here.display()));
    }
}
