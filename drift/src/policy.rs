//! The policy of a service: rules that allow differences, forbid them or set their risk.

mod apply;
mod checks;
pub(crate) mod current;
mod demand;
mod errors;
pub(crate) mod patterns;
mod predecessor;
mod scope;
mod version;
mod words;

use std::collections::BTreeSet;

use crate::decision::Decision;
use crate::delta::{Class, Kind};
use crate::document::{Position, Value};
use crate::environment::Environments;
use crate::finding::Severity;
use crate::policy::apply::Weight;
use crate::policy::demand::Demand;
use crate::policy::scope::{Reach, Scope};
use crate::risk::Risk;
use crate::risk_table::RiskTable;
use crate::settings::Tier;
use crate::strict::Strict;

pub use crate::policy::errors::{PolicyError, PolicyErrors};
pub use crate::policy::version::Step;

/// The rules of one policy file, ours or the predecessor's, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    rules: Vec<Rule>,
    environments: Vec<EnvironmentRule>,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id; rules of the predecessor that have none are named by their place (`exclusions[0]`).
    pub id: String,
    /// What it is for; empty when the file does not say.
    pub description: String,
    /// Where it stands in the policy file.
    pub at: Position,
    scope: Scope,
    effect: Effect,
}

/// What a rule does to the differences in its scope.
#[derive(Clone, Debug)]
enum Effect {
    /// Violated where the demand is broken, or by any difference when there is no demand.
    Violation { severity: Severity, must: Option<Demand> },
    /// Allows where the demand holds.
    Allow { must: Option<Demand>, removals: bool, over: BTreeSet<String> },
    /// Sets the risk where the demand holds.
    SetRisk { risk: Risk, must: Option<Demand> },
    /// Raises the risk to at least this.
    Minimum(Risk),
    /// Speaks of version changes of exactly this size.
    VersionStep { step: Step, risk: Option<Risk>, review: Option<&'static str>, decision: Option<Decision> },
}

/// What a policy asks of one environment as a whole.
#[derive(Clone, Debug)]
struct EnvironmentRule {
    /// Its name, and where that stands.
    environment: (String, Position),
    strictness: Option<Tier>,
    require_approvals: bool,
}

/// The node that is judged: a delta, or one leaf of an added or removed subtree.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The file, relative to the root of the tree and separated by `/`.
    pub file: &'a str,
    /// The key path; empty for a whole file or text hunk.
    pub key_path: &'a str,
    /// What happened to the delta.
    pub kind: Kind,
    /// What sort of difference the delta is.
    pub class: Class,
    /// The environment's resolved name.
    pub environment: &'a str,
    /// Other words for the same environment, which rules may use.
    pub aliases: &'a [String],
    /// The environment's tier.
    pub tier: Tier,
    /// The golden value in clear; None when absent.
    pub old: Option<&'a Value>,
    /// The candidate's value in clear; None when absent.
    pub new: Option<&'a Value>,
    /// True when the format knows only text, so that `true` and `8080` are compared as spellings.
    pub only_text: bool,
    /// The category of the risk rule that makes the delta critical, if one does: an allow must name it.
    pub critical: Option<&'a str>,
}

/// What all rules together say about one subject. A delta's verdicts (its own and those of its leaves) may repeat
/// a violation; each rule counts once for a delta.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The first rule that allows it. Already withheld from removals and from critical rules unless the allowing
    /// rule names them; it does not cancel the violations beside it.
    pub allow: Option<Applied>,
    /// The worst risk that a rule sets in place of the one by the risk table.
    pub set_risk: Option<(Risk, Applied)>,
    /// The worst risk that a rule asks for at least.
    pub minimum: Option<(Risk, Applied)>,
    /// The strictest decision that a rule asks for at best.
    pub decision: Option<(Decision, Applied)>,
    /// Broken rules in the order of the file.
    pub violations: Vec<(Severity, Applied)>,
    /// Rules that ask for a person: `HUMAN_REVIEW` at best.
    pub review: Vec<Applied>,
    /// Indexes in [`Policy::rules`] of the rules in whose scope the subject is, ascending.
    pub matched: Vec<usize>,
}

/// A rule that applied and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The rule's id.
    pub rule: String,
    /// The rule's description and what was found, in a sentence. Never quotes a value.
    pub message: String,
}

