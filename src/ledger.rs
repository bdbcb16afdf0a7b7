//! What the dashboard asks of the ledger of migrations and of the backups.

use std::sync::Arc;

use api::{AskLedger, Ledger};
use safe_migrate::{SafeError, SafeMigrator};

use crate::context::Context;
use crate::exit::Failure;

impl Context {
    /// A way to read the ledger and the backups of the database in force, again and again.
    pub(crate) fn ledger(&self) -> Result<AskLedger, Failure> {
        let migrator = self.migrator()?;
        Ok(Arc::new(move || {
            let migrator = migrator.clone();
            Box::pin(async move { read(&migrator).await.map_err(|error| error.to_string()) })
        }))
    }
}

async fn read(migrator: &SafeMigrator) -> Result<Ledger, SafeError> {
    let attempt = |attempt: safe_migrate::Attempt| api::Attempt {
        migration: attempt.migration,
        direction: attempt.direction,
        outcome: attempt.outcome,
        started_at: attempt.started_at,
        duration_ms: attempt.duration_ms,
        error: attempt.error,
        actor: attempt.actor,
    };
    let backup = |backup: safe_migrate::Backup| api::Backup {
        name: backup.name,
        made_at: backup.made_at,
        bytes: backup.bytes,
        rows: backup.rows,
        proved: backup.proved,
    };
    let attempts = migrator.ledger().await?.into_iter().rev().map(attempt).collect();
    // Files of backups are read on this thread: there are at most as many as retention keeps.
    let backups = migrator.backups()?.into_iter().map(backup).collect();
    Ok(Ledger { attempts, backups })
}
