//! Exit codes and what is printed when a command cannot do its work: cause first, then the remedy.

use std::process::ExitCode;

use safe_migrate::SafeError;
use service::error::ServiceError;

use crate::config::ConfigError;
use crate::fingerprint_key::{self, KeyError};

/// The answer of a command that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Done, and the answer is yes.
    Yes,
    /// Done, and the answer is no.
    No,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Yes => Self::from(0),
            Verdict::No => Self::from(1),
        }
    }
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// golden.toml, or a name that it does not know.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A use case.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The database's schema or its backups.
    #[error(transparent)]
    Migration(#[from] SafeError),
    /// The policy file or other rules.
    #[error(transparent)]
    Rules(#[from] drift::rules::RulesError),
    /// A file or folder of the caller.
    #[error("{path}: {cause}")]
    File { path: String, cause: std::io::Error },
    /// The file of a report.
    #[error("cannot write the report to {path}: {cause}")]
    Report { path: String, run: Option<String>, cause: std::io::Error },
    /// An address that cannot be listened on.
    #[error("cannot listen on {address}: {cause}")]
    Listen { address: std::net::SocketAddr, cause: std::io::Error },
    /// Arguments that do not fit together.
    #[error("{0}")]
    Usage(String),
    /// The fingerprint key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Standard output, or making an answer.
    #[error("the answer cannot be written: {0}")]
    Output(#[from] std::io::Error),
    /// An answer that is no JSON.
    #[error("the answer cannot be made: {0}")]
    Json(#[from] serde_json::Error),
    /// Interrupted by the user.
    #[error("interrupted")]
    Interrupted,
}

impl Failure {
    /// 1 for a refusal by rule, 130 when interrupted, else 2.
    pub(crate) fn code(&self) -> ExitCode {
        match self {
            Self::Service(error) if error.is_refusal() => ExitCode::from(1),
            Self::Migration(error) if error.is_refusal() => ExitCode::from(1),
            Self::Interrupted => ExitCode::from(130),
            Self::Config(_)
            | Self::Service(_)
            | Self::Migration(_)
            | Self::Rules(_)
            | Self::File { .. }
            | Self::Listen { .. }
            | Self::Report { .. }
            | Self::Usage(_)
            | Self::Key(_)
            | Self::Output(_)
            | Self::Json(_) => ExitCode::from(2),
        }
    }

    /// What to do about it, where that is known.
    pub(crate) fn remedy(&self) -> Option<String> {
        match self {
            Self::Rules(_) | Self::Service(ServiceError::Rules(_)) => {
                Some("golden policy check FILE lists every error of a policy file".to_owned())
            }
            Self::Service(error) => error.remedy(),
            Self::Migration(error @ SafeError::NotADatabase(_)) => {
                Some(format!("{}, with --database-url sqlite://FILE", error.remedy()))
            }
            Self::Migration(error) => Some(error.remedy()),
            Self::Config(ConfigError::UnknownService { .. }) => {
                Some("add a [[service]] to golden.toml, or use a name that it has".to_owned())
            }
            Self::Config(ConfigError::UnknownEnvironment { .. }) => {
                Some("add an [environment.NAME] to golden.toml, or use a name or alias that it has".to_owned())
            }
            Self::Config(ConfigError::Syntax { .. }) => {
                Some("golden schema golden.toml/1 prints what may stand there".to_owned())
            }
            Self::Config(ConfigError::Unreadable { .. }) => {
                Some("name a file that is there, that you may read, and that is UTF-8".to_owned())
            }
            Self::Listen { .. } => Some("name another port with --port; 0 takes a free one".to_owned()),
            Self::File { .. } => Some("name a path that is there and that you may use; texts are UTF-8".to_owned()),
            Self::Report { run: Some(run), .. } => {
                Some(format!("run {run} is stored: `golden report {run}` prints its report"))
            }
            Self::Report { run: None, .. } => Some(
                "name a file with --output in a folder that is there, that you may write and that has room".to_owned(),
            ),
            Self::Key(KeyError::Short(_)) => Some(format!(
                "set {} to a random text, such as `openssl rand -hex 32` prints",
                fingerprint_key::VARIABLE
            )),
            Self::Config(_) | Self::Usage(_) | Self::Key(_) | Self::Output(_) | Self::Json(_) | Self::Interrupted => {
                None
            }
        }
    }

    /// A closed pipe is the reader's choice, not a failure worth a message.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }
}
