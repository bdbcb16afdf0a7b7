//! Command tests: the real binary on a repository and a database of its own; exit code, stdout and stderr are compared.

pub(crate) mod answer;
pub(crate) mod golden;
pub(crate) mod repository;
pub(crate) mod schemas;

mod adopt;
mod anomaly;
mod blocked;
mod branches;
mod cascade;
mod certify;
mod completions;
mod config;
mod db;
mod demo;
mod diff;
mod history;
mod init;
mod interrupt;
mod json_patch;
mod lost_answer;
mod matrix;
mod output;
mod partial;
mod policy;
mod push;
mod refusals;
mod report;
mod revert;
mod revoke;
mod runs;
mod schema;
mod serve;
mod token;
#[cfg(feature = "otel")]
mod traces;
mod validate;

pub(crate) use golden::Golden;
pub(crate) use repository::Repo;

/// A production file of `shop`: a logging level is low, a port medium, TLS high.
pub(crate) const SHOP: &str = "logging:\n  level: INFO\nserver:\n  port: 8080\n  tls: true\n";
