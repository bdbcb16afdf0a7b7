//! What pages tell of migrations and backups: asked of the program around the edge, which alone looks after the schema.

use std::pin::Pin;
use std::sync::Arc;

/// One attempt to change the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The migration; empty for several at once.
    pub migration: String,
    /// up, down, adopt, backup or restore.
    pub direction: String,
    /// started, succeeded, failed, rolled_back or interrupted.
    pub outcome: String,
    /// When it began, UTC, RFC 3339.
    pub started_at: String,
    /// How long it took in milliseconds; None while it runs.
    pub duration_ms: Option<i64>,
    /// What the database said.
    pub error: Option<String>,
    /// Who acted.
    pub actor: String,
}

/// One backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The name of its file.
    pub name: String,
    /// When it was made, UTC, RFC 3339.
    pub made_at: String,
    /// Its size.
    pub bytes: u64,
    /// How many rows it holds.
    pub rows: i64,
    /// True when its proof is there and its file is the one that was proved.
    pub proved: bool,
}

/// Attempts and backups, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Every attempt.
    pub attempts: Vec<Attempt>,
    /// Every backup that is kept.
    pub backups: Vec<Backup>,
}

/// Reads the ledger now, or says why it cannot be read. Writes nothing.
pub type AskLedger =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Ledger, String>> + Send + 'static>> + Send + Sync>;
