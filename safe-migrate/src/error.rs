//! Why something was refused or failed: a code, a cause, and what to do about it. No message holds a credential.

use std::path::{Path, PathBuf};
use std::time::Duration;

use schemars::JsonSchema;
use sea_orm::{DbErr, RuntimeErr, sqlx};
use serde::Serialize;

/// What a preflight or an inspection can find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingCode {
    /// An applied migration that the program does not know: the database is newer.
    UnknownMigration,
    /// The SQL of an applied migration is no longer what was applied.
    EditedMigration,
    /// A pending migration stands before an applied one.
    OutOfOrder,
    /// Tables, but no ledger of migrations.
    NoLedger,
    /// A ledger of another tool.
    ForeignLedger,
    /// Part of a pending migration is there already.
    HalfApplied,
    /// The schema is not what the applied migrations make.
    Drift,
    /// Rows that break a foreign key.
    ForeignKeyViolation,
    /// A foreign key to columns that are not unique.
    ForeignKeyMismatch,
    /// An index that Postgres does not use since its creation failed.
    InvalidIndex,
    /// Two indexes over the same columns.
    DuplicateIndex,
    /// A column that holds times in more than one form.
    MixedTimes,
    /// Committed rows that are only in the write-ahead log.
    LiveWal,
    /// Other connections are open, or hold a transaction open.
    OtherConnections,
    /// The batch needs more locks than a Postgres server may have room for.
    LargeBatch,
    /// Too little room on the disk.
    DiskSpace,
    /// The file is damaged.
    Damaged,
    /// The file is empty.
    EmptyFile,
    /// The declared schema cannot be built here, so that nothing is compared with it.
    NotDeclared,
    /// The SQL of a migration cannot be told without running it.
    NotRecordable,
    /// A migration that leaves nothing in the schema, so that nobody can see whether it ran.
    Unseen,
    /// Something that belongs to the database and that a restored one would not have.
    NotKept,
}

impl FindingCode {
    /// True when nothing may be applied while it is so.
    pub const fn blocks(self) -> bool {
        !matches!(
            self,
            Self::DuplicateIndex
                | Self::ForeignLedger
                | Self::MixedTimes
                | Self::LiveWal
                | Self::OtherConnections
                | Self::LargeBatch
                | Self::EmptyFile
                | Self::NotDeclared
                | Self::NotRecordable
                | Self::Unseen
        )
    }
}

impl std::fmt::Display for FindingCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = serde_json::to_value(self).ok().and_then(|value| value.as_str().map(str::to_owned));
        f.write_str(name.as_deref().unwrap_or_default())
    }
}

/// One thing that was found, with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Finding {
    /// What kind.
    pub code: FindingCode,
    /// True when nothing may be applied while it is so.
    pub blocks: bool,
    /// What exactly, and where.
    pub cause: String,
    /// What to do.
    pub remedy: String,
}

impl Finding {
    pub(crate) fn new(code: FindingCode, cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { code, blocks: code.blocks(), cause: cause.into(), remedy: remedy.into() }
    }
}

