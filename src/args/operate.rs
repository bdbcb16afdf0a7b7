//! Arguments of the commands that operate: config, db and serve.

use clap::{Args, Subcommand};

use super::FormatArgs;

/// Arguments of `golden config`.
#[derive(Debug, Args)]
pub(crate) struct ConfigCommand {
    #[command(subcommand)]
    pub(crate) command: ConfigVerb,
}

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigVerb {
    /// Show every value and where it comes from
    Show {
        #[command(flatten)]
        format: FormatArgs,
    },
}

/// Arguments of `golden db`.
#[derive(Debug, Args)]
pub(crate) struct Db {
    #[command(subcommand)]
    pub(crate) command: DbCommand,
}

/// What to do with the database.
#[derive(Debug, Subcommand)]
pub(crate) enum DbCommand {
    /// Say whether the schema is up to date; writes nothing
    Status {
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Apply pending migrations
    Migrate {
        #[command(flatten)]
        format: FormatArgs,
    },
}

/// Arguments of `golden serve`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The address, of this machine only
    #[arg(long, value_name = "ADDR")]
    pub(crate) bind: Option<std::net::IpAddr>,
    /// The port; 0 takes a free one
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,
}
