//! Words with a tone and a sign: no colour ever says something alone.

use askama::Template;
use drift::decision::Decision;
use drift::finding::Severity;
use drift::matrix::RowState;
use drift::risk::Risk;
use entity::validation_runs::{Judged, RunStatus};

use crate::problem::Problem;

const CHECK: &str = "m5 13 4 4L19 7";
const CROSS: &str = "M6 6l12 12M18 6 6 18";
const CLOCK: &str = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2";
const DASH: &str = "M6 12h12";
const DOWN: &str = "M12 5v13M6 13l6 6 6-6";
const EYE: &str = "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z";
const HALF: &str = "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 4v16";
const STOP: &str = "M8 3h8l5 5v8l-5 5H8l-5-5V8zM9 9l6 6M15 9l-6 6";
const WARNING: &str = "M12 4 2.5 20h19zM12 10v4M12 17v.3";

/// A word in a tone with a sign before it; it is a piece of a page, already escaped.
#[derive(Clone, Debug, Template)]
#[template(path = "badge.html")]
pub(crate) struct Badge {
    /// The class of the tone: good, warn, bad, info or idle.
    pub(crate) tone: &'static str,
    /// The sign, as the path of a drawing of 24 by 24.
    pub(crate) path: &'static str,
    /// The word.
    pub(crate) word: String,
    large: bool,
}

impl Badge {
    fn new(tone: &'static str, path: &'static str, word: impl Into<String>) -> Self {
        Self { tone, path, word: word.into(), large: false }
    }

    /// The same, larger.
    pub(crate) fn large(mut self) -> Self {
        self.large = true;
        self
    }

    /// Where a golden branch stands.
    pub(crate) fn of_branch(branch: &entity::golden_branches::Model) -> Self {
        if branch.revoked_at.is_some() {
            return Self::new("bad", CROSS, "Revoked");
        }
        if branch.is_active { Self::new("good", CHECK, "Active") } else { Self::new("idle", DASH, "Replaced") }
    }

    /// A bucket.
    pub(crate) fn of_risk(risk: Risk) -> Self {
        match risk {
            Risk::Critical => Self::new("bad", STOP, "Critical"),
            Risk::High => Self::new("bad", WARNING, "High"),
            Risk::Medium => Self::new("warn", HALF, "Medium"),
            Risk::Low => Self::new("info", DOWN, "Low"),
            Risk::Allowed => Self::new("idle", CHECK, "Allowed"),
        }
    }

    /// What environments have to do with each other in a row of a matrix.
    pub(crate) fn of_row(state: RowState) -> Self {
        match state {
            RowState::Unreadable => Self::new("bad", STOP, "Unreadable"),
            RowState::Missing => Self::new("warn", CROSS, "Missing somewhere"),
            RowState::Differs => Self::new("info", HALF, "Differs"),
            RowState::OwnName => Self::new("idle", DASH, "Own name only"),
            RowState::Present => Self::new("good", CHECK, "Same"),
        }
    }

    /// How an attempt to change the schema came out, in the words of the ledger.
    pub(crate) fn of_outcome(outcome: &str) -> Self {
        match outcome {
            "succeeded" => Self::new("good", CHECK, "Succeeded"),
            "started" => Self::new("info", CLOCK, "Under way"),
            "rolled_back" => Self::new("warn", DASH, "Rolled back"),
            "interrupted" => Self::new("bad", CROSS, "Interrupted"),
            "failed" => Self::new("bad", CROSS, "Failed"),
            other => Self::new("idle", DASH, other),
        }
    }

    /// How a migration stands.
    pub(crate) fn of_migration(applied: bool) -> Self {
        if applied { Self::new("good", CHECK, "Applied") } else { Self::new("warn", CLOCK, "Pending") }
    }

    /// Whether a backup was proved to hold what it was made from.
    pub(crate) fn of_proof(proved: bool) -> Self {
        if proved { Self::new("good", CHECK, "Proved") } else { Self::new("bad", CROSS, "Not proved") }
    }

    /// How bad a violation or finding is.
    pub(crate) fn of_severity(severity: Severity) -> Self {
        Self::of_risk(severity.into())
    }
}

/// Where a service stands in an environment, or a run: worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// It must not be merged.
    Blocked,
    /// A person must look.
    Review,
    /// It ended without a decision.
    Undecided,
    /// It has not ended.
    UnderWay,
    /// It may be merged.
    Mergeable,
    /// There is no run.
    Never,
}

impl Standing {
    /// Every member, in the order in which pages count them.
    pub(crate) const ALL: [Self; 6] =
        [Self::Blocked, Self::Review, Self::Mergeable, Self::Undecided, Self::UnderWay, Self::Never];

    /// Where a run stands.
    pub(crate) fn of_run(run: &impl Judged) -> Result<Self, Problem> {
        Ok(match judged(run)? {
            (_, Some(Decision::BlockMerge)) => Self::Blocked,
            (_, Some(Decision::HumanReview)) => Self::Review,
            (_, Some(Decision::AutoMerge)) => Self::Mergeable,
            (RunStatus::Pending | RunStatus::Running, None) => Self::UnderWay,
            (RunStatus::Succeeded | RunStatus::Failed | RunStatus::Cancelled, None) => Self::Undecided,
        })
    }

    /// The word in addresses.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Review => "review",
            Self::Mergeable => "mergeable",
            Self::Undecided => "undecided",
            Self::UnderWay => "under-way",
            Self::Never => "never",
        }
    }

    /// The member of a word.
    pub(crate) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.word() == word)
    }

    /// As people read it.
    pub(crate) fn badge(self) -> Badge {
        match self {
            Self::Blocked => Badge::new("bad", STOP, "Blocked"),
            Self::Review => Badge::new("warn", EYE, "Needs review"),
            Self::Mergeable => Badge::new("good", CHECK, "Can merge"),
            Self::Undecided => Badge::new("idle", CROSS, "No decision"),
            Self::UnderWay => Badge::new("info", CLOCK, "Under way"),
            Self::Never => Badge::new("idle", DASH, "Not validated"),
        }
    }

    /// The badge of a run, which says how it ended when it has no decision.
    pub(crate) fn badge_of(run: &impl Judged) -> Result<Badge, Problem> {
        let badge = Self::of_run(run)?.badge();
        Ok(match judged(run)?.0 {
            RunStatus::Failed => Badge { word: "Failed".to_owned(), ..badge },
            RunStatus::Cancelled => Badge { word: "Cancelled".to_owned(), ..badge },
            RunStatus::Pending => Badge { word: "Waiting".to_owned(), ..badge },
            RunStatus::Running => Badge { word: "Running".to_owned(), ..badge },
            RunStatus::Succeeded => badge,
        })
    }
}

fn judged(run: &impl Judged) -> Result<(RunStatus, Option<Decision>), Problem> {
    run.judged().map_err(|error| Problem::internal(&error))
}