/// Why nothing was done, or why what was done was taken back. The database is as before unless the message says so.
#[derive(Debug, thiserror::Error)]
pub enum SafeError {
    /// Neither SQLite nor Postgres, or malformed.
    #[error("the database URL is {0}")]
    Url(&'static str),
    /// The file is not there.
    #[error("there is no database file {}", .0.display())]
    Missing(PathBuf),
    /// The file holds something else.
    #[error("{} is not a SQLite database", .0.display())]
    NotADatabase(PathBuf),
    /// The file is one, and not even its list of tables can be read.
    #[error("{} is damaged: its tables cannot be read", .0.display())]
    Unreadable(PathBuf),
    /// The server does not answer, or lets nobody in.
    #[error("{place} cannot be reached: {cause}")]
    Unreachable {
        /// Where it is.
        place: String,
        /// What the driver said.
        cause: String,
    },
    /// The database failed.
    #[error("{place}: {during} failed: {cause}")]
    Database {
        /// Where it is.
        place: String,
        /// What was being done.
        during: String,
        /// What the database said.
        cause: String,
    },
    /// The answer to a commit was lost, and so was every way to ask.
    #[error("{place}: whether the commit went through is not known, for no answer came: {cause}")]
    Uncertain {
        /// Where it is.
        place: String,
        /// What the driver said.
        cause: String,
    },
    /// A backup is in the place of the database, and what comes after failed.
    #[error("the backup {backup} is in the place of {place}{}, and then something failed: {cause}", kept_as(.kept.as_deref()))]
    Swapped {
        /// Where it is.
        place: String,
        /// The backup.
        backup: String,
        /// Where the old database is kept, if there was one.
        kept: Option<String>,
        /// What failed.
        cause: Box<Self>,
    },
    /// The preflight found something that stands in the way.
    #[error("{place} was not touched: {}", told(.findings))]
    Refused {
        /// Where it is.
        place: String,
        /// What was found; at least one blocks.
        findings: Vec<Finding>,
    },
    /// Another migrator did not end in time.
    #[error("another migrator has been at work on {place} for {} seconds", .waited.as_secs())]
    Locked {
        /// Where it is.
        place: String,
        /// How long this one waited.
        waited: Duration,
    },
    /// A migration failed; what was not committed before it was taken back.
    #[error("migration {migration} failed {direction} and {}: {cause}", fate(*.alone, .stays))]
    Migration {
        /// Which.
        migration: String,
        /// It refuses a transaction: what it did stays.
        alone: bool,
        /// Migrations of the batch that were committed before it.
        stays: Vec<String>,
        /// `up` or `down`.
        direction: &'static str,
        /// What the database said.
        cause: String,
    },
    /// Verification found something; the whole batch was taken back.
    #[error("{what}; everything was rolled back: {}", few(.details))]
    Unverified {
        /// What kind of thing.
        what: &'static str,
        /// Each of them.
        details: Vec<String>,
    },
    /// A migration that refuses a transaction left something else than is declared.
    #[error("{migration} ran outside of a transaction and what it did stays, not recorded as applied: {}", .details.join("; "))]
    Stays {
        /// Which.
        migration: String,
        /// The backup that was made before.
        backup: Option<String>,
        /// Each thing that is wrong.
        details: Vec<String>,
    },
    /// Rolling back would lose rows, and no backup was named.
    #[error("rolling back would lose rows, and everything was left as it is: {}", few(.details))]
    Lossy {
        /// Each loss.
        details: Vec<String>,
    },
    /// What the migrations make cannot be built to be compared with.
    #[error("what the migrations make cannot be built: {cause}")]
    NotDeclared {
        /// Why.
        cause: String,
        /// What to do about it.
        remedy: String,
    },
    /// There is no such migration.
    #[error("there is no migration {0}")]
    NoSuchMigration(String),
    /// A migration that was taken back on purpose is not applied by a start.
    #[error("{} stays rolled back until it is migrated by name of the command", .0.join(", "))]
    HeldBack(Vec<String>),
    /// The backup cannot be made or proved.
    #[error("the backup {place} {reason}")]
    Backup {
        /// The file.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// A file or folder.
    #[error("{}: {cause}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A tool of the server is missing or failed.
    #[error("{tool}: {reason}")]
    Tool {
        /// Its name.
        tool: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// Cannot be done with this database.
    #[error("{0}")]
    Unsupported(String),
    /// A test broke in.
    #[error("stopped at {point}: {reason}")]
    Stopped {
        /// Where.
        point: String,
        /// Why.
        reason: String,
    },
    /// A stored or shipped document cannot be read.
    #[error("{what} cannot be read: {cause}")]
    Document {
        /// Which.
        what: &'static str,
        /// What is wrong.
        cause: String,
    },
}

/// How many findings a message of one line names.
const NAMED: usize = 5;

fn few(details: &[String]) -> String {
    let named = details.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join("; ");
    match details.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named}; and {more} more"),
    }
}

fn kept_as(kept: Option<&str>) -> String {
    kept.map_or_else(String::new, |kept| format!(", the old one is kept as {kept}"))
}

fn told(findings: &[Finding]) -> String {
    let blocking = findings.iter().filter(|finding| finding.blocks);
    blocking.map(|finding| format!("{}: {}", finding.code, finding.cause)).collect::<Vec<_>>().join("; ")
}

impl SafeError {
    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Url(_) => "give it as sqlite://FILE or postgres://HOST/NAME".to_owned(),
            Self::Missing(_) => "name a database that is there, or let migrate make it".to_owned(),
            Self::NotADatabase(_) => "name another file, which may be missing or empty".to_owned(),
            Self::Unreadable(_) => "restore a backup; the damaged file is kept beside it".to_owned(),
            Self::Unreachable { .. } => "see that the server runs and lets you in, or name another one".to_owned(),
            Self::Database { .. } => {
                "see to the cause and run the command again; it goes on from a whole state".to_owned()
            }
            Self::Uncertain { .. } => "see that the server answers, then look with status: the ledger knows".to_owned(),
            Self::Swapped { .. } => "see to the cause; the restored database needs no second restore".to_owned(),
            Self::Refused { findings, .. } => {
                let mut remedies: Vec<&str> =
                    findings.iter().filter(|finding| finding.blocks).map(|finding| finding.remedy.as_str()).collect();
                remedies.dedup();
                remedies.join("; ")
            }
            Self::Locked { .. } => "wait for it to end, or look for a migrator that hangs".to_owned(),
            Self::Migration { .. } => {
                "mend the migration and run the command again: the failed attempt is kept and blocks nothing".to_owned()
            }
            Self::Unverified { .. } => {
                "mend the migration; if it is meant to change these rows, register their tables with it".to_owned()
            }
            Self::Stays { backup: Some(backup), .. } => {
                format!("mend it by hand and run the command again, or restore {backup}")
            }
            Self::Stays { backup: None, .. } => "mend it by hand and run the command again".to_owned(),
            Self::Lossy { .. } => "make a backup and name it with --backup".to_owned(),
            Self::NotDeclared { remedy, .. } => remedy.clone(),
            Self::NoSuchMigration(_) => "status lists the names".to_owned(),
            Self::HeldBack(_) => "run the migrate command to apply it again".to_owned(),
            Self::Backup { .. } => "use another backup; `backups` lists them with their proofs".to_owned(),
            Self::File { .. } => "name a folder that is there, that may be written and that has room".to_owned(),
            Self::Tool { .. } => {
                "see to what it says; where it is missing, install the client tools of Postgres or say --no-backup"
                    .to_owned()
            }
            Self::Unsupported(_) | Self::Document { .. } => "see the documentation of the command".to_owned(),
            Self::Stopped { .. } => "run the command again".to_owned(),
        }
    }

    /// True when the answer is no by rule, and nothing failed.
    pub const fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Lossy { .. } | Self::Unverified { .. })
    }

    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |cause| Self::File { path: path.to_owned(), cause }
    }
}

