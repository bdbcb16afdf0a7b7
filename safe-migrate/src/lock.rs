//! One migrator at a time: a lock that dies with its process, so that it is never stale.

use std::fs::{File, TryLockError};
use std::ops::Deref;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};

use crate::error::SafeError;
use crate::place::Place;
use crate::row::one_text;

/// The advisory lock of migrations in a Postgres database: any number that no other lock in it has.
pub(crate) const ADVISORY: i64 = 0x676f_6c64_656e_0001;

/// How often a lock that another migrator holds is asked for again.
const PAUSE: Duration = Duration::from_millis(25);

/// Ends what [`Place::reading`] began: whatever the server, the role or the URL say holds again.
const READ_AND_WRITE: &str = "reset default_transaction_read_only; reset lock_timeout";

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
        Self::take_in(place, None, wait).await
    }

    /// The same, on Postgres in a session that is open already.
    pub(crate) async fn take_in(
        place: &Place,
        session: Option<DatabaseConnection>,
        wait: Duration,
    ) -> Result<Self, SafeError> {
        let start = Instant::now();
        let held = match (place.file(), session) {
            (Some(file), _) => Held::File(open(place, file.with_added_extension("lock"))?),
            (None, Some(session)) => Held::Session(session),
            (None, None) => Held::Session(place.write().await?),
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

    /// A connection for what the lock guards. On Postgres it is the session that holds the lock: work that is left when
    /// the lock is lost is lost with it.
    pub(crate) async fn writer(&self, place: &Place) -> Result<Work, SafeError> {
        match &self.held {
            Held::File(_) => Ok(Work { db: place.write().await?, until: Until::Closed }),
            Held::Session(session) => Ok(Work { db: session.clone(), until: Until::Kept }),
        }
    }

    /// The same for reading alone: nothing can be written until it ends.
    pub(crate) async fn reader(&self, place: &Place) -> Result<Work, SafeError> {
        match &self.held {
            Held::File(_) => Ok(Work { db: place.read().await?, until: Until::Closed }),
            Held::Session(session) => Work::reading(place, session).await,
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

/// A connection for one piece of work, which says when it ends.
pub(crate) struct Work {
    db: DatabaseConnection,
    until: Until,
}

enum Until {
    /// The connection was opened for this work.
    Closed,
    /// It is a session that goes on, and may write.
    Kept,
    /// It is a session that goes on, and may not write until this ends.
    Written,
}

impl Work {
    /// Reading in a session that goes on: it has the limits of a connection that is for reading alone.
    pub(crate) async fn reading(place: &Place, session: &DatabaseConnection) -> Result<Self, SafeError> {
        let begin = session.execute_unprepared(&place.reading()).await;
        begin.map_err(place.failed("asking for a session that cannot write"))?;
        Ok(Self { db: session.clone(), until: Until::Written })
    }

    /// Gives the connection back.
    pub(crate) async fn end(self) {
        // A session that could not be told stays read-only, and whoever writes next is told.
        let _ = match self.until {
            Until::Closed => self.db.close().await,
            Until::Kept => Ok(()),
            Until::Written => self.db.execute_unprepared(READ_AND_WRITE).await.map(|_| ()),
        };
    }
}

impl Deref for Work {
    type Target = DatabaseConnection;

    fn deref(&self) -> &DatabaseConnection {
        &self.db
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
