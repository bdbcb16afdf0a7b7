//! The command line: one argument struct for each command.

mod branch;
mod comparison;
mod db;
mod run;
mod token;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use branch::{BranchList, Branches, BranchesCommand, Certify, History, Revoke};
pub(crate) use comparison::{Diff, FailOn, Matrix, Validate};
pub(crate) use db::{Db, DbCommand, DbMove, DbReportFormat, Migrate, Rollback};
pub(crate) use run::{Report, Revert, RunList, Runs, RunsCommand};
pub(crate) use token::{Token, TokenCommand};

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
    /// Show the keys of several environments side by side; stores nothing
    Matrix(Matrix),
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
    /// Print the patch that takes chosen deltas of a run back in the candidate
    Revert(Revert),
    /// Check a policy file, or explain which rule did what
    Policy(Policy),
    /// Show the configuration and where each value comes from
    Config(ConfigCommand),
    /// Look after the database's schema
    Db(Db),
    /// Make, list and revoke the tokens of the API
    Token(Token),
    /// Serve the API and the dashboard
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

/// Arguments of `golden demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Use this new folder instead of a temporary one
    #[arg(long, value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
    /// Serve the API and the dashboard over the demo afterwards, until interrupted
    #[arg(long)]
    pub(crate) serve: bool,
    /// The port of --serve; 0 takes a free one
    #[arg(long, requires = "serve", value_name = "N")]
    pub(crate) port: Option<u16>,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
}

/// Arguments of `golden init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The repository
    #[arg(long, default_value = ".", value_name = "PATH")]
    pub(crate) repo: PathBuf,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
}

/// A page of a list.
#[derive(Debug, Args)]
pub(crate) struct Page {
    /// Most rows, 1 to 500
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=500))]
    pub(crate) limit: u64,
    /// Go on behind this cursor, as the page before printed it
    #[arg(long, value_name = "CURSOR")]
    pub(crate) after: Option<String>,
}

/// Arguments of `golden policy`.
#[derive(Debug, Args)]
pub(crate) struct Policy {
    #[command(subcommand)]
    pub(crate) command: PolicyCommand,
}

/// What to do with a policy.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Check a policy file and list its rules
    Check {
        /// The policy file
        file: PathBuf,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Say which rule put a delta where it is
    Explain {
        /// The run
        run: String,
        /// The delta
        delta: String,
        #[command(flatten)]
        format: FormatArgs,
    },
}

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

/// Arguments of `golden serve`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The address; any other than one of this machine only needs tokens
    #[arg(long, value_name = "ADDR")]
    pub(crate) bind: Option<std::net::IpAddr>,
    /// The port; 0 takes a free one
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,
    /// How requests are logged to standard error
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub(crate) log: Format,
}
