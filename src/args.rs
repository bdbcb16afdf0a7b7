//! The command line: one argument struct for each command.

mod compare;
mod golden;
mod operate;
mod stored;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use compare::{Demo, Diff, FailOn, Init, Validate};
pub(crate) use golden::{BranchList, Branches, BranchesCommand, Certify, History, Revoke};
pub(crate) use operate::{ConfigCommand, ConfigVerb, Db, DbCommand, Serve};
pub(crate) use stored::{Page, Policy, PolicyCommand, Report, RunList, Runs, RunsCommand};

/// Keeps the configuration of running services honest.
///
/// Compares a service's configuration with its certified golden version, explains every difference,
/// scores the change and decides: AUTO_MERGE, HUMAN_REVIEW or BLOCK_MERGE.
///
/// Exit codes: 0 the answer is yes, 1 the answer is no, 2 could not tell or could not do, 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "golden", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command takes.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Use this golden.toml instead of the one found in the folder or above it
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Where runs are kept: sqlite://FILE or postgres://HOST/NAME
    #[arg(long, global = true, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
    /// True when the URL came from the flag, false when from the variable.
    #[arg(skip)]
    pub(crate) database_flag: bool,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
    /// Print nothing but the result
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Log more to standard error; twice for everything
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The format of a command that is no report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person
    Text,
    /// For a program
    Json,
}

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For a terminal
    Text,
    /// For a program
    Json,
    /// For a merge request
    Markdown,
    /// SARIF 2.1.0
    Sarif,
    /// JUnit XML
    Junit,
    /// One self-contained page
    Html,
}

impl From<ReportFormat> for drift::report::ReportFormat {
    fn from(format: ReportFormat) -> Self {
        match format {
            ReportFormat::Text => Self::Text,
            ReportFormat::Json => Self::Json,
            ReportFormat::Markdown => Self::Markdown,
            ReportFormat::Sarif => Self::Sarif,
            ReportFormat::Junit => Self::Junit,
            ReportFormat::Html => Self::Html,
        }
    }
}

/// `--format` of a command that is no report.
#[derive(Debug, Args)]
pub(crate) struct FormatArgs {
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the whole product at work on a small repository made for it
    Demo(Demo),
    /// Write a commented golden.toml and a policy file for the repository at hand
    Init(Init),
    /// Compare two files, two directories or two git revisions; stores nothing
    Diff(Diff),
    /// Compare a candidate with its golden version, score it, decide and store the run
    Validate(Validate),
    /// Make the next golden branch from exactly what a run saw
    Certify(Certify),
    /// Take a certification back and go back to the golden branch before it
    Revoke(Revoke),
    /// List golden branches, or adopt those that a repository holds
    Branches(Branches),
    /// Tell who certified and revoked what, and how one key changed
    History(History),
    /// List, show, compare and replay stored runs
    Runs(Runs),
    /// Print the report of a stored run
    Report(Report),
    /// Check a policy file, or explain which rule did what
    Policy(Policy),
    /// Show the configuration and where each value comes from
    Config(ConfigCommand),
    /// Look after the database's schema
    Db(Db),
    /// Serve the API on this machine
    Serve(Serve),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
    /// Print the JSON Schema of a machine-readable answer or file
    Schema {
        /// Its name, such as golden.validate/1; without one the names are listed
        name: Option<String>,
    },
}
