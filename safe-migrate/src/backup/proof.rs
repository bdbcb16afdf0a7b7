//! The proof of a backup: what the database held when it was copied, kept beside the copy.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, DbBackend};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::access::make_like;
use crate::content::{self, Content};
use crate::error::SafeError;
use crate::place::Place;
use crate::recorder::hex;
use crate::schema::SchemaDocument;

/// How digests of rows are made: another number wherever the same rows would give another digest.
const FORMAT: u32 = 2;

/// How a session of Postgres tells bytes, spans, numbers and money.
const SPELLING: &str = "set bytea_output = 'hex'; set intervalstyle = 'postgres'; set extra_float_digits = 1; \
     set lc_monetary = 'C'";

/// What a backup must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proof {
    /// How its digests were made.
    #[serde(default = "first_format")]
    pub(crate) format: u32,
    /// Which database it is of, without credentials.
    pub(crate) database: String,
    /// When it was made, UTC, RFC 3339.
    pub(crate) made_at: String,
    /// Fingerprint of the schema.
    pub(crate) schema: String,
    /// What each table held, the ledgers included.
    pub(crate) tables: BTreeMap<String, Content>,
    /// SHA-256 of the file.
    pub(crate) sha256: String,
    /// Size of the file.
    pub(crate) bytes: u64,
}

impl Proof {
    /// Where the proof of a backup is.
    pub(crate) fn path(backup: &Path) -> PathBuf {
        backup.with_added_extension("proof.json")
    }

    /// Reads the proof of a backup.
    pub(crate) fn read(backup: &Path) -> Result<Self, SafeError> {
        let path = Self::path(backup);
        let text = std::fs::read_to_string(&path).map_err(SafeError::file(&path))?;
        let failed = |cause: String| SafeError::Document { what: "the proof of a backup", cause };
        let proof: Self = serde_json::from_str(&text).map_err(|cause| failed(cause.to_string()))?;
        if proof.format != FORMAT {
            let cause = format!("{} has format {}, and this program reads {FORMAT}", path.display(), proof.format);
            return Err(failed(cause));
        }
        Ok(proof)
    }

    /// Writes it beside the backup, and waits until it is on the disk. Who may read the `model` may read it.
    pub(crate) fn write(&self, backup: &Path, model: &Path) -> Result<(), SafeError> {
        let path = Self::path(backup);
        super::remove_file(&path)?;
        make_like(&path, Some(model))?;
        let text = serde_json::to_string_pretty(self)
            .map_err(|cause| SafeError::Document { what: "the proof of a backup", cause: cause.to_string() })?;
        std::fs::write(&path, text).map_err(SafeError::file(&path))?;
        super::sync(&path)
    }

    /// What a database holds at this moment.
    pub(crate) async fn of(db: &impl ConnectionTrait, place: &Place, made_at: String) -> Result<Self, SafeError> {
        let failed = place.failed("reading every row");
        if db.get_database_backend() == DbBackend::Postgres {
            // Settings of a database are no part of a dump, and these change how values are told.
            db.execute_unprepared(SPELLING).await.map_err(&failed)?;
        }
        let schema = SchemaDocument::read(db, "").await.map_err(&failed)?;
        let tables = content::of_all(db, &schema).await.map_err(&failed)?;
        let (sha256, bytes) = (String::new(), 0);
        Ok(Self {
            format: FORMAT,
            database: place.to_string(),
            made_at,
            schema: schema.fingerprint(),
            tables,
            sha256,
            bytes,
        })
    }

    /// With the digest of the file.
    pub(crate) fn of_file(mut self, path: &Path) -> Result<Self, SafeError> {
        (self.sha256, self.bytes) = digest(path)?;
        Ok(self)
    }

    /// Every way in which a database is not what was proved.
    pub(crate) async fn faults(&self, db: &impl ConnectionTrait, place: &Place) -> Result<Vec<String>, SafeError> {
        let found = Self::of(db, place, String::new()).await?;
        let mut faults = Vec::new();
        if found.schema != self.schema {
            faults.push("has another schema".to_owned());
        }
        for (name, content) in &self.tables {
            match found.tables.get(name) {
                None => faults.push(format!("lacks table {name}")),
                Some(other) if other.rows != content.rows => {
                    faults.push(format!("holds {} rows of {name} instead of {}", other.rows, content.rows));
                }
                Some(other) if other.digest != content.digest => faults.push(format!("holds other rows of {name}")),
                Some(_) => {}
            }
        }
        faults.extend(
            found
                .tables
                .keys()
                .filter(|name| !self.tables.contains_key(*name))
                .map(|name| format!("holds table {name}, which was not there")),
        );
        Ok(faults)
    }

    /// True when the backup holds the rows of a table just as they are told.
    pub(crate) fn holds(&self, table: &str, content: &Content) -> bool {
        content.rows == 0 || self.tables.get(table) == Some(content)
    }

    /// An error when the file is not the one that was proved, or of another database.
    pub(crate) fn check_file(&self, backup: &Path, database: &str) -> Result<(), SafeError> {
        let fault = |reason: &str| SafeError::Backup { place: backup.display().to_string(), reason: reason.to_owned() };
        if self.database != database {
            return Err(fault(&format!("is of {}, not of {database}", self.database)));
        }
        let (sha256, _) = digest(backup)?;
        if sha256 != self.sha256 {
            return Err(fault("is not the file that was proved: its digest differs"));
        }
        Ok(())
    }
}

/// Proofs of the first format do not tell it.
const fn first_format() -> u32 {
    1
}

/// SHA-256 and size of a file.
fn digest(path: &Path) -> Result<(String, u64), SafeError> {
    let mut file = std::fs::File::open(path).map_err(SafeError::file(path))?;
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer).map_err(SafeError::file(path))?;
        if read == 0 {
            return Ok((hex(&hash.finalize()), bytes));
        }
        hash.update(buffer.get(..read).unwrap_or_default());
        bytes += u64::try_from(read).unwrap_or_default();
    }
}
