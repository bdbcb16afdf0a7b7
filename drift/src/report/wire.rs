//! The JSON of a report: the shapes that the shipped schemas describe.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{Report, RunHead, Side};
use crate::delta::{Class, Delta, Kind};
use crate::finding::{Finding, Severity};
use crate::outcome::{Certification, Outcome, Summary, Triage, Violation};
use crate::risk::Risk;
use crate::settings::Tier;

/// The schema of a stored run.
pub const VALIDATE: &str = "golden.validate/1";
/// The schema of a comparison that is not stored.
pub const DIFF: &str = "golden.diff/1";

/// `golden.validate/1`: a stored run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValidateJson {
    /// `golden.validate/1`.
    #[schemars(extend("const" = VALIDATE))]
    pub schema: String,
    /// The run.
    pub run: RunJson,
    /// The golden branch that was active; absent when the caller named a revision instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub golden_branch: Option<String>,
    /// What was compared with.
    pub golden: Side,
    /// What was compared.
    pub candidate: Side,
    /// Totals.
    pub summary: Summary,
    /// Deltas by bucket.
    pub triage: Triage,
    /// What the policy says.
    pub policy: PolicyJson,
    /// Score, decision and why.
    pub certification: Certification,
    /// Every delta, by file, document and place.
    pub deltas: Vec<DeltaJson>,
    /// Every finding, by file and place.
    pub findings: Vec<Finding>,
}

/// `golden.diff/1`: a comparison that is not stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DiffJson {
    /// `golden.diff/1`.
    #[schemars(extend("const" = DIFF))]
    pub schema: String,
    /// What was compared with.
    pub golden: Side,
    /// What was compared.
    pub candidate: Side,
    /// Totals.
    pub summary: Summary,
    /// Every delta, by file, document and place.
    pub deltas: Vec<DeltaJson>,
    /// Every finding, by file and place.
    pub findings: Vec<Finding>,
}

/// The run of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunJson {
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
    /// True when the run can be certified.
    pub certifiable: bool,
}

/// What the policy says about a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyJson {
    /// Every violation, in the order of the deltas.
    pub violations: Vec<Violation>,
    /// Violations by severity, each severity named.
    pub by_severity: BTreeMap<Severity, u64>,
    /// SHA-256 of the rule set, hexadecimal.
    pub rules: String,
}

/// One difference. `old` is absent when it was added, `new` when it was removed; null is an explicit null.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeltaJson {
    /// 16 hexadecimal digits, unique in its run.
    pub id: String,
    /// The file, relative to the root of the tree.
    pub file: String,
    /// JSON Pointer (RFC 6901) of the node in the side where it stands.
    pub path: String,
    /// The pointer with list elements named by identity.
    pub key_path: String,
    /// 0-based number of the document in its file.
    pub document: u32,
    /// Where a moved or renamed thing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub from_file: Option<String>,
    /// The pointer where a moved or renamed thing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub from_path: Option<String>,
    /// How alike both sides of a move or rename are, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u8")]
    pub similarity: Option<u8>,
    /// What happened.
    pub kind: Kind,
    /// What sort of difference.
    pub class: Class,
    /// The golden value; absent when the golden version does not hold the node.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schemars(with = "Value")]
    pub old: Option<Value>,
    /// The candidate's value; absent when the candidate does not hold the node.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schemars(with = "Value")]
    pub new: Option<Value>,
    /// True when either side holds a secret.
    pub secret: bool,
    /// The bucket.
    pub risk: Risk,
    /// Why it is in that bucket.
    pub reason: String,
    /// 1-based line in the side where it stands.
    pub line: u32,
    /// 1-based column in the side where it stands.
    pub column: u32,
    /// The word of the risk rule that named it.
    pub category: String,
    /// 32 hexadecimal digits, the same across runs for one service, environment, file and key path.
    pub fingerprint: String,
    /// The policy rule that decided the bucket, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub rule: Option<String>,
    /// The environments whose effective value changes; absent when the file is no base of a cascade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>")]
    pub environments: Option<Vec<String>>,
}

/// Keeps an explicit null apart from an absent field.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl DiffJson {
    /// The wire form of a comparison.
    pub fn of(report: &Report) -> Self {
        Self {
            schema: DIFF.to_owned(),
            golden: report.golden.clone(),
            candidate: report.candidate.clone(),
            summary: report.outcome.summary.clone(),
            deltas: report.outcome.deltas.iter().map(DeltaJson::from).collect(),
            findings: report.outcome.findings.clone(),
        }
    }
}

impl ValidateJson {
    /// The wire form of a stored run.
    pub fn of(report: &Report, run: &RunHead) -> Self {
        let DiffJson { golden, candidate, summary, deltas, findings, .. } = DiffJson::of(report);
        let mut by_severity: BTreeMap<Severity, u64> = Severity::ALL.iter().map(|severity| (*severity, 0)).collect();
        for violation in &report.outcome.violations {
            *by_severity.entry(violation.severity).or_default() += 1;
        }
        Self {
            schema: VALIDATE.to_owned(),
            run: RunJson::from(run),
            golden_branch: run.golden_branch.clone(),
            golden,
            candidate,
            summary,
            triage: report.outcome.triage,
            policy: PolicyJson { violations: report.outcome.violations.clone(), by_severity, rules: run.rules.clone() },
            certification: report.outcome.certification.clone(),
            deltas,
            findings,
        }
    }
}

impl From<&RunHead> for RunJson {
    fn from(run: &RunHead) -> Self {
        Self {
            id: run.id.clone(),
            service: run.service.clone(),
            environment: run.environment.clone(),
            tier: run.tier,
            created_at: run.created_at.clone(),
            engine_version: run.engine_version.clone(),
            certifiable: run.certifiable,
        }
    }
}

impl From<ValidateJson> for Report {
    fn from(wire: ValidateJson) -> Self {
        let RunJson { id, service, environment, tier, created_at, engine_version, certifiable } = wire.run;
        let (rules, golden_branch) = (wire.policy.rules, wire.golden_branch);
        Self {
            run: Some(RunHead {
                id,
                service,
                environment,
                tier,
                created_at,
                engine_version,
                rules,
                certifiable,
                golden_branch,
            }),
            environment: None,
            golden: wire.golden,
            candidate: wire.candidate,
            outcome: Outcome {
                summary: wire.summary,
                triage: wire.triage,
                deltas: wire.deltas.into_iter().map(Delta::from).collect(),
                findings: wire.findings,
                violations: wire.policy.violations,
                certification: wire.certification,
            },
        }
    }
}
