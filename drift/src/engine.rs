//! From assessed files to an outcome: totals, triage, score and decision.

use std::sync::Once;
use std::thread;

use crate::assess::Assessment;
use crate::decision::Decision;
use crate::facts::Facts;
use crate::finding::{FileFinding, Finding, FindingCode, Severity};
use crate::outcome::{Certification, Outcome, Summary, Triage};
use crate::risk::Risk;
use crate::risk_table::RiskTable;
use crate::rules::Rules;
use crate::score::{missing_evidence, score};
use crate::secret;

/// The version of the engine, stored with every run: the number behind the slash is raised with every change that gives
/// another outcome for the same bytes, rules and facts (decision 0016). A replay by another version may tell otherwise.
pub const ENGINE_VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "/3");

/// Begins to compile what nearly every comparison asks for, on a thread of its own beside what comes before one. Whoever
/// asks for a part meanwhile waits for that part alone. Only the first call in a process does something.
pub fn prepare() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        let begun = thread::Builder::new().spawn(|| {
            // In the order in which they are asked for; the last only by texts of some length.
            secret::prepare_keys();
            RiskTable::prepare();
            secret::prepare_texts();
        });
        // Where the system has no thread left, whoever asks for a part compiles it.
        drop(begun);
    });
}

/// What was compared, beside the changed files.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a> {
    /// Every configuration file of either side, each path once, sorted.
    pub files: &'a [&'a str],
    /// How many of them differ.
    pub changed: u64,
}

/// Draws the conclusion. The order of `assessments` does not matter: they are sorted by file.
pub fn conclude(mut assessments: Vec<Assessment>, compared: Compared<'_>, rules: &Rules, facts: &Facts) -> Outcome {
    assessments.sort_by(|left, right| left.file.cmp(&right.file));
    let mut outcome = Outcome {
        summary: Summary::default(),
        triage: Triage::default(),
        deltas: Vec::new(),
        findings: unused_rules(compared.files, rules),
        violations: Vec::new(),
        certification: Certification {
            score: 0,
            components: Vec::new(),
            decision: Decision::BlockMerge,
            explanation: String::new(),
        },
    };
    let mut demands = Vec::new();
    for assessment in assessments {
        outcome.deltas.extend(assessment.deltas);
        outcome.findings.extend(assessment.findings);
        outcome.violations.extend(assessment.violations);
        demands.extend(assessment.demands);
    }
    if let Some(cascades) = &facts.cascades {
        cascades.apply(&mut outcome.deltas);
    }
    outcome.triage = Triage::count(&outcome.deltas);
    outcome.summary = summary(&outcome, compared);
    outcome.certification = certify(&outcome, demands, rules, facts);
    outcome
}

fn summary(outcome: &Outcome, compared: Compared<'_>) -> Summary {
    let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let mut summary = Summary {
        files: number(compared.files.len()),
        files_changed: compared.changed,
        deltas: number(outcome.deltas.len()),
        ..Summary::default()
    };
    for delta in &outcome.deltas {
        *summary.by_kind.entry(delta.kind).or_default() += 1;
        *summary.by_class.entry(delta.class).or_default() += 1;
    }
    summary
}

/// A rule whose file globs match no configuration file can do nothing: it is told, so that a typing error shows.
fn unused_rules(files: &[&str], rules: &Rules) -> Vec<Finding> {
    let policy_file = rules.source.policy.as_ref().map_or("", |policy| policy.file.as_str());
    let unused = rules.policy.rules().iter().filter(|rule| !rule.covers_a_file(files));
    unused
        .map(|rule| {
            let message = format!("rule {} matches none of the {} configuration files", rule.id, files.len());
            Finding::new(policy_file, FileFinding { code: FindingCode::UnusedRule, at: rule.at, message })
        })
        .collect()
}

/// The strictest of what the buckets, the findings and demands, and the score allow.
fn certify(outcome: &Outcome, demands: Vec<(Decision, String)>, rules: &Rules, facts: &Facts) -> Certification {
    let settings = rules.settings();
    let (score, components) = score(&outcome.deltas, &outcome.triage, &outcome.violations, facts, rules);
    let mut grounds = Vec::new();
    for risk in [Risk::Critical, Risk::High, Risk::Medium, Risk::Low] {
        let count = outcome.triage.bucket(risk);
        let decision = settings.decision.for_risk(risk, settings.tier);
        if count > 0 && decision != Decision::AutoMerge {
            let (deltas, verb) = if count == 1 { ("delta", "is") } else { ("deltas", "are") };
            let consequence = if decision == Decision::BlockMerge { "blocks" } else { "needs a review" };
            grounds
                .push((decision, format!("{count} {deltas} {verb} {risk}, which {consequence} in {}", settings.tier)));
        }
    }
    let severe = outcome.findings.iter().filter(|finding| finding.severity <= Severity::High).count();
    if severe > 0 {
        let said = if severe == 1 {
            "1 finding of severity high or more needs"
        } else {
            &format!("{severe} findings of severity high or more need")
        };
        grounds.push((Decision::HumanReview, format!("{said} a review")));
    }
    grounds.extend(demands);
    grounds.extend(environment_demands(rules));
    grounds.extend(by_score(score, outcome, rules, facts));
    let decision = grounds.iter().fold(Decision::AutoMerge, |strictest, (decision, _)| strictest.stricter(*decision));
    Certification { score, components, decision, explanation: explain(decision, score, &grounds, outcome) }
}

/// Approvals that the policy demands for the environment whatever changed.
fn environment_demands(rules: &Rules) -> Option<(Decision, String)> {
    let demands = rules.policy.for_environment(&rules.source.environment, &rules.source.aliases);
    demands.require_approvals.then(|| {
        (
            Decision::HumanReview,
            format!("the policy demands an approval for every change in {}", rules.source.environment),
        )
    })
}

/// What the score allows in the tier, or in the tier that the policy names in its place. Nothing but low and allowed deltas,
/// without a violation or missing evidence, is at worst a review.
fn by_score(score: i32, outcome: &Outcome, rules: &Rules, facts: &Facts) -> Option<(Decision, String)> {
    let settings = rules.settings();
    let demands = rules.policy.for_environment(&rules.source.environment, &rules.source.aliases);
    let tier = demands.strictness.unwrap_or(settings.tier);
    let thresholds = settings.score.thresholds(tier);
    let triage = &outcome.triage;
    let harmless = triage.low + triage.allowed == triage.total()
        && outcome.violations.is_empty()
        && missing_evidence(facts, settings).is_empty();
    if score >= thresholds.auto_merge {
        None
    } else if score >= thresholds.human_review || harmless {
        Some((Decision::HumanReview, format!("the score {score} is below {} for {tier}", thresholds.auto_merge)))
    } else {
        Some((Decision::BlockMerge, format!("the score {score} is below {} for {tier}", thresholds.human_review)))
    }
}

/// Why, in a sentence: the grounds of the decision itself, each once; weaker grounds are left to the components.
fn explain(decision: Decision, score: i32, grounds: &[(Decision, String)], outcome: &Outcome) -> String {
    if outcome.deltas.is_empty() && grounds.is_empty() {
        return "no difference from the golden version".to_owned();
    }
    let mut reasons: Vec<&str> = Vec::new();
    for (_, reason) in grounds.iter().filter(|(ground, _)| *ground == decision && decision != Decision::AutoMerge) {
        if !reasons.contains(&reason.as_str()) {
            reasons.push(reason);
        }
    }
    match reasons.is_empty() {
        true => format!("the score {score} is high enough and nothing needs a review"),
        false => reasons.join("; "),
    }
}
