//! The five buckets of triage.

use crate::finding::Severity;
use crate::words::words;

words! {
    /// The bucket of a delta, worst first. Every delta is in exactly one.
    pub enum Risk {
        /// Blocks, and the score cannot save it.
        Critical = "critical",
        /// Blocks by default.
        High = "high",
        /// Needs a person in production and staging by default.
        Medium = "medium",
        /// Costs little.
        Low = "low",
        /// A rule or waiver allows it.
        Allowed = "allowed",
    }
}

impl Risk {
    /// The worse of two; `allowed` is the least.
    pub fn worse(self, other: Self) -> Self {
        self.min(other)
    }
}

impl From<Severity> for Risk {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Critical => Self::Critical,
            Severity::High => Self::High,
            Severity::Medium => Self::Medium,
            Severity::Low => Self::Low,
        }
    }
}
