//! The command line: one argument struct for each command.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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

/// Arguments of `golden demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Use this new folder instead of a temporary one
    #[arg(long, value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
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

/// Arguments of `golden diff`.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The golden side: a file, a directory, or with --repo a revision
    pub(crate) golden: String,
    /// The candidate: a file, a directory, or with --repo a revision
    pub(crate) candidate: String,
    /// Compare two revisions of this git repository
    #[arg(long, value_name = "PATH")]
    pub(crate) repo: Option<PathBuf>,
    /// The environment whose tier sets the risk shown
    #[arg(long, default_value = "production")]
    pub(crate) environment: String,
    /// Use this policy file instead of the configured one
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub(crate) format: ReportFormat,
    /// Write the report to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// When a decision counts as a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// HUMAN_REVIEW and BLOCK_MERGE exit 1
    Review,
    /// BLOCK_MERGE exits 1
    Block,
}

/// Arguments of `golden validate`.
#[derive(Debug, Args)]
pub(crate) struct Validate {
    /// The service
    #[arg(long, required_unless_present = "all")]
    pub(crate) service: Option<String>,
    /// The environment, by name or alias
    #[arg(long, required_unless_present = "all")]
    pub(crate) environment: Option<String>,
    /// Every service and environment of golden.toml, one run each
    #[arg(long, conflicts_with_all = ["service", "environment", "golden"])]
    pub(crate) all: bool,
    /// The repository; golden.toml may name another for a service
    #[arg(long, value_name = "PATH")]
    pub(crate) repo: Option<PathBuf>,
    /// A revision or a directory; without it the work tree
    #[arg(long, value_name = "REV|DIR")]
    pub(crate) candidate: Option<String>,
    /// Compare with this revision instead of the golden branch; such a run cannot be certified
    #[arg(long, value_name = "REV")]
    pub(crate) golden: Option<String>,
    /// Use this policy file instead of the configured one
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// How to print the report
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub(crate) format: ReportFormat,
    /// Write the report to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Which decisions exit 1
    #[arg(long, value_enum, default_value_t = FailOn::Review)]
    pub(crate) fail_on: FailOn,
    /// The ticket that asks for the change
    #[arg(long)]
    pub(crate) ticket: Option<String>,
    /// A tag; may be given again
    #[arg(long = "tag", value_name = "TAG")]
    pub(crate) tags: Vec<String>,
    /// How the change is taken back
    #[arg(long, value_name = "TEXT")]
    pub(crate) rollback_plan: Option<String>,
    /// Evidence, such as tests=passed; may be given again
    #[arg(long = "evidence", value_name = "KEY=VALUE", value_parser = key_value)]
    pub(crate) evidence: Vec<(String, String)>,
    /// A file with the description of the change
    #[arg(long, value_name = "FILE")]
    pub(crate) description_file: Option<PathBuf>,
    /// Who asks; without it the user of this machine
    #[arg(long, value_name = "NAME")]
    pub(crate) requested_by: Option<String>,
    /// The project or merge request of the caller
    #[arg(long, value_name = "TEXT")]
    pub(crate) external_ref: Option<String>,
}

/// Arguments of `golden certify`.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("from").required(true).args(["initial", "run"])))]
pub(crate) struct Certify {
    /// The service
    #[arg(long)]
    pub(crate) service: String,
    /// The environment, by name or alias
    #[arg(long)]
    pub(crate) environment: String,
    /// Certify this revision as the first golden version
    #[arg(long, value_name = "REV")]
    pub(crate) initial: Option<String>,
    /// Certify what this run saw
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<String>,
    /// A delta to accept, by id; may be given again; the others stay as they were
    #[arg(long = "accept", value_name = "DELTA", num_args = 1.., conflicts_with = "all")]
    pub(crate) accept: Vec<String>,
    /// Accept every delta of the run
    #[arg(long)]
    pub(crate) all: bool,
    /// Accept critical and unreadable deltas, or all of a blocked run; the reason is stored as the override's and shown
    #[arg(long = "override")]
    pub(crate) overrides: bool,
    /// Who certifies
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// The repository
    #[arg(long, value_name = "PATH")]
    pub(crate) repo: Option<PathBuf>,
    /// Push the golden branch to this remote
    #[arg(long, value_name = "REMOTE", num_args = 0..=1, default_missing_value = "origin")]
    pub(crate) push: Option<String>,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
}

/// Arguments of `golden revoke`.
#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// The service
    #[arg(long)]
    pub(crate) service: String,
    /// The environment, by name or alias
    #[arg(long)]
    pub(crate) environment: String,
    /// The golden branch to make active again; without it the one before the active one
    #[arg(long, value_name = "BRANCH")]
    pub(crate) to: Option<String>,
    /// Who revokes
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// The repository
    #[arg(long, value_name = "PATH")]
    pub(crate) repo: Option<PathBuf>,
    /// Push the revocation to this remote
    #[arg(long, value_name = "REMOTE", num_args = 0..=1, default_missing_value = "origin")]
    pub(crate) push: Option<String>,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
}

/// Arguments of `golden branches`.
#[derive(Debug, Args)]
pub(crate) struct Branches {
    #[command(subcommand)]
    pub(crate) command: Option<BranchesCommand>,
    #[command(flatten)]
    pub(crate) list: BranchList,
}

/// What to do with golden branches.
#[derive(Debug, Subcommand)]
pub(crate) enum BranchesCommand {
    /// List golden branches, newest first
    List(BranchList),
    /// Rebuild the records of golden branches from the refs of a repository
    Adopt {
        /// The repository
        #[arg(long, default_value = ".", value_name = "PATH")]
        repo: PathBuf,
        #[command(flatten)]
        format: FormatArgs,
    },
}

/// Which golden branches to list.
#[derive(Debug, Args)]
pub(crate) struct BranchList {
    /// Of this service
    #[arg(long)]
    pub(crate) service: Option<String>,
    /// Of this environment
    #[arg(long)]
    pub(crate) environment: Option<String>,
    #[command(flatten)]
    pub(crate) page: Page,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
}

/// Arguments of `golden history`.
#[derive(Debug, Args)]
pub(crate) struct History {
    /// The service
    #[arg(long)]
    pub(crate) service: String,
    /// The environment, by name or alias
    #[arg(long)]
    pub(crate) environment: String,
    /// Tell how this key of --file changed instead, by its key path (/server/port)
    #[arg(long, value_name = "KEY_PATH", requires = "file")]
    pub(crate) key: Option<String>,
    /// The file that holds --key
    #[arg(long, value_name = "PATH", requires = "key")]
    pub(crate) file: Option<String>,
    /// The document that holds --key: its number from 0, or its Kubernetes identity
    #[arg(long, default_value = "0", value_name = "DOCUMENT")]
    pub(crate) document: String,
    #[command(flatten)]
    pub(crate) page: Page,
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

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.to_owned())),
        // The text itself is not repeated: it may be a secret.
        _ => Err("expected KEY=VALUE".to_owned()),
    }
}
