//! A run told to a person or a CI system: the same content in six formats.

pub mod escape;
pub mod friendly;
mod html;
mod json;
mod junit;
mod markdown;
pub mod matrix;
mod next;
mod outline;
mod sarif;
pub mod schema;
mod shown;
mod text;
pub mod told;
pub mod wire;
mod wire_delta;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::outcome::Outcome;
use crate::settings::Tier;
use crate::words::words;

words! {
    /// The formats of a report.
    pub enum ReportFormat {
        /// For a terminal.
        Text = "text",
        /// For a merge request.
        Markdown = "markdown",
        /// For a program.
        Json = "json",
        /// SARIF 2.1.0.
        Sarif = "sarif",
        /// JUnit XML.
        Junit = "junit",
        /// One self-contained page.
        Html = "html",
    }
}

words! {
    /// Where a side of a comparison comes from.
    pub enum SideKind {
        /// A revision of a git repository.
        Git = "git",
        /// The work tree of a git repository.
        Worktree = "worktree",
        /// A directory.
        Directory = "directory",
        /// One file.
        File = "file",
        /// The schema of a database, as it is or as somebody wants it.
        Schema = "schema",
    }
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// Where it comes from.
    pub kind: SideKind,
    /// The revision as the caller named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rev: Option<String>,
    /// The commit that the revision named at that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The directory or file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// SHA-256 over the sorted paths and contents of its configuration files, `sha256:` and hexadecimal.
    pub digest: String,
}

/// The run that a report tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunHead {
    /// The run's id.
    pub id: String,
    /// The service.
    pub service: String,
    /// The environment's resolved name.
    pub environment: String,
    /// Its tier.
    pub tier: Tier,
    /// UTC, RFC 3339, milliseconds.
    pub created_at: String,
    /// The engine's version.
    pub engine_version: String,
    /// SHA-256 of the rule set, hexadecimal.
    pub rules: String,
    /// True when the run can be certified.
    pub certifiable: bool,
    /// The golden branch that was active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub golden_branch: Option<String>,
}

/// A comparison ready to be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The stored run; None for `golden diff`, which stores nothing.
    pub run: Option<RunHead>,
    /// The environment whose tier set the risks of a comparison that is no run, so that it can be made again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// What was compared with.
    pub golden: Side,
    /// What was compared.
    pub candidate: Side,
    /// The answer.
    pub outcome: Outcome,
}

/// How a report is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Whether terminal colours are used (text format only).
    pub color: bool,
    /// Columns of the terminal (text format only).
    pub width: u16,
    /// Most deltas, violations and findings (each) that text, Markdown and HTML print (`limits.report_deltas`); the
    /// rest is counted, and the command that shows it is named.
    pub most_deltas: usize,
}

/// The report in one format: the same report, format and layout give the same text, which ends with a line end.
pub fn render(report: &Report, format: ReportFormat, layout: &Layout) -> String {
    match format {
        ReportFormat::Text => text::render(report, layout),
        ReportFormat::Markdown => markdown::render(report, layout),
        ReportFormat::Json => json::render(report),
        ReportFormat::Sarif => sarif::render(report),
        ReportFormat::Junit => junit::render(report),
        ReportFormat::Html => html::render(report, layout),
    }
}
