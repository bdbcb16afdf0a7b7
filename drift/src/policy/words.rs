//! The words of the predecessor's policy files, letter case ignored, and what they mean here.

use crate::decision::Decision;
use crate::finding::Severity;
use crate::settings::Tier;

/// Words of `severity`.
pub(super) const SEVERITIES: [(&str, Severity); 11] = [
    ("critical", Severity::Critical),
    ("blocker", Severity::Critical),
    ("high", Severity::High),
    ("error", Severity::High),
    ("major", Severity::High),
    ("medium", Severity::Medium),
    ("moderate", Severity::Medium),
    ("warning", Severity::Medium),
    ("low", Severity::Low),
    ("minor", Severity::Low),
    ("info", Severity::Low),
];

/// Words of `verdict`: the best decision that stays possible.
pub(super) const VERDICTS: [(&str, Decision); 10] = [
    ("auto_merge", Decision::AutoMerge),
    ("allow", Decision::AutoMerge),
    ("pass", Decision::AutoMerge),
    ("human_review", Decision::HumanReview),
    ("review", Decision::HumanReview),
    ("warn", Decision::HumanReview),
    ("block_merge", Decision::BlockMerge),
    ("block", Decision::BlockMerge),
    ("fail", Decision::BlockMerge),
    ("deny", Decision::BlockMerge),
];

/// Words of `strictness`: the tier whose thresholds apply.
pub(super) const STRICTNESS: [(&str, Tier); 9] = [
    ("production", Tier::Production),
    ("strict", Tier::Production),
    ("high", Tier::Production),
    ("staging", Tier::Staging),
    ("moderate", Tier::Staging),
    ("medium", Tier::Staging),
    ("development", Tier::Development),
    ("relaxed", Tier::Development),
    ("low", Tier::Development),
];
