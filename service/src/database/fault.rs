//! Why a database cannot be opened.

use std::io;
use std::path::{Path, PathBuf};

use sea_orm::sqlx;
use sea_orm::{DbErr, RuntimeErr};

use crate::retry::database_code;

/// Why a database cannot be opened; messages name the place and the cause, never a credential.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseError {
    /// Neither SQLite nor Postgres.
    #[error("the database URL must start with sqlite: or postgres:")]
    Scheme,
    /// The rest of the URL makes no sense to its driver.
    #[error("the {backend} URL is malformed")]
    Malformed {
        /// The backend that its start names.
        backend: &'static str,
    },
    /// Runs are kept for good, which memory is not.
    #[error("a SQLite database in memory would be lost at the end: name a file")]
    InMemory,
    /// The folder of the file cannot be made.
    #[error("cannot create the folder {} of the database: {cause}", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        cause: io::ErrorKind,
    },
    /// Opened for reading only, and it is not there.
    #[error("there is no database file {}", .file.display())]
    Missing {
        /// The file.
        file: PathBuf,
    },
    /// The file holds something else.
    #[error("{} is not a SQLite database", .file.display())]
    NotADatabase {
        /// The file.
        file: PathBuf,
    },
    /// The file can be read but not written.
    #[error("the database file {} cannot be written: the file or its folder is read-only", .file.display())]
    ReadOnly {
        /// The file.
        file: PathBuf,
    },
    /// The file cannot be opened.
    #[error("cannot open the database file {}: {cause}", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What SQLite said.
        cause: String,
    },
    /// The server cannot be reached or refuses.
    #[error("cannot connect to postgres://{server}: {cause}")]
    Server {
        /// Host, port and name.
        server: String,
        /// What the system or the server said.
        cause: String,
    },
}

impl DatabaseError {
    /// What to do about it.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Scheme | Self::Malformed { .. } | Self::InMemory => {
                "give --database-url, DATABASE_URL or database.url of golden.toml as sqlite://FILE or postgres://HOST/NAME"
            }
            Self::Missing { .. } => "name a database that is there, or let `golden db migrate` make it",
            Self::NotADatabase { .. } => {
                "name another file, which may be missing or empty, with --database-url sqlite://FILE"
            }
            Self::Folder { .. } | Self::ReadOnly { .. } | Self::File { .. } => {
                "make the file and its folder writable and leave room on the disk, or name another file with --database-url sqlite://FILE"
            }
            Self::Server { .. } => "see that the server runs and lets you in, or name another with --database-url",
        }
    }

    /// What an error means for a SQLite file, by result code (<https://sqlite.org/rescode.html>).
    pub(super) fn of_file(file: &Path, error: &DbErr) -> Self {
        let file = file.to_owned();
        let code = database_code(error).and_then(|code| code.parse::<i32>().ok());
        match code.map(|code| code & 0xff) {
            Some(26) => Self::NotADatabase { file },
            Some(8) => Self::ReadOnly { file },
            Some(11) => Self::File { file, cause: "it is damaged".to_owned() },
            Some(13) => Self::File { file, cause: "the disk is full".to_owned() },
            Some(14) => Self::File { file, cause: "the system refuses to open or create it".to_owned() },
            _ => Self::File { file, cause: cause_of(error) },
        }
    }

    /// What an error means for a server.
    pub(super) fn of_server(server: &str, error: &sqlx::Error) -> Self {
        Self::Server { server: server.to_owned(), cause: sqlx_cause(error) }
    }
}

fn cause_of(error: &DbErr) -> String {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => sqlx_cause(cause),
        _ => "the driver failed".to_owned(),
    }
}

/// The cause in few words. Only what the database or the system said is passed on: other messages may quote the URL.
fn sqlx_cause(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(cause) => cause.message().to_owned(),
        sqlx::Error::Io(cause) => cause.kind().to_string(),
        sqlx::Error::Tls(_) => "no TLS connection could be made".to_owned(),
        sqlx::Error::PoolTimedOut => "no connection became free in time".to_owned(),
        _ => "the server did not answer as expected".to_owned(),
    }
}
