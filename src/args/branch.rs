//! Arguments of the commands that make, take back and list golden branches.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{FormatArgs, Page};

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
    /// A delta to accept, by id; may be given again; the others stay as they were. Deltas of YAML, JSON, TOML, properties,
    /// INI, .env and text can be taken one by one, every other file as a whole
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
