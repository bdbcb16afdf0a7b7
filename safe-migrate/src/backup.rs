//! Backups that are proved before they are believed: copied, synced, opened again and compared, row by row.

mod postgres;
mod proof;
mod room;
mod sqlite;
mod tool;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Instant;

use schemars::JsonSchema;
use sea_orm::DbBackend;
use serde::{Deserialize, Serialize};

pub(crate) use postgres::{Owners, load};
pub(crate) use proof::Proof;
pub(crate) use sqlite::prove as prove_file;

use crate::access::make_like;
use crate::error::SafeError;
use crate::ledger;
use crate::lock::Lock;
use crate::migrator::SafeMigrator;
use crate::options::{Phase, Step};
use crate::place::Place;
use crate::scratch::{FORGOTTEN, Scratch};
use crate::status::State;

/// A backup that was made and proved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Backup {
    /// The name of its file.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// When it was made, UTC, RFC 3339.
    pub made_at: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file, hexadecimal; empty where its proof cannot be read.
    pub sha256: String,
    /// Which database it is of, without credentials.
    pub database: String,
    /// Fingerprint of its schema.
    pub fingerprint: String,
    /// How many tables it holds.
    pub tables: u64,
    /// How many rows it holds.
    pub rows: i64,
    /// True when its proof is there and its file is the one that was proved.
    pub proved: bool,
}

impl SafeMigrator {
    /// Where backups go.
    pub fn backup_directory(&self) -> Result<PathBuf, SafeError> {
        let beside = || Some(self.place.file()?.parent()?.join("backups"));
        self.options.backup_directory.clone().or_else(beside).ok_or_else(|| {
            SafeError::Unsupported("no folder for backups is known: name one, or go without a backup".to_owned())
        })
    }

    /// Copies the database and proves the copy; old backups beyond the limits are removed then.
    pub async fn backup(&self) -> Result<Backup, SafeError> {
        self.is_there()?;
        let lock = Lock::take(&self.place, self.options.lock_wait).await?;
        let mut steps = Vec::new();
        let backup = self.backup_locked(&mut steps).await;
        lock.release().await;
        backup
    }

    pub(crate) async fn backup_locked(&self, steps: &mut Vec<Step>) -> Result<Backup, SafeError> {
        let start = Instant::now();
        let directory = self.backup_directory()?;
        std::fs::create_dir_all(&directory).map_err(SafeError::file(&directory))?;
        self.options.reach("before_backup")?;
        let made = self.options.now_ms();
        self.sweep(&directory, made)?;
        let name = format!("{}-{made}.{}", self.base_name(), if self.file().is_some() { "db" } else { "dump" });
        let path = directory.join(&name);
        // Only a name that was synced and proved ends so.
        let part = directory.join(format!("{name}.part"));
        remove_file(&part)?;
        let mut unfinished = Unfinished(Some(part.clone()));
        make_like(&part, self.place.file())?;
        let proof = match self.place.backend() {
            DbBackend::Sqlite => sqlite::copy(self, &part).await?,
            _ => postgres::dump(self, &part).await?,
        };
        self.options.reach("before_backup_named")?;
        proof.write(&path, &part)?;
        sync(&part)?;
        std::fs::rename(&part, &path).map_err(SafeError::file(&path))?;
        unfinished.0 = None;
        sync_folder(&directory)?;
        self.options.reach("after_backup")?;
        self.done(steps, Phase::Backup, format!("{name}, proved"), start);
        let backup = describe(&path)?;
        self.note(&backup).await?;
        self.retain(&directory, made, &backup.name)?;
        Ok(backup)
    }

    /// Removes what a process that was killed left half-made a day ago or earlier.
    fn sweep(&self, directory: &Path, now: i64) -> Result<(), SafeError> {
        let start = format!("{}-", self.base_name());
        for entry in std::fs::read_dir(directory).map_err(SafeError::file(directory))? {
            let entry = entry.map_err(SafeError::file(directory))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let made = name.strip_prefix(&start).and_then(|rest| rest.split('.').next()?.parse::<i64>().ok());
            let half = name.ends_with(".part") || name.ends_with(".rehearsal");
            if half && made.is_some_and(|made| now - made > FORGOTTEN) {
                remove_file(&entry.path())?;
            }
        }
        Ok(())
    }

    /// Notes it in the ledger, unless the database is somebody else's or of a newer program: those are not written to.
    async fn note(&self, backup: &Backup) -> Result<(), SafeError> {
        let db = self.place.write().await?;
        let state = self.status_on(&db).await.map(|status| status.state);
        if !matches!(state, Ok(State::UpToDate | State::Behind | State::Empty)) {
            let _ = db.close().await;
            return state.map(|_| ());
        }
        let noted = ledger::note_backup(&db, &self.options, "backup", &backup.name, &backup.fingerprint).await;
        let _ = db.close().await;
        noted.map_err(self.place.failed("writing the ledger"))
    }

    fn base_name(&self) -> String {
        match (self.place.file(), self.place.server()) {
            (Some(file), _) => file.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            (_, Some(server)) => server.get_database().unwrap_or("postgres").to_owned(),
            _ => "database".to_owned(),
        }
    }

