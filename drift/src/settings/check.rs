//! Settings that are well formed and still wrong: values that nothing reads, or that turn the score around.

use super::{DecisionSettings, ScoreSettings, Settings};
use crate::risk::Risk;

/// A setting of `golden.toml` that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadSetting {
    /// Its name with the table it stands in: `score.low`.
    pub(crate) name: String,
    /// What is wrong with it, in a clause.
    pub(crate) reason: String,
}

/// The first bad setting of `[decision]` and `[score]`.
pub(crate) fn bad_setting(settings: &Settings) -> Option<BadSetting> {
    let bad = |(name, reason)| BadSetting { name, reason };
    decision(&settings.decision).or_else(|| weights(&settings.score)).or_else(|| thresholds(&settings.score)).map(bad)
}

fn decision(decision: &DecisionSettings) -> Option<(String, String)> {
    let lists = [("decision.blocks", &decision.blocks), ("decision.reviews", &decision.reviews)];
    let named = lists.into_iter().find(|(_, list)| list.as_ref().is_some_and(|list| list.contains(&Risk::Allowed)))?.0;
    Some((named.to_owned(), "an allowed delta never blocks and needs no review; remove \"allowed\"".to_owned()))
}

fn weights(score: &ScoreSettings) -> Option<(String, String)> {
    let of_violations = score.violation.iter().map(|weight| ("violation", *weight));
    let single = [
        ("critical", score.critical),
        ("high", score.high),
        ("medium_first", score.medium_first),
        ("medium_further", score.medium_further),
        ("medium_most", score.medium_most),
        ("low", score.low),
        ("low_most", score.low_most),
    ];
    let (name, weight) = of_violations.chain(single).find(|(_, weight)| *weight < 0)?;
    Some((format!("score.{name}"), format!("a penalty is 0 or more, not {weight}, which would add points")))
}

fn thresholds(score: &ScoreSettings) -> Option<(String, String)> {
    let turned = |thresholds: &super::Thresholds| thresholds.human_review > thresholds.auto_merge;
    let (tier, thresholds) = score.thresholds.iter().find(|(_, thresholds)| turned(thresholds))?;
    let reason = format!(
        "human_review ({}) is above auto_merge ({}), so that what needs a review would merge",
        thresholds.human_review, thresholds.auto_merge
    );
    Some((format!("score.thresholds.{tier}"), reason))
}
