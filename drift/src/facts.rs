//! The facts record: all that a decision may know beside bytes and rules. Stored with the run and replayed from there.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::anomaly::Neighbours;
use crate::cascade::Cascades;

/// History and context of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// What earlier runs of other candidates say.
    pub history: History,
    /// What the caller stated.
    pub context: Context,
    /// What the neighbours of changed values say; None when nobody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neighbours: Option<Neighbours>,
    /// Where the deltas of base files take effect; None when no base file changed, or nobody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cascades: Option<Cascades>,
}

/// Earlier runs of *other* candidate digests for one service and environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// Names of revoked golden branches, with the files that each changed (only files that changed in this run too).
    pub revoked: BTreeMap<String, Vec<String>>,
    /// Candidate digests of blocked runs, with the files that each touched (only files that changed in this run too).
    pub blocked: BTreeMap<String, Vec<String>>,
    /// Certifications from runs, without override and not revoked.
    pub clean_certifications: u32,
}

/// What the caller stated, credentials masked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// A ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// Tags, sorted.
    #[serde(default)]
    pub tags: Vec<String>,
    /// A rollback plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollback_plan: Option<String>,
    /// Evidence by key; `tests` is test evidence.
    #[serde(default)]
    pub evidence: BTreeMap<String, String>,
    /// A description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}
