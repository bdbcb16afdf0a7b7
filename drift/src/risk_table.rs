//! The risk of a difference by rule: an ordered table, shipped as data, in which the first match wins.

mod condition;
mod load;
mod patterns;

use std::sync::LazyLock;

use crate::delta::{Class, Kind};
use crate::document::Value;
use crate::policy::PolicyErrors;
use crate::risk::Risk;
use crate::risk_table::condition::{Condition, Seen};

pub use crate::risk_table::condition::Fact;
use crate::settings::Tier;

/// Ordered rules; the last one matches everything, so that every difference has a risk.
#[derive(Clone, Debug)]
pub struct RiskTable {
    rules: Vec<RiskRule>,
}

#[derive(Clone, Debug)]
struct RiskRule {
    category: String,
    risk: Risk,
    reason: String,
    /// Of which one must be met; none for the last rule.
    when: Vec<Condition>,
}

/// What the table looks at: a delta, a leaf of an added or removed subtree, or a line of a text hunk.
#[derive(Clone, Copy, Debug)]
pub struct RiskSubject<'a> {
    /// The file, relative to the root of the tree and separated by `/`.
    pub file: &'a str,
    /// The key path; empty for a whole file or text hunk.
    pub key_path: &'a str,
    /// What happened.
    pub kind: Kind,
    /// What sort of difference.
    pub class: Class,
    /// The environment's tier.
    pub tier: Tier,
    /// True when the delta is about a file as a whole: added, removed, renamed.
    pub whole_file: bool,
    /// True when the file belongs to one environment by its path.
    pub profile_file: bool,
    /// True when either side holds a secret.
    pub secret: bool,
    /// True when a secret stands in clear where a reference to one stood.
    pub reference_to_clear: bool,
    /// The golden value in clear; None when absent.
    pub old: Option<&'a Value>,
    /// The candidate's value in clear; None when absent.
    pub new: Option<&'a Value>,
    /// One changed line, when the delta is a hunk of text.
    pub text_line: Option<&'a str>,
}

/// The answer of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Classified<'t> {
    /// The bucket before the policy speaks.
    pub risk: Risk,
    /// The word for what was recognised (`credential`, `port`, …).
    pub category: &'t str,
    /// Why, in a sentence without values.
    pub reason: &'t str,
}

static SHIPPED: LazyLock<RiskTable> = LazyLock::new(|| {
    let checked = load::read("risk.yml", include_str!("../rules/risk.yml"), true);
    checked.unwrap_or_else(|_| RiskTable::unread())
});

impl RiskTable {
    /// The table that is shipped with the engine. A test holds that it is read without a fault.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Reads the shipped table and compiles what nearly every value is compared with.
    pub(crate) fn prepare() {
        let conditions = Self::shipped().rules.iter().flat_map(|rule| &rule.when);
        for condition in conditions.filter(|condition| condition.files.is_none()) {
            for patterns in [&condition.old, &condition.new].into_iter().flatten() {
                patterns.compile();
            }
        }
    }

    /// Reads a table. Gives every fault, not only the first; `file` is the name that the faults carry.
    pub fn parse(file: &str, text: &str) -> Result<Self, PolicyErrors> {
        load::read(file, text, false)
    }

    /// The first rule that matches.
    pub fn classify(&self, subject: &RiskSubject<'_>) -> Classified<'_> {
        self.in_file(subject.file).classify(subject)
    }

    /// The rules that may match what is in this file.
    pub(crate) fn in_file(&self, file: &str) -> InFile<'_> {
        let rules = self.rules.iter().map(|rule| {
            let when: Vec<&Condition> = rule.when.iter().filter(|when| when.is_about(file)).collect();
            (rule, when)
        });
        InFile { rules: rules.filter(|(rule, when)| rule.when.is_empty() || !when.is_empty()).collect() }
    }

    /// The categories of the critical rules, which an allowing policy rule must name to silence them.
    pub fn critical_categories(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().filter(|rule| rule.risk == Risk::Critical).map(|rule| rule.category.as_str())
    }

    /// What takes the place of a table that cannot be read: everything blocks.
    const fn unread() -> Self {
        Self { rules: Vec::new() }
    }
}

/// The rules of a table that may match what is in one file.
pub(crate) struct InFile<'t> {
    /// Each with those of its conditions that may be met there.
    rules: Vec<(&'t RiskRule, Vec<&'t Condition>)>,
}

impl<'t> InFile<'t> {
    /// The first rule that matches.
    pub(crate) fn classify(&self, subject: &RiskSubject<'_>) -> Classified<'t> {
        let seen = Seen::of(subject);
        let matched =
            self.rules.iter().find(|(rule, when)| rule.when.is_empty() || when.iter().any(|when| when.is_met(&seen)));
        matched.map_or(UNRATED, |(rule, _)| Classified {
            risk: rule.risk,
            category: &rule.category,
            reason: &rule.reason,
        })
    }
}

/// The answer of a table without a rule that matches, which only an unread one is: never a pass.
const UNRATED: Classified<'static> =
    Classified { risk: Risk::High, category: "unrated", reason: "no rule of the risk table could be asked" };
