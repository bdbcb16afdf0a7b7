//! The daemon's database with everything that `safe-migrate` has to know of it.

use chrono::{DateTime, Utc};
use safe_migrate::{Options, SafeError, SafeMigrator};

use crate::migration::{DAILY_UNREALIZED_PNL, Migrator};

/// What the daemon's configuration says of its database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Whether unrealized profit and loss is kept: then there is one more table.
    pub unrealized_pnl: bool,
}

/// The migrator of the state database that a `sqlite:` or `postgres:` URL names. Nothing is connected yet.
pub fn migrator(url: &str, settings: Settings, options: Options) -> Result<SafeMigrator, SafeError> {
    let migrator = SafeMigrator::new::<Migrator>(url, options)?;
    Ok(migrator.only_if(DAILY_UNREALIZED_PNL, settings.unrealized_pnl))
}

/// The usual options: the daemon's name and version for the ledger.
pub fn options(now: fn() -> DateTime<Utc>, actor: &str) -> Options {
    Options::new(now, actor, concat!("risk-state ", env!("CARGO_PKG_VERSION")))
}
