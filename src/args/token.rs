//! Arguments of the commands that look after tokens.

use clap::{Args, Subcommand, ValueEnum};
use entity::api_tokens::Scope;

use super::{FormatArgs, Page};

/// Arguments of `golden token`.
#[derive(Debug, Args)]
pub(crate) struct Token {
    #[command(subcommand)]
    pub(crate) command: TokenCommand,
}

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token and print it, this once
    Create {
        /// Whose it is; it signs what is done with it
        #[arg(long)]
        name: String,
        /// What it allows; more than one takes more flags
        #[arg(long, value_enum, required = true)]
        scope: Vec<ScopeWord>,
        /// Days until it ends
        #[arg(long, default_value_t = service::token::DEFAULT_DAYS, value_parser = clap::value_parser!(u32).range(1..=i64::from(service::token::MOST_DAYS)))]
        days: u32,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// List tokens, newest first, without what they are
    List {
        #[command(flatten)]
        page: Page,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Revoke a token for good, with the sessions that it opened
    Revoke {
        /// The token's id
        id: uuid::Uuid,
        #[command(flatten)]
        format: FormatArgs,
    },
}

/// What a token allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScopeWord {
    /// See everything
    Read,
    /// Start, cancel and replay runs
    Run,
    /// Certify and revoke
    Certify,
    /// Make, change and deactivate services
    Admin,
}

impl From<ScopeWord> for Scope {
    fn from(word: ScopeWord) -> Self {
        match word {
            ScopeWord::Read => Self::Read,
            ScopeWord::Run => Self::Run,
            ScopeWord::Certify => Self::Certify,
            ScopeWord::Admin => Self::Admin,
        }
    }
}
