//! Findings: what a run reports that is not a difference.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::position::Position;
use crate::words::words;

words! {
    /// How bad a finding or a policy violation is, worst first.
    pub enum Severity {
        /// Blocks whatever the score says.
        Critical = "critical",
        /// Needs a person.
        High = "high",
        /// Worth a look.
        Medium = "medium",
        /// Worth knowing.
        Low = "low",
    }
}

words! {
    /// What was found. The wire name is kebab-case.
    pub enum FindingCode {
        /// A key stands twice in one map or section.
        DuplicateKey = "duplicate-key",
        /// A scalar that common readers of the format take differently.
        AmbiguousScalar = "ambiguous-scalar",
        /// A file that cannot be read or parsed.
        Unreadable = "unreadable",
        /// A changed file over the size limit.
        TooLarge = "too-large",
        /// A Git LFS pointer stands where content is expected.
        LfsPointer = "lfs-pointer",
        /// A symbolic link, reported and not followed.
        Symlink = "symlink",
        /// A template that is not valid in its format and was compared as text.
        Template = "template",
        /// A text that is not UTF-8, or that starts with a byte order mark.
        Encoding = "encoding",
        /// A policy rule whose file globs match no configuration file.
        UnusedRule = "unused-rule",
    }
}

impl FindingCode {
    /// The default severity (engine rules, "Classify").
    pub const fn severity(self) -> Severity {
        match self {
            Self::Unreadable => Severity::High,
            Self::DuplicateKey
            | Self::AmbiguousScalar
            | Self::Encoding
            | Self::TooLarge
            | Self::Template
            | Self::LfsPointer => Severity::Medium,
            Self::Symlink | Self::UnusedRule => Severity::Low,
        }
    }
}

/// A finding inside one file, before the file's name is known. Messages never quote a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFinding {
    /// What was found.
    pub code: FindingCode,
    /// Where.
    pub at: Position,
    /// One sentence in lower case: what, which and why. Never quotes a value; keys may be named.
    pub message: String,
}

/// The most characters of a key that a message names.
const NAMED_CHARS: usize = 80;

impl FileFinding {
    /// A key that stands at `first` and again at `again` in one map or section.
    pub fn duplicate_key(key: &str, first: Position, again: Position) -> Self {
        let name: String = crate::secret::redacted(key).chars().take(NAMED_CHARS).collect();
        let message = format!(
            "the key {name:?} stands at line {}, column {} and again at line {}, column {}; the last one counts",
            first.line, first.column, again.line, again.column
        );
        Self { code: FindingCode::DuplicateKey, at: again, message }
    }
}

/// A finding of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The file, relative to the root of the tree, or the policy file for rule findings.
    pub file: String,
    /// 1-based line; 1 when the finding is about the whole file.
    pub line: u32,
    /// 1-based column.
    pub column: u32,
    /// What was found.
    pub code: FindingCode,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence in lower case. Never quotes a value.
    pub message: String,
}

impl Finding {
    /// A finding of a file with the default severity of its code.
    pub fn new(file: &str, finding: FileFinding) -> Self {
        Self {
            file: file.to_owned(),
            line: finding.at.line,
            column: finding.at.column,
            code: finding.code,
            severity: finding.code.severity(),
            message: finding.message,
        }
    }
}
