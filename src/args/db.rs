//! Arguments of `golden db`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{FormatArgs, ReportFormat};

/// Arguments of `golden db`.
#[derive(Debug, Args)]
pub(crate) struct Db {
    #[command(subcommand)]
    pub(crate) command: DbCommand,
}

/// The format of a migration report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DbReportFormat {
    /// For a ticket or a merge request
    Markdown,
    /// For a program
    Json,
    /// One self-contained page
    Html,
}

/// What to do with the database.
#[derive(Debug, Subcommand)]
pub(crate) enum DbCommand {
    /// Say whether the schema is up to date, by names; writes nothing
    Status {
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Print the SQL that migrate would run and what stands in its way; writes nothing
    Plan {
        /// Stop after this migration
        #[arg(long, value_name = "NAME")]
        to: Option<String>,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Apply pending migrations: backup, rehearsal, application, verification
    Migrate(Migrate),
    /// Take migrations back; they stay so until migrate is run
    Rollback(Rollback),
    /// Compare schema, rows, keys and entities with what they should be
    #[command(visible_alias = "validate")]
    Verify {
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Tell how database, migrations and entities differ
    Drift {
        /// How to print the report
        #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
        format: ReportFormat,
    },
    /// Verify everything and prove on a scratch database that every migration can be taken back
    Report {
        /// How to print the report
        #[arg(long, value_enum, default_value_t = DbReportFormat::Markdown)]
        format: DbReportFormat,
        /// Write the report to a file instead of standard output
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Copy the database and prove the copy
    Backup {
        #[command(flatten)]
        format: FormatArgs,
    },
    /// List backups, newest first
    Backups {
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Put a proved backup in the place of the database; the old one is kept
    Restore {
        /// The backup, by the name that backups lists
        backup: String,
        /// Do it without asking
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Say how much of each migration is there in a database without a ledger; writes nothing
    Inspect {
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Record what is there as applied
    Adopt {
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Accept that an applied migration was edited
    Accept {
        /// Which
        #[arg(long, value_name = "NAME")]
        migration: String,
        /// Why its effect is the same
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Move every row from a SQLite file into an empty, migrated Postgres database, and prove both sides equal
    ///
    /// Values that would not fit are listed before anything is written. An interrupted move goes on where it was when
    /// the same command runs again; until it has ended no other command uses the target.
    Move(DbMove),
}

/// Arguments of `golden db move`.
#[derive(Debug, Args)]
pub(crate) struct DbMove {
    /// The database to read: sqlite://FILE
    #[arg(long, value_name = "URL")]
    pub(crate) from: String,
    /// The database to fill: postgres://HOST/NAME
    #[arg(long, value_name = "URL")]
    pub(crate) to: String,
    /// Remove what an unfinished move has written to the target, and begin anew
    #[arg(long)]
    pub(crate) restart: bool,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
}

/// Arguments of `golden db migrate`.
#[derive(Debug, Args)]
pub(crate) struct Migrate {
    /// Stop after this migration
    #[arg(long, value_name = "NAME")]
    pub(crate) to: Option<String>,
    /// Apply it to a copy with the real rows only
    #[arg(long, conflicts_with = "no_backup")]
    pub(crate) rehearse_only: bool,
    /// Make no backup, and so no rehearsal on a copy
    #[arg(long)]
    pub(crate) no_backup: bool,
    /// Rehearse on the database itself, in a transaction that is rolled back; its tables are locked meanwhile
    #[arg(long)]
    pub(crate) in_place: bool,
    /// Apply migrations whose names stand before applied ones
    #[arg(long)]
    pub(crate) out_of_order: bool,
    /// Do it without asking
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
}

/// Arguments of `golden db rollback`.
#[derive(Debug, Args)]
pub(crate) struct Rollback {
    /// The last migration that stays, or 0 for none; without it one step
    #[arg(long, value_name = "NAME")]
    pub(crate) to: Option<String>,
    /// The backup that makes it acceptable to lose rows: whole, and with these rows just as they are
    #[arg(long, value_name = "BACKUP")]
    pub(crate) backup: Option<String>,
    /// Do it without asking
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
}