    /// Every backup of this database, newest first. Its proof is read; its file is not. One whose name is of this
    /// database and whose proof cannot be read is not proved; of others nothing is asked.
    pub fn backups(&self) -> Result<Vec<Backup>, SafeError> {
        let directory = self.backup_directory()?;
        if !directory.exists() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&directory).map_err(SafeError::file(&directory))? {
            let path = entry.map_err(SafeError::file(&directory))?.path();
            let ends = |ending: &str| path.extension().is_some_and(|extension| extension == ending);
            if (ends("db") || ends("dump")) && Proof::path(&path).exists() {
                found.extend(describe(&path).ok().or_else(|| self.unproved(&path)));
            }
        }
        found.retain(|backup| backup.database == self.place());
        found.sort_by(|left, right| right.made_at.cmp(&left.made_at).then_with(|| right.name.cmp(&left.name)));
        Ok(found)
    }

    /// A backup of which no more is known than its name tells.
    fn unproved(&self, path: &Path) -> Option<Backup> {
        let name = path.file_name()?.to_str()?;
        let made = name.strip_prefix(&format!("{}-", self.base_name()))?.split('.').next()?.parse().ok()?;
        Some(Backup {
            name: name.to_owned(),
            path: path.to_owned(),
            made_at: ledger::time(made),
            bytes: std::fs::metadata(path).ok()?.len(),
            sha256: String::new(),
            database: self.place(),
            fingerprint: String::new(),
            tables: 0,
            rows: 0,
            proved: false,
        })
    }

    /// A backup of this database by its name.
    pub(crate) fn find_backup(&self, name: &str) -> Result<Backup, SafeError> {
        let found = self.backups()?.into_iter().find(|backup| backup.name == name);
        found.ok_or_else(|| SafeError::Backup { place: name.to_owned(), reason: "is none of this database".to_owned() })
    }

    /// Removes backups that are too old or too many; the one just made always stays, whatever the clock says. One whose
    /// proof cannot be read is nothing to decide about.
    fn retain(&self, directory: &Path, now: i64, just_made: &str) -> Result<(), SafeError> {
        let oldest = ledger::time(now - i64::from(self.options.retention_days) * 86_400_000);
        let most = usize::try_from(self.options.max_backups.max(1)).unwrap_or(usize::MAX);
        let others = self.backups()?.into_iter().filter(|backup| backup.name != just_made && !backup.sha256.is_empty());
        for (index, backup) in others.enumerate() {
            if index + 1 >= most || backup.made_at < oldest {
                remove_file(&backup.path)?;
                remove_file(&Proof::path(&backup.path))?;
            }
        }
        sync_folder(directory)
    }

    /// A copy of a backup that may be written.
    pub(crate) async fn copy_of(&self, backup: &Backup) -> Result<Copy, SafeError> {
        if self.place.backend() == DbBackend::Sqlite {
            let file = backup.path.with_extension("rehearsal");
            let kind = CopyKind::File(Unfinished(Some(file.clone())));
            std::fs::copy(&backup.path, &file).map_err(SafeError::file(&file))?;
            return Ok(Copy { place: self.place.beside(&file), kind });
        }
        let scratch = Scratch::make(&self.place, self.options.now_ms()).await?;
        match load(self, &backup.path, &scratch, Owners::Ours).await {
            Ok(place) => Ok(Copy { place, kind: CopyKind::Database(scratch) }),
            Err(error) => {
                scratch.remove().await?;
                Err(error)
            }
        }
    }
}

/// A copy to rehearse on.
pub(crate) struct Copy {
    pub(crate) place: Place,
    pub(crate) kind: CopyKind,
}

/// A file that goes with this, whatever becomes of the work. What stays all the same is swept a day later.
pub(crate) struct Unfinished(Option<PathBuf>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(file) = self.0.take() {
            let _ = remove_file(&file);
        }
    }
}

/// How the copy goes away.
pub(crate) enum CopyKind {
    /// A file.
    File(Unfinished),
    /// A scratch database.
    Database(Scratch),
}

impl Copy {
    pub(crate) async fn remove(self) -> Result<(), SafeError> {
        match self.kind {
            CopyKind::File(mut file) => file.0.take().map_or(Ok(()), |file| remove_file(&file)),
            CopyKind::Database(scratch) => scratch.remove().await,
        }
    }
}

fn describe(path: &Path) -> Result<Backup, SafeError> {
    let proof = Proof::read(path)?;
    let bytes = std::fs::metadata(path).map_err(SafeError::file(path))?.len();
    Ok(Backup {
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        path: path.to_owned(),
        made_at: proof.made_at.clone(),
        bytes,
        sha256: proof.sha256.clone(),
        database: proof.database.clone(),
        fingerprint: proof.schema.clone(),
        tables: u64::try_from(proof.tables.len()).unwrap_or(u64::MAX),
        rows: proof.tables.values().map(|content| content.rows).sum(),
        proved: bytes == proof.bytes,
    })
}

/// Removes a file and what SQLite may have left beside it; a file that is not there is no error.
pub(crate) fn remove_file(path: &Path) -> Result<(), SafeError> {
    for ending in ["", "-journal", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        match std::fs::remove_file(&name) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                return Err(SafeError::File { path: path.to_owned(), cause });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Waits until a file is on the disk.
pub(crate) fn sync(path: &Path) -> Result<(), SafeError> {
    File::options().write(true).open(path).and_then(|file| file.sync_all()).map_err(SafeError::file(path))
}

/// Waits until the names in a folder are on the disk: without it a power cut brings back a journal that was removed,
/// and SQLite then takes the whole copy back.
pub(crate) fn sync_folder(path: &Path) -> Result<(), SafeError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(SafeError::file(path))
}
