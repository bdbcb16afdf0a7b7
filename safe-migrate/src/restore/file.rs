//! Swapping a SQLite file: the old one is held until the new one has its name.

use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, DatabaseConnection};

use crate::access::give_like;
use crate::backup::{Backup, Proof, prove_file, remove_file, sync};
use crate::error::{SafeError, database_code};
use crate::migrator::SafeMigrator;
use crate::place::CORRUPT;

/// What SQLite may have beside a file.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

impl SafeMigrator {
    /// Puts a copy of the backup in the place of the file, and says where the old one is kept. After an error the file is
    /// as before and nothing is left beside it.
    pub(super) async fn swap_file(
        &self,
        file: &Path,
        backup: &Backup,
        proof: &Proof,
    ) -> Result<Option<PathBuf>, SafeError> {
        let new = file.with_added_extension("restoring");
        remove_file(&new)?;
        let outcome = self.swap_in(file, &new, backup, proof).await;
        if outcome.is_err() {
            // The first error is the one to tell; the next attempt removes what stays.
            let _ = remove_file(&new);
        }
        outcome
    }

    async fn swap_in(
        &self,
        file: &Path,
        new: &Path,
        backup: &Backup,
        proof: &Proof,
    ) -> Result<Option<PathBuf>, SafeError> {
        std::fs::copy(&backup.path, new).map_err(SafeError::file(new))?;
        if file.exists() {
            give_like(new, file)?;
        }
        sync(new)?;
        prove_file(new, proof).await?;
        self.options.reach("before_swap")?;
        // One step: whoever looks finds the old file or the new one.
        let rename = || std::fs::rename(new, file).map_err(SafeError::file(file));
        if !file.exists() {
            return rename().map(|()| None);
        }
        let kept = file.with_added_extension(format!("before-restore-{}", self.options.now_ms()));
        let held = self.hold(file).await?;
        let swapped = keep(file, &kept).and_then(|()| self.options.reach("in_swap")).and_then(|()| rename());
        if swapped.is_err() {
            let _ = let_be(file, &kept);
        }
        if let Some(held) = held {
            // Nothing was written: the end of the connection is the end of its transaction.
            let _ = held.execute_unprepared("rollback").await;
            let _ = held.close().await;
        }
        swapped.map(|()| Some(kept))
    }

    /// Brings all that the file holds into it, and keeps others from it. A log that stayed behind would be played into the
    /// restored file, and what is written now would be in the old one alone. None for a file that is no database,
    /// or whose tables cannot be read: that is what restoring is for, and nobody can be using it.
    async fn hold(&self, file: &Path) -> Result<Option<DatabaseConnection>, SafeError> {
        debug_assert_eq!(self.place.file(), Some(file));
        let db = match self.place.write().await {
            Ok(db) => db,
            Err(SafeError::NotADatabase(_) | SafeError::Unreadable(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        for statement in ["pragma busy_timeout = 1000; pragma journal_mode = delete", "begin exclusive"] {
            if let Err(error) = db.execute_unprepared(statement).await {
                if database_code(&error).as_deref() == Some(CORRUPT) {
                    continue;
                }
                let _ = db.close().await;
                return Err(self.in_use(format!("others have the database open: {}", crate::error::brief(&error))));
            }
        }
        Ok(Some(db))
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Gives the old file a second name, and what lies beside it a new one.
fn keep(file: &Path, kept: &Path) -> Result<(), SafeError> {
    std::fs::hard_link(file, kept).map_err(SafeError::file(kept))?;
    companions(file, kept)
}

/// Takes that back.
fn let_be(file: &Path, kept: &Path) -> Result<(), SafeError> {
    companions(kept, file)?;
    std::fs::remove_file(kept).map_err(SafeError::file(kept))
}

fn companions(from: &Path, to: &Path) -> Result<(), SafeError> {
    for ending in COMPANIONS {
        let (from, to) = (beside(from, ending), beside(to, ending));
        if from.exists() {
            std::fs::rename(&from, &to).map_err(SafeError::file(&from))?;
        }
    }
    Ok(())
}
