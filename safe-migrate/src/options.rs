//! What a migrator is told from outside: time, names, limits, where backups go, who listens, where a test may break in.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

/// A phase of the procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Reads and compares; writes nothing.
    Preflight,
    /// Copies the database and proves the copy.
    Backup,
    /// Applies the plan to the copy.
    Rehearse,
    /// Applies the plan.
    Apply,
    /// Compares schema, rows and keys, before anything is committed where that is possible.
    Verify,
    /// Puts a backup in the place of the database.
    Restore,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Preflight => "preflight",
            Self::Backup => "backup",
            Self::Rehearse => "rehearse",
            Self::Apply => "apply",
            Self::Verify => "verify",
            Self::Restore => "restore",
        })
    }
}

/// One step that is done, for progress and for the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Step {
    /// The phase.
    pub phase: Phase,
    /// What was done, such as the name of a migration.
    pub step: String,
    /// How long it took, in whole milliseconds.
    pub ms: u64,
}

/// Is told of each step when it is done.
pub type Listener = Arc<dyn Fn(&Step) + Send + Sync>;

/// Is asked at each named point of the procedure whether to go on; an error is treated like a failure of the database.
pub type FailPoint = Arc<dyn Fn(&str) -> Result<(), String> + Send + Sync>;

/// Is called after each statement that goes through a prepared statement; for proofs of crashes.
pub type StatementHook = Arc<dyn Fn() + Send + Sync>;

/// Everything a [`SafeMigrator`](crate::SafeMigrator) takes from outside.
#[derive(Clone)]
pub struct Options {
    /// The clock; times are stored in UTC in whole milliseconds.
    pub now: fn() -> DateTime<Utc>,
    /// Who acts, for the ledger.
    pub actor: String,
    /// Name and version of the program, for the ledger.
    pub tool: String,
    /// Where backups go; without one `backups` beside a SQLite file, and none for Postgres.
    pub backup_directory: Option<PathBuf>,
    /// Backups older than this many days may be removed by the next one.
    pub retention_days: u32,
    /// At most this many backups are kept.
    pub max_backups: u32,
    /// How long to wait for another migrator.
    pub lock_wait: Duration,
    /// How long a statement may wait for a lock of the database.
    pub lock_timeout: Duration,
    /// How long a statement may take on Postgres; none means for ever.
    pub statement_timeout: Option<Duration>,
    /// Is told of progress.
    pub listener: Listener,
    /// Is asked at each named point; for tests of crashes.
    pub fail_point: FailPoint,
    /// Is called after each statement, on every connection; for tests of crashes.
    pub on_statement: Option<StatementHook>,
}

impl Options {
    /// The usual limits: backups for 30 days and 10 of them, a minute for another migrator, ten seconds for a lock.
    pub fn new(now: fn() -> DateTime<Utc>, actor: &str, tool: &str) -> Self {
        Self {
            now,
            actor: actor.to_owned(),
            tool: tool.to_owned(),
            backup_directory: None,
            retention_days: 30,
            max_backups: 10,
            lock_wait: Duration::from_secs(60),
            lock_timeout: Duration::from_secs(10),
            statement_timeout: None,
            listener: Arc::new(|_| {}),
            fail_point: Arc::new(|_| Ok(())),
            on_statement: None,
        }
    }

    pub(crate) fn now_ms(&self) -> i64 {
        (self.now)().timestamp_millis()
    }

    pub(crate) fn reach(&self, point: &str) -> Result<(), crate::SafeError> {
        (self.fail_point)(point).map_err(|reason| crate::SafeError::Stopped { point: point.to_owned(), reason })
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("actor", &self.actor).field("tool", &self.tool).finish_non_exhaustive()
    }
}

/// What `migrate` does beside applying.
#[derive(Clone, Debug)]
pub struct MigrateOptions {
    /// Stop after this migration; without one all pending ones.
    pub to: Option<String>,
    /// Make and prove a backup first, unless the database has no row.
    pub backup: bool,
    /// Apply the plan to the backup first.
    pub rehearse: bool,
    /// Rehearse on the database itself, in a transaction that is rolled back, instead of on a copy.
    pub in_place: bool,
    /// Stop after the rehearsal.
    pub rehearse_only: bool,
    /// Compare the schema with the declared one, and rows before with rows after.
    pub verify: bool,
    /// Apply a migration whose name sorts before one that is applied already.
    pub out_of_order: bool,
}

impl Default for MigrateOptions {
    fn default() -> Self {
        Self {
            to: None,
            backup: true,
            rehearse: true,
            in_place: false,
            rehearse_only: false,
            verify: true,
            out_of_order: false,
        }
    }
}

/// What `rollback` does.
#[derive(Clone, Debug, Default)]
pub struct RollbackOptions {
    /// The last migration that stays; `0` takes all back; without one a single step back.
    pub to: Option<String>,
    /// The backup that makes a rollback acceptable which loses rows: the name of one in the list, whose file is whole and
    /// which holds the rows that are lost just as they are.
    pub backup: Option<String>,
}
