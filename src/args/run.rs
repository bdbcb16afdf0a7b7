//! Arguments of the commands that tell of stored runs.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{FormatArgs, Page, ReportFormat};

/// Arguments of `golden runs`.
#[derive(Debug, Args)]
pub(crate) struct Runs {
    #[command(subcommand)]
    pub(crate) command: Option<RunsCommand>,
    #[command(flatten)]
    pub(crate) list: RunList,
}

/// What to do with runs.
#[derive(Debug, Subcommand)]
pub(crate) enum RunsCommand {
    /// List runs, newest first
    List(RunList),
    /// Show one run with everything that is stored of it
    Show {
        /// The run's id, or enough of its end to be the only one
        run: String,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Show which deltas two runs share and which only one has
    Compare {
        /// The earlier run
        left: String,
        /// The later run
        right: String,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Compute a run again from its rules, facts and commits, and say whether the same comes out
    Replay {
        /// The run
        run: String,
        /// The repository
        #[arg(long, value_name = "PATH")]
        repo: Option<PathBuf>,
        #[command(flatten)]
        format: FormatArgs,
    },
}

/// Which runs to list.
#[derive(Debug, Args)]
pub(crate) struct RunList {
    /// Of this service
    #[arg(long)]
    pub(crate) service: Option<String>,
    /// Of this environment
    #[arg(long, requires = "service")]
    pub(crate) environment: Option<String>,
    #[command(flatten)]
    pub(crate) page: Page,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
}

/// Arguments of `golden report`.
#[derive(Debug, Args)]
pub(crate) struct Report {
    /// The run
    pub(crate) run: String,
    /// How to print the report
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub(crate) format: ReportFormat,
    /// Write the report to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Arguments of `golden revert`.
#[derive(Debug, Args)]
pub(crate) struct Revert {
    /// The run whose deltas are taken back
    #[arg(long, value_name = "RUN")]
    pub(crate) run: String,
    /// A delta to take back, by id; may be given again; every other byte of the candidate stays
    #[arg(long = "delta", value_name = "DELTA", num_args = 1.., required = true)]
    pub(crate) deltas: Vec<String>,
    /// The repository
    #[arg(long, value_name = "PATH")]
    pub(crate) repo: Option<PathBuf>,
    /// Write the patch to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Let the patch hold secrets in clear; only the owner may read the file
    #[arg(long, requires = "output")]
    pub(crate) with_secrets: bool,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
}
