//! Putting a backup in the place of the database: proved first, swapped in at once, the old one kept.

mod file;
mod server;

use std::io::Read as _;
use std::path::Path;
use std::time::Instant;

use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;

use crate::backup::{Backup, sync_folder};
use crate::error::{Finding, FindingCode, SafeError};
use crate::ledger;
use crate::lock::Lock;
use crate::migrator::SafeMigrator;
use crate::options::{Phase, Step};

/// What `restore` did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Restored {
    /// Where the database is, without credentials.
    pub database: String,
    /// The backup that is in its place now.
    pub backup: Backup,
    /// Where the old one is kept: a file, or the name of a database; none when there was none.
    pub kept: Option<String>,
    /// Every step with its time.
    pub steps: Vec<Step>,
}

impl SafeMigrator {
    /// Replaces the database by a backup of it. The backup is compared with its proof, as a file and row by row, before
    /// anything is touched; others must have let go of the database; the old one is kept under another name. Mode and
    /// owner of a file, and owner, grants and settings of a Postgres database, are those of the old one, or it is
    /// refused before the swap. An error after the swap is [`SafeError::Swapped`].
    ///
    /// A process that has a SQLite file open in DELETE mode and does nothing at that moment is not seen: it would go on
    /// writing into the old file.
    pub async fn restore(&self, name: &str) -> Result<Restored, SafeError> {
        let start = Instant::now();
        let lock = Lock::take(&self.place, self.options.lock_wait).await?;
        let (backup, proof) = match self.whole_backup(name) {
            Ok(found) => found,
            Err(error) => {
                lock.release().await;
                return Err(error);
            }
        };
        let wal = self.file().is_some_and(|file| is_wal(&file));
        let kept = match self.file() {
            Some(file) => {
                let kept = self.swap_file(&file, &backup, &proof).await;
                lock.release().await;
                kept?.map(|kept| kept.display().to_string())
            }
            None => Some(self.swap_database(lock, &backup, &proof).await?),
        };
        let mut steps = Vec::new();
        self.done(&mut steps, Phase::Restore, format!("{name}, proved and swapped in"), start);
        if let Err(cause) = self.after_swap(&backup, wal).await {
            let (place, backup, cause) = (self.place(), backup.name, Box::new(cause));
            return Err(SafeError::Swapped { place, backup, kept, cause });
        }
        Ok(Restored { database: self.place(), backup, kept, steps })
    }

    /// What remains once the backup is in its place.
    async fn after_swap(&self, backup: &Backup, wal: bool) -> Result<(), SafeError> {
        if let Some(folder) = self.file().as_deref().and_then(Path::parent) {
            sync_folder(folder)?;
        }
        self.options.reach("after_swap")?;
        let db = self.place.write().await?;
        let outcome = async {
            if wal {
                // A copy is never in this mode.
                db.execute_unprepared("pragma journal_mode = wal").await?;
            }
            ledger::note_backup(&db, &self.options, "restore", &backup.name, &backup.fingerprint).await
        };
        let noted = outcome.await;
        let _ = db.close().await;
        noted.map_err(self.place.failed("writing the ledger"))
    }

    /// Refused, since others use the database.
    fn in_use(&self, cause: String) -> SafeError {
        let remedy = "stop whoever uses it, then restore again";
        let finding = Finding { blocks: true, ..Finding::new(FindingCode::OtherConnections, cause, remedy) };
        SafeError::Refused { place: self.place(), findings: vec![finding] }
    }
}

/// True for a SQLite file in WAL mode, as bytes 18 and 19 of it tell.
fn is_wal(file: &Path) -> bool {
    let mut head = [0; 20];
    let read = std::fs::File::open(file).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head.ends_with(&[2, 2])
}