/// What became of a batch in which a migration failed.
fn fate(alone: bool, stays: &[String]) -> String {
    let own = if alone { "what it did outside of a transaction stays" } else { "everything was rolled back" };
    if stays.is_empty() {
        return own.to_owned();
    }
    let own = if alone { own } else { "was rolled back" };
    format!("{own}; {} before it {} changed", stays.join(", "), if stays.len() == 1 { "stays" } else { "stay" })
}

/// What the database or the system said, in few words: other messages may quote the URL, and the value of a row.
pub(crate) fn brief(error: &DbErr) -> String {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => match &**cause {
            sqlx::Error::Database(cause)
                if cause.code().is_some_and(|code| code.len() == 5 && code.starts_with("22")) =>
            {
                cause.message().split(": ").next().unwrap_or_default().to_owned()
            }
            sqlx::Error::Database(cause) => cause.message().to_owned(),
            sqlx::Error::Io(cause) => cause.kind().to_string(),
            sqlx::Error::Tls(_) => "no TLS connection could be made".to_owned(),
            sqlx::Error::PoolTimedOut => "no connection became free in time".to_owned(),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => "a value has another type".to_owned(),
            _ => "the connection was lost".to_owned(),
        },
        DbErr::Custom(text) | DbErr::Migration(text) | DbErr::Type(text) => text.clone(),
        DbErr::ConnectionAcquire(_) => "no connection became free in time".to_owned(),
        other => other.to_string(),
    }
}

/// The code that the database gave: SQLSTATE on Postgres, the extended result code on SQLite.
pub(crate) fn database_code(error: &DbErr) -> Option<String> {
    let (DbErr::Conn(RuntimeErr::SqlxError(cause))
    | DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
    else {
        return None;
    };
    Some(cause.as_database_error()?.code()?.into_owned())
}
