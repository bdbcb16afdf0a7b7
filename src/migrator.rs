//! The product's migrations as `safe-migrate` runs them, with what golden.toml says.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use migration::{Migrator, SNAPSHOTS};
use safe_migrate::{FailPoint, MigrateOptions, Options, SafeMigrator};

use crate::context::{Context, local_user};
use crate::exit::Failure;

/// Names a point of the procedure at which this process is to end at once, as if it had been killed, or with `error:`
/// before it to fail: for proofs of what a crash leaves. `#3` is the third point that is reached.
const FAIL_POINT: &str = "GOLDEN_FAIL_POINT";

impl Context {
    /// The migrator of the database in force.
    pub(crate) fn migrator(&self) -> Result<SafeMigrator, Failure> {
        let settings = &self.config.file.database;
        let actor = local_user().unwrap_or_else(|| "unknown".to_owned());
        let mut options = Options::new(self.clock.read, &actor, concat!("golden ", env!("CARGO_PKG_VERSION")));
        let is_file = self.config.database_url.0.starts_with("sqlite:");
        options.backup_directory = match &settings.backup.directory {
            Some(directory) => Some(self.config.base.join(directory)),
            None if is_file => None,
            None => Some(self.config.base.join("backups")),
        };
        options.retention_days = settings.backup.retention_days;
        options.max_backups = settings.backup.max_backups;
        options.lock_timeout = Duration::from_secs(u64::from(settings.lock_timeout));
        options.statement_timeout = settings.statement_timeout.map(|seconds| Duration::from_secs(u64::from(seconds)));
        if std::io::stderr().is_terminal() {
            let output = self.output.clone();
            options.listener =
                Arc::new(move |step| output.note(&format!("{}  {}  {} ms", step.phase, step.step, step.ms)));
        }
        options.fail_point = fail_point();
        let migrator = SafeMigrator::new::<Migrator>(&self.config.database_url.0, options)?;
        Ok(migrator.snapshots(SNAPSHOTS).entities(entity::tables))
    }

    /// How migrations are applied when nobody says otherwise.
    pub(crate) fn migrate_options(&self) -> MigrateOptions {
        let settings = &self.config.file.database.migration;
        MigrateOptions {
            backup: settings.create_backup,
            rehearse: settings.create_backup,
            verify: settings.verify_after,
            ..MigrateOptions::default()
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the composition root reads the environment")]
fn fail_point() -> FailPoint {
    let Some(wanted) = std::env::var(FAIL_POINT).ok().filter(|wanted| !wanted.is_empty()) else {
        return Arc::new(|_| Ok(()));
    };
    let reached = AtomicU32::new(0);
    Arc::new(move |point| {
        let number = format!("#{}", reached.fetch_add(1, Ordering::SeqCst) + 1);
        let is = |wanted: &str| wanted == point || wanted == number;
        match wanted.strip_prefix("error:") {
            Some(wanted) if is(wanted) => Err("asked for".to_owned()),
            None if is(&wanted) => std::process::abort(),
            _ => Ok(()),
        }
    })
}
