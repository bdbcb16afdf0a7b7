//! Putting a backup in the place of the database: proved first, swapped in at once, the old one kept.

use std::path::{Path, PathBuf};
use std::time::Instant;

use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, DbBackend, TransactionTrait};
use serde::Serialize;

use crate::access::give_like;
use crate::backup::{Backup, Proof, prove_file, remove_file, sync, sync_folder};
use crate::error::{Finding, FindingCode, SafeError};
use crate::ledger;
use crate::lock::Lock;
use crate::migrator::SafeMigrator;
use crate::options::{Phase, Step};
use crate::place::Place;
use crate::row::{quoted, texts};
use crate::scratch::Scratch;

/// The database from which another one can be renamed.
const MAINTENANCE: &str = "postgres";

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
    /// anything is touched; others must have let go of the database; the old one is kept under another name.
    pub async fn restore(&self, name: &str) -> Result<Restored, SafeError> {
        let backup = self.find_backup(name)?;
        let lock = Lock::take(&self.place, self.options.lock_wait).await?;
        let start = Instant::now();
        let mut steps = Vec::new();
        let proof = Proof::read(&backup.path)?;
        let proved = proof.check_file(&backup.path, &self.place());
        if let Err(error) = proved {
            lock.release().await;
            return Err(error);
        }
        let kept = match self.file() {
            Some(file) => {
                let kept = self.restore_file(&file, &backup, &proof).await;
                lock.release().await;
                kept?
            }
            None => {
                // Nobody may be connected while the names are changed, not even the lock; changing them is exclusive.
                let new = self.load_beside(&backup, &proof).await;
                lock.release().await;
                Some(self.rename(new?).await?)
            }
        };
        self.done(&mut steps, Phase::Restore, format!("{name}, proved and swapped in"), start);
        let db = self.place.write().await?;
        let noted = ledger::note_backup(&db, &self.options, "restore", &backup.name, &backup.fingerprint).await;
        let _ = db.close().await;
        noted.map_err(self.place.failed("writing the ledger"))?;
        Ok(Restored { database: self.place(), backup, kept, steps })
    }

    async fn restore_file(&self, file: &Path, backup: &Backup, proof: &Proof) -> Result<Option<String>, SafeError> {
        let new = file.with_added_extension("restoring");
        remove_file(&new)?;
        std::fs::copy(&backup.path, &new).map_err(SafeError::file(&new))?;
        if file.exists() {
            give_like(&new, file)?;
        }
        sync(&new)?;
        if let Err(error) = prove_file(&new, proof).await {
            remove_file(&new)?;
            return Err(error);
        }
        self.options.reach("before_swap")?;
        let folder = file.parent().unwrap_or(file);
        let kept = if file.exists() { Some(self.keep(file).await?) } else { None };
        // One step: whoever looks finds the old file or the new one.
        std::fs::rename(&new, file).map_err(SafeError::file(file))?;
        sync_folder(folder)?;
        self.options.reach("after_swap")?;
        Ok(kept.map(|kept| kept.display().to_string()))
    }

    /// Gives the old file a second name, once all that it holds is in it. A log that stayed behind would be played into
    /// the restored file.
    async fn keep(&self, file: &Path) -> Result<PathBuf, SafeError> {
        let kept = file.with_added_extension(format!("before-restore-{}", self.options.now_ms()));
        match self.place.write().await {
            Ok(db) => {
                let alone = db.execute_unprepared("pragma busy_timeout = 1000; pragma journal_mode = delete").await;
                let alone = match alone {
                    Ok(_) => db.execute_unprepared("begin exclusive; rollback").await,
                    Err(error) => Err(error),
                };
                let _ = db.close().await;
                if let Err(error) = alone {
                    let cause = format!("others have the database open: {}", crate::error::brief(&error));
                    let finding = Finding {
                        blocks: true,
                        ..Finding::new(FindingCode::OtherConnections, cause, "stop whoever uses it, then restore again")
                    };
                    return Err(SafeError::Refused { place: self.place(), findings: vec![finding] });
                }
            }
            // Such a file is what restoring is for; nobody can be using it.
            Err(SafeError::NotADatabase(_)) => {}
            Err(error) => return Err(error),
        }
        std::fs::hard_link(file, &kept).map_err(SafeError::file(&kept))?;
        for ending in ["-wal", "-shm", "-journal"] {
            let with = |path: &Path| {
                let mut name = path.as_os_str().to_owned();
                name.push(ending);
                PathBuf::from(name)
            };
            if with(file).exists() {
                std::fs::rename(with(file), with(&kept)).map_err(SafeError::file(&kept))?;
            }
        }
        Ok(kept)
    }

    async fn load_beside(&self, backup: &Backup, proof: &Proof) -> Result<String, SafeError> {
        debug_assert_eq!(self.place.backend(), DbBackend::Postgres);
        let scratch = Scratch::make(&self.place, self.options.now_ms()).await?;
        let outcome = async {
            crate::backup::load(self, &backup.path, &scratch).await?;
            let faults = proof.faults(&scratch.db, &self.place).await?;
            match faults.is_empty() {
                true => Ok(()),
                false => Err(SafeError::Backup { place: backup.name.clone(), reason: faults.join(", ") }),
            }
        };
        match outcome.await {
            Ok(()) => Ok(scratch.keep().await),
            Err(error) => {
                scratch.remove().await?;
                Err(error)
            }
        }
    }

    async fn rename(&self, new: String) -> Result<String, SafeError> {
        self.options.reach("before_swap")?;
        let name = self.place.server().and_then(|server| server.get_database()).unwrap_or_default().to_owned();
        let kept = format!("{name}_before_restore_{}", self.options.now_ms());
        let maintenance: Place = self.place.with_database(MAINTENANCE);
        let failed = maintenance.failed("changing the names of the databases");
        let server = maintenance.write().await?;
        let others = format!(
            "select coalesce(nullif(application_name, ''), 'unnamed') as who from pg_stat_activity where datname = '{}'",
            name.replace('\'', "''")
        );
        let others = texts(&server, &others, "who").await.map_err(&failed)?;
        let outcome = async {
            let transaction = server.begin().await?;
            for (from, to) in [(&name, &kept), (&new, &name)] {
                let sql = format!("alter database {} rename to {}", quoted(from), quoted(to));
                transaction.execute_unprepared(&sql).await?;
            }
            transaction.commit().await
        };
        let outcome = outcome.await;
        if outcome.is_err() {
            let _ = server.execute_unprepared(&format!("drop database if exists {}", quoted(&new))).await;
        }
        let _ = server.close().await;
        if let (Err(_), false) = (&outcome, others.is_empty()) {
            let cause = format!("others are connected: {}", others.join(", "));
            let finding = Finding {
                blocks: true,
                ..Finding::new(FindingCode::OtherConnections, cause, "stop whoever uses it, then restore again")
            };
            return Err(SafeError::Refused { place: self.place(), findings: vec![finding] });
        }
        outcome.map_err(&failed)?;
        self.options.reach("after_swap")?;
        Ok(kept)
    }
}
