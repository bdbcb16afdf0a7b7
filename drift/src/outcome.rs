//! What the engine answers: every delta in its bucket, findings, violations, score and decision.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::decision::Decision;
use crate::delta::{Class, Delta, Kind};
use crate::finding::{Finding, Severity};
use crate::risk::Risk;
use crate::words::words;

/// Totals of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Configuration files of both sides together, each path once.
    pub files: u64,
    /// Files whose bytes differ.
    pub files_changed: u64,
    /// Deltas.
    pub deltas: u64,
    /// Deltas by kind; kinds without one are absent.
    pub by_kind: BTreeMap<Kind, u64>,
    /// Deltas by class; classes without one are absent.
    pub by_class: BTreeMap<Class, u64>,
}

/// Deltas by bucket; the five add up to the number of deltas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Triage {
    /// Deltas in critical.
    pub critical: u64,
    /// Deltas in high.
    pub high: u64,
    /// Deltas in medium.
    pub medium: u64,
    /// Deltas in low.
    pub low: u64,
    /// Deltas that a rule or waiver allows.
    pub allowed: u64,
}

impl Triage {
    /// Counts deltas by bucket.
    pub fn count<'a>(deltas: impl IntoIterator<Item = &'a Delta>) -> Self {
        let mut triage = Self::default();
        for delta in deltas {
            *triage.bucket_mut(delta.risk) += 1;
        }
        triage
    }

    /// The count of one bucket.
    pub const fn bucket(&self, risk: Risk) -> u64 {
        match risk {
            Risk::Critical => self.critical,
            Risk::High => self.high,
            Risk::Medium => self.medium,
            Risk::Low => self.low,
            Risk::Allowed => self.allowed,
        }
    }

    const fn bucket_mut(&mut self, risk: Risk) -> &mut u64 {
        match risk {
            Risk::Critical => &mut self.critical,
            Risk::High => &mut self.high,
            Risk::Medium => &mut self.medium,
            Risk::Low => &mut self.low,
            Risk::Allowed => &mut self.allowed,
        }
    }

    /// All deltas.
    pub const fn total(&self) -> u64 {
        self.critical + self.high + self.medium + self.low + self.allowed
    }
}

/// A delta that breaks a policy rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Violation {
    /// The rule's id.
    pub rule: String,
    /// How bad the rule says it is.
    pub severity: Severity,
    /// The delta that breaks it.
    pub delta: String,
    /// The delta's file.
    pub file: String,
    /// The delta's key path.
    pub key_path: String,
    /// The rule's description and what was found. Never quotes a secret.
    pub message: String,
}

words! {
    /// The parts of a score, in the order in which they are added.
    pub enum ComponentName {
        /// Policy violations.
        Policy = "policy",
        /// Buckets.
        Risk = "risk",
        /// How far the change reaches.
        BlastRadius = "blast_radius",
        /// What earlier runs say.
        History = "history",
        /// Values that look out of place.
        Anomaly = "anomaly",
        /// What the caller stated.
        Context = "context",
        /// Required evidence.
        Evidence = "evidence",
        /// What clamping to 0..100 took.
        Limit = "limit",
    }
}

/// One part of a score; 100 and all points add up to the score exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Component {
    /// Which part.
    pub name: ComponentName,
    /// Points: negative for penalties.
    pub points: i32,
    /// Why, in a sentence.
    pub reason: String,
}

/// Score, decision and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Certification {
    /// 0 to 100.
    pub score: i32,
    /// The parts of the score, all of them, in order.
    pub components: Vec<Component>,
    /// The decision.
    pub decision: Decision,
    /// Why, in a sentence or two.
    pub explanation: String,
}

/// The answer of the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// Totals.
    pub summary: Summary,
    /// Deltas by bucket.
    pub triage: Triage,
    /// Every delta, by file, document and place.
    pub deltas: Vec<Delta>,
    /// Every finding, by file and place.
    pub findings: Vec<Finding>,
    /// Every policy violation, in the order of the deltas.
    pub violations: Vec<Violation>,
    /// Score and decision.
    pub certification: Certification,
}