/// What the policy asks of an environment as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EnvironmentDemands {
    /// The tier whose thresholds apply in place of the environment's own; the strictest that is asked for.
    pub strictness: Option<Tier>,
    /// True when a person must approve: `HUMAN_REVIEW` at best.
    pub require_approvals: bool,
}

impl Rule {
    /// False when the rule names files and none of these is one: it can do nothing in this tree.
    pub fn covers_a_file(&self, files: &[&str]) -> bool {
        self.scope.place.covers_a_file(files)
    }

    /// The severity of a violation; None for rules that are never violated.
    pub const fn severity(&self) -> Option<Severity> {
        match &self.effect {
            Effect::Violation { severity, .. } => Some(*severity),
            Effect::Allow { .. } | Effect::SetRisk { .. } | Effect::Minimum(_) | Effect::VersionStep { .. } => None,
        }
    }
}

impl Policy {
    /// A policy without rules: nothing is allowed and nothing violated.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Reads a policy file of either format. The predecessor's has neither `version` nor `rules` and at least one
    /// of its own keys. Gives every fault, not only the first; `file` is the name that the faults carry.
    /// `allow_over` may name the critical categories of the shipped risk table.
    pub fn parse(file: &str, text: &str) -> Result<Self, PolicyErrors> {
        Self::parse_beside(file, text, RiskTable::shipped())
    }

    /// As [`Self::parse`], where another risk table is in force: `allow_over` may name its critical categories.
    pub fn parse_beside(file: &str, text: &str, table: &RiskTable) -> Result<Self, PolicyErrors> {
        let mut strict = Strict::new(file);
        let policy = strict.root(text).map(|root| match &root.value {
            Value::Map(map) if predecessor::is_meant(map) => predecessor::read(&mut strict, &root),
            _ => current::read(&mut strict, &root, table),
        });
        strict.finish(policy)
    }

    /// What the rules say about one subject.
    pub fn judge(&self, subject: &Subject<'_>) -> Verdict {
        self.in_file(subject.file).judge(subject)
    }

    /// The rules that may apply to what is in this file.
    pub(crate) fn in_file(&self, file: &str) -> InFile<'_> {
        let rules = self.rules.iter().enumerate();
        InFile { rules: rules.filter_map(|(index, rule)| Some((index, rule, rule.scope.place.reach(file)?))).collect() }
    }

    /// Refuses rules for an environment that is neither configured nor called by a known word: they would never match.
    /// `file` is the name that the faults carry.
    pub fn check_environments(&self, file: &str, known: &Environments) -> Result<(), PolicyErrors> {
        let mut strict = Strict::new(file);
        let scopes = self.rules.iter().flat_map(|rule| &rule.scope.environments);
        let whole = self.environments.iter().map(|rule| &rule.environment);
        for (name, at) in scopes.chain(whole) {
            checks::environment(&mut strict, name, *at, known);
        }
        strict.finish(Some(()))
    }

    /// The rules in the order of the file.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// What the policy asks of an environment, named by its resolved name or any of its aliases.
    pub fn for_environment(&self, environment: &str, aliases: &[String]) -> EnvironmentDemands {
        let mut demands = EnvironmentDemands::default();
        for rule in self.environments.iter().filter(|rule| scope::is_named(&rule.environment.0, environment, aliases)) {
            demands.strictness = [demands.strictness, rule.strictness].into_iter().flatten().min();
            demands.require_approvals |= rule.require_approvals;
        }
        demands
    }
}

/// The rules of a policy that may apply in one file.
pub(crate) struct InFile<'p> {
    /// Each with its index in [`Policy::rules`] and how far it reaches.
    rules: Vec<(usize, &'p Rule, Reach)>,
}

impl InFile<'_> {
    /// What the rules say about one subject of the file.
    pub(crate) fn judge(&self, subject: &Subject<'_>) -> Verdict {
        let mut verdict = Verdict::default();
        let mut critical: BTreeSet<&str> = subject.critical.into_iter().collect();
        let mut allows = Vec::new();
        for (index, rule, _) in self.rules.iter().filter(|(_, rule, reach)| rule.scope.covers(subject, *reach)) {
            verdict.matched.push(*index);
            match rule.apply(subject, &mut verdict) {
                Weight::Critical => drop(critical.insert(&rule.id)),
                Weight::Allows => allows.push(rule),
                Weight::Other => {}
            }
        }
        let allow = allows.into_iter().find(|rule| rule.may_allow(subject.kind, &critical));
        verdict.allow = allow.map(|rule| rule.applied("the policy allows it"));
        verdict
    }
}
