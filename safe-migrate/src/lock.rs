//! One migrator at a time: a lock that dies with its process, so that it is never stale.

use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use sea_orm::{DatabaseConnection, DbBackend};

use crate::error::SafeError;
use crate::place::Place;
use crate::row::one_text;

/// The advisory lock of migrations in a Postgres database: any number that no other lock in it has.
pub(crate) const ADVISORY: i64 = 0x676f_6c64_656e_0001;

/// How often a lock that another migrator holds is asked for again.
const PAUSE: Duration = Duration::from_millis(25);

/// Held until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    held: Held,
}

#[derive(Debug)]
enum Held {
    /// The system lets go of it when the file is closed, however that comes.
    File(File),
    /// The server lets go of it when the connection ends.
    Session(DatabaseConnection),
}

impl Lock {
    /// Waits for other migrators of the same database.
    pub(crate) async fn take(place: &Place, wait: Duration) -> Result<Self, SafeError> {
        let start = Instant::now();
        let held = match place.file() {
            Some(file) => Held::File(open(place, file.with_added_extension("lock"))?),
            None => Held::Session(place.write().await?),
        };
        loop {
            if held.try_take(place).await? {
                return Ok(Self { held });
            }
            if start.elapsed() >= wait {
                return Err(SafeError::Locked { place: place.to_string(), waited: wait });
            }
            // Asked for again and again: who waits inside of a statement would hold up CREATE INDEX CONCURRENTLY.
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Lets go of it and waits until the server has noticed.
    pub(crate) async fn release(self) {
        if let Held::Session(connection) = self.held {
            // The end of the connection frees the lock in any case.
            let _ = connection.close().await;
        }
    }
}

impl Held {
    async fn try_take(&self, place: &Place) -> Result<bool, SafeError> {
        match self {
            Self::File(file) => match file.try_lock() {
                Ok(()) => Ok(true),
                Err(TryLockError::WouldBlock) => Ok(false),
                Err(TryLockError::Error(cause)) => {
                    Err(SafeError::File { path: place.file().unwrap_or_else(|| "".as_ref()).to_owned(), cause })
                }
            },
            Self::Session(connection) => {
                debug_assert_eq!(place.backend(), DbBackend::Postgres);
                let question = format!("select pg_try_advisory_lock({ADVISORY})::text as held");
                let answer = one_text(connection, &question, "held").await;
                Ok(answer.map_err(place.failed("asking for the lock of migrations"))? == "true")
            }
        }
    }
}

/// The lock is a file of its own: SQLite's locks on the database end when any handle of this process is closed.
fn open(place: &Place, path: PathBuf) -> Result<File, SafeError> {
    if let Some(folder) = place.file().and_then(|file| file.parent()).filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(SafeError::file(folder))?;
    }
    File::options().create(true).truncate(false).write(true).open(&path).map_err(SafeError::file(&path))
}
