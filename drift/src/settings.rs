//! Everything of `golden.toml` that the engine reads: lists, score, decision, limits, evidence.

mod check;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::decision::Decision;
use crate::limits::Limits;
use crate::risk::Risk;
use crate::words::words;

pub(crate) use check::{BadSetting, bad_setting};

words! {
    /// How strict an environment is judged.
    pub enum Tier {
        /// Serves customers.
        Production = "production",
        /// The last stop before production.
        Staging = "staging",
        /// Everything else.
        Development = "development",
    }
}

words! {
    /// How a list is compared.
    pub enum ListMode {
        /// Elements are told apart by their place.
        Ordered = "ordered",
        /// Order means nothing.
        Set = "set",
        /// Elements are told apart by the value of a key.
        Keyed = "keyed",
    }
}

words! {
    /// A named set of decision defaults.
    pub enum Preset {
        /// The defaults.
        Standard = "standard",
        /// Medium blocks too, in every tier.
        Rigorous = "rigorous",
    }
}

/// `[[list]]`: how the lists that match are compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListRule {
    /// `FILE_GLOB:KEY_PATH_GLOB`, or a key-path glob alone (starts with `/`).
    pub path: String,
    /// How.
    pub mode: ListMode,
    /// The key of each element, for `keyed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// Score thresholds of one tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// The lowest score that merges by itself.
    pub auto_merge: i32,
    /// The lowest score that a person may look at; below it blocks.
    pub human_review: i32,
}

/// `[score]`: weights and thresholds, with the defaults of the certification rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ScoreSettings {
    /// Penalty for each policy violation, by severity critical, high, medium.
    pub violation: [i32; 3],
    /// Penalty when any delta is critical.
    pub critical: i32,
    /// Penalty when any delta is high and none critical.
    pub high: i32,
    /// Penalty for the first medium delta.
    pub medium_first: i32,
    /// Penalty for each further medium delta.
    pub medium_further: i32,
    /// Most that medium deltas cost together.
    pub medium_most: i32,
    /// Penalty for each low delta.
    pub low: i32,
    /// Most that low deltas cost together.
    pub low_most: i32,
    /// Path tokens that make a file critical.
    pub critical_files: Vec<String>,
    /// Score thresholds by tier; a tier that is not named keeps its default.
    pub thresholds: BTreeMap<Tier, Thresholds>,
}

impl Default for ScoreSettings {
    fn default() -> Self {
        Self {
            violation: [30, 15, 5],
            critical: 80,
            high: 60,
            medium_first: 20,
            medium_further: 5,
            medium_most: 55,
            low: 2,
            low_most: 40,
            critical_files: ["auth", "database", "db", "ingress", "gateway", "secret", "credential"]
                .map(str::to_owned)
                .to_vec(),
            thresholds: BTreeMap::new(),
        }
    }
}

impl ScoreSettings {
    /// The thresholds of a tier.
    pub fn thresholds(&self, tier: Tier) -> Thresholds {
        self.thresholds.get(&tier).copied().unwrap_or(match tier {
            Tier::Production => Thresholds { auto_merge: 85, human_review: 60 },
            Tier::Staging => Thresholds { auto_merge: 75, human_review: 50 },
            Tier::Development => Thresholds { auto_merge: 65, human_review: 50 },
        })
    }
}

/// `[decision]`: which buckets block and which need a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DecisionSettings {
    /// A named set of defaults.
    pub preset: Option<Preset>,
    /// Buckets that block; default critical and high.
    pub blocks: Option<Vec<Risk>>,
    /// Buckets that need a person; default medium for production and staging, none for development.
    pub reviews: Option<Vec<Risk>>,
}

impl DecisionSettings {
    /// The strictest decision that the bucket alone allows in a tier.
    pub fn for_risk(&self, risk: Risk, tier: Tier) -> Decision {
        let rigorous = self.preset == Some(Preset::Rigorous);
        let blocks = self.blocks.as_ref().map_or_else(
            || matches!(risk, Risk::Critical | Risk::High) || (rigorous && risk == Risk::Medium),
            |blocks| blocks.contains(&risk) || (rigorous && risk == Risk::Medium),
        );
        let reviews = self
            .reviews
            .as_ref()
            .map_or_else(|| risk == Risk::Medium && tier != Tier::Development, |reviews| reviews.contains(&risk));
        if blocks {
            Decision::BlockMerge
        } else if reviews {
            Decision::HumanReview
        } else {
            Decision::AutoMerge
        }
    }
}

/// `[evidence]`: how much unchanged context may be read for a delta that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EvidenceSettings {
    /// Evidence keys that every run must state, beside those of the service.
    pub required: Vec<String>,
    /// Most unchanged files that a run reads: those beside changed base files, and those with neighbours of changed values.
    pub max_files: u32,
}

/// Files of evidence that one run reads unless told otherwise.
const EVIDENCE_FILES: u32 = 500;

impl Default for EvidenceSettings {
    fn default() -> Self {
        Self { required: Vec::new(), max_files: EVIDENCE_FILES }
    }
}

/// The default of settings that were stored before there was a limit.
const fn evidence_files() -> u32 {
    EVIDENCE_FILES
}

/// What the engine is told about one service and environment, beside the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The tier of the environment.
    pub tier: Tier,
    /// How lists are compared; the first that matches counts.
    #[serde(default)]
    pub lists: Vec<ListRule>,
    /// Weights and thresholds.
    #[serde(default)]
    pub score: ScoreSettings,
    /// Buckets.
    #[serde(default)]
    pub decision: DecisionSettings,
    /// Bounds.
    #[serde(default)]
    pub limits: Limits,
    /// Evidence keys that must be stated: those of `[evidence]` and of the service.
    #[serde(default)]
    pub required_evidence: Vec<String>,
    /// Most files that are read as evidence: `max_files` of `[evidence]`.
    #[serde(default = "evidence_files")]
    pub evidence_files: u32,
    /// Services that depend on this one.
    #[serde(default)]
    pub dependents: Vec<String>,
    /// File globs of this service that are critical, beside the path tokens of `[score]`.
    #[serde(default)]
    pub critical_files: Vec<String>,
}

impl Settings {
    /// The defaults for a tier.
    pub fn for_tier(tier: Tier) -> Self {
        Self {
            tier,
            lists: Vec::new(),
            score: ScoreSettings::default(),
            decision: DecisionSettings::default(),
            limits: Limits::default(),
            required_evidence: Vec::new(),
            evidence_files: EVIDENCE_FILES,
            dependents: Vec::new(),
            critical_files: Vec::new(),
        }
    }
}
