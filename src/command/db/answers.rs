//! Answers of `golden db` that are not the library's own.

use safe_migrate::{Backup, State, Status, TableSize};
use schemars::JsonSchema;
use serde::Serialize;

/// `golden.db-status/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DbStatus {
    /// Names of migrations that are not applied, in order.
    pub(crate) pending: Vec<String>,
    /// How every migration stands.
    #[serde(flatten)]
    pub(crate) status: Status,
    /// Rows and room of each table.
    pub(crate) tables: Vec<TableSize>,
}

impl DbStatus {
    /// True when nothing is pending.
    pub(crate) fn is_up_to_date(&self) -> bool {
        self.status.state == State::UpToDate
    }
}

/// `golden.db-backups/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BackupList {
    /// Newest first.
    pub(crate) backups: Vec<Backup>,
}

/// `golden.db-accept/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Accepted {
    /// The migration whose present SQL counts from now on.
    pub(crate) migration: String,
    /// Why.
    pub(crate) reason: String,
}
