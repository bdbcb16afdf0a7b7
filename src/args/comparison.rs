//! Arguments of the commands that compare.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ReportFormat;

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
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(crate) format: DiffFormat,
    /// Write the report to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Let a JSON Patch hold secrets in clear; only the owner may read the file
    #[arg(long, requires = "output")]
    pub(crate) with_secrets: bool,
}

/// The format of a diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
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
    /// RFC 6902 operations, with real values: of two files a list, else an object of lists by file; refused where a secret
    /// changed, but for --with-secrets --output FILE
    JsonPatch,
}

impl DiffFormat {
    /// The report that it is; None for a JSON Patch, which is none.
    pub(crate) const fn report(self) -> Option<ReportFormat> {
        Some(match self {
            Self::Text => ReportFormat::Text,
            Self::Json => ReportFormat::Json,
            Self::Markdown => ReportFormat::Markdown,
            Self::Sarif => ReportFormat::Sarif,
            Self::Junit => ReportFormat::Junit,
            Self::Html => ReportFormat::Html,
            Self::JsonPatch => return None,
        })
    }
}

/// The format of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MatrixFormat {
    /// For a terminal
    Text,
    /// For a program
    Json,
    /// For a merge request
    Markdown,
}

impl From<MatrixFormat> for drift::report::matrix::MatrixFormat {
    fn from(format: MatrixFormat) -> Self {
        match format {
            MatrixFormat::Text => Self::Text,
            MatrixFormat::Json => Self::Json,
            MatrixFormat::Markdown => Self::Markdown,
        }
    }
}

/// Arguments of `golden matrix`.
///
/// Exits 0 when nothing differs but the environments' own names, 1 when a key differs, is missing or cannot be read.
#[derive(Debug, Args)]
pub(crate) struct Matrix {
    /// The service
    #[arg(long)]
    pub(crate) service: String,
    /// The environments, by name or alias, separated by commas; at least two
    #[arg(long, value_name = "A,B", value_delimiter = ',', required = true)]
    pub(crate) environments: Vec<String>,
    /// A revision or a directory; without it the work tree
    #[arg(long, value_name = "REV|DIR")]
    pub(crate) at: Option<String>,
    /// The repository; golden.toml may name another for a service
    #[arg(long, value_name = "PATH")]
    pub(crate) repo: Option<PathBuf>,
    /// How to print the matrix
    #[arg(long, value_enum, default_value_t = MatrixFormat::Text)]
    pub(crate) format: MatrixFormat,
    /// Write the matrix to a file instead of standard output
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

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.to_owned())),
        // The text itself is not repeated: it may be a secret.
        _ => Err("expected KEY=VALUE".to_owned()),
    }
}
