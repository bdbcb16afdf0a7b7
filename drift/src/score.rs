//! The score: 100, less penalties, plus bonuses; each component with its reason, adding up exactly.

use std::collections::{BTreeMap, BTreeSet};

use crate::anomaly::{Neighbours, Odd};
use crate::delta::{Class, Delta};
use crate::facts::Facts;
use crate::finding::Severity;
use crate::outcome::{Component, ComponentName, Triage, Violation};
use crate::risk::Risk;
use crate::rules::Rules;
use crate::settings::Settings;

/// Scores a comparison. The last component holds what clamping to 0..100 took, so that 100 and all points give the score.
pub(crate) fn score(
    deltas: &[Delta],
    triage: &Triage,
    violations: &[Violation],
    facts: &Facts,
    rules: &Rules,
) -> (i32, Vec<Component>) {
    let settings = rules.settings();
    let mut components = vec![
        policy(violations, settings),
        risk(deltas, triage, settings),
        blast_radius(deltas, rules),
        history(deltas, facts),
        anomaly(facts),
        context(facts),
        evidence(facts, settings),
    ];
    let sum = components.iter().fold(100, |sum, component| sum + component.points);
    let score = sum.clamp(0, 100);
    let reason = match score - sum {
        0 => "within 0 to 100".to_owned(),
        _ => format!("the components give {sum}; a score is 0 to 100"),
    };
    components.push(component(ComponentName::Limit, score - sum, reason));
    (score, components)
}

const fn component(name: ComponentName, points: i32, reason: String) -> Component {
    Component { name, points, reason }
}

/// Most that one component may weigh: weights are configuration, and counts times weights must still add up.
const POINTS_MOST: i64 = 1_000_000;

fn points(points: i64) -> i32 {
    i32::try_from(points.clamp(-POINTS_MOST, POINTS_MOST)).unwrap_or(0)
}

fn weigh(number: i32, weight: i32) -> i64 {
    i64::from(number) * i64::from(weight)
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX / 1_000)
}

fn small(number: u64) -> i32 {
    i32::try_from(number.min(1_000_000)).unwrap_or(1_000_000)
}

fn policy(violations: &[Violation], settings: &Settings) -> Component {
    let of = |severity| count(violations.iter().filter(|violation| violation.severity == severity).count());
    let [critical, high, medium] = settings.score.violation;
    let (criticals, highs, mediums) = (of(Severity::Critical), of(Severity::High), of(Severity::Medium));
    let points = points(-(weigh(criticals, critical) + weigh(highs, high) + weigh(mediums, medium)));
    let reason = if violations.is_empty() {
        "no policy violation".to_owned()
    } else {
        format!("policy violations: {criticals} critical, {highs} high, {mediums} medium, {} low", of(Severity::Low))
    };
    component(ComponentName::Policy, points, reason)
}

/// Low deltas that cost: those whose class says nothing changed in meaning are free.
fn costs(delta: &Delta) -> bool {
    match delta.risk {
        Risk::Critical | Risk::High | Risk::Medium => true,
        Risk::Low => !matches!(delta.class, Class::Order | Class::Equivalent),
        Risk::Allowed => false,
    }
}

fn risk(deltas: &[Delta], triage: &Triage, settings: &Settings) -> Component {
    let weights = &settings.score;
    let lows = count(deltas.iter().filter(|delta| delta.risk == Risk::Low && costs(delta)).count());
    let mediums = small(triage.medium);
    let low = weigh(lows, weights.low).min(i64::from(weights.low_most));
    let (worst, said) = if triage.critical > 0 {
        (i64::from(weights.critical), format!("{} critical", triage.critical))
    } else if triage.high > 0 {
        (i64::from(weights.high), format!("{} high", triage.high))
    } else if mediums > 0 {
        let medium = i64::from(weights.medium_first) + weigh(mediums - 1, weights.medium_further);
        (medium.min(i64::from(weights.medium_most)), format!("{mediums} medium"))
    } else {
        (0, String::new())
    };
    let low_said = if lows > 0 { format!("{lows} low") } else { String::new() };
    let parts: Vec<String> = [said, low_said].into_iter().filter(|part| !part.is_empty()).collect();
    let reason =
        if parts.is_empty() { "no delta costs risk".to_owned() } else { format!("deltas: {}", parts.join(", ")) };
    component(ComponentName::Risk, points(-(worst + low)), reason)
}

/// How many of the files a path token, or a glob of the service, makes critical.
fn critical_files(files: &BTreeSet<&str>, rules: &Rules) -> usize {
    let words = &rules.settings().score.critical_files;
    let by_token = |path: &str| {
        let mut tokens = path.split(|character: char| !character.is_alphanumeric()).filter(|token| !token.is_empty());
        tokens.any(|token| words.iter().any(|critical| critical.eq_ignore_ascii_case(token)))
    };
    files.iter().filter(|path| by_token(path) || rules.is_critical_file(path)).count()
}

/// Most that the blast radius costs together, and most that dependents cost (engine rules, "Triage and certify").
const BLAST_MOST: i32 = 50;
const DEPENDENTS_MOST: i32 = 15;

fn blast_radius(deltas: &[Delta], rules: &Rules) -> Component {
    let settings = rules.settings();
    let costing: Vec<&Delta> = deltas.iter().filter(|delta| costs(delta)).collect();
    if costing.is_empty() {
        return component(ComponentName::BlastRadius, 0, "no delta costs risk".to_owned());
    }
    let files: BTreeSet<&str> = costing.iter().map(|delta| delta.file.as_str()).collect();
    let critical_files = count(critical_files(&files, rules));
    let files = count(files.len());
    let (scope, scope_points) = if costing.iter().any(|delta| delta.risk == Risk::Critical) {
        ("critical", 30)
    } else if files >= 5 || critical_files >= 2 {
        ("high", 25)
    } else if files >= 2 || critical_files == 1 {
        ("medium", 15)
    } else {
        ("low", 5)
    };
    let many_files = match files {
        6.. => 10,
        4 | 5 => 5,
        _ => 0,
    };
    let dependents = (3 * count(settings.dependents.len())).min(DEPENDENTS_MOST);
    let points = (scope_points + many_files + 5 * critical_files + dependents).min(BLAST_MOST);
    let reason = format!(
        "{scope} scope: {files} {}, {critical_files} critical, {} dependent {}",
        plural(files, "file"),
        settings.dependents.len(),
        plural(count(settings.dependents.len()), "service"),
    );
    component(ComponentName::BlastRadius, -points, reason)
}

fn plural(number: i32, word: &str) -> String {
    if number == 1 { word.to_owned() } else { format!("{word}s") }
}

/// Penalty when a golden branch that changed one of these files was revoked; for each blocked run; and the most of those.
const REVOKED: i32 = 20;
const BLOCKED: i32 = 5;
const BLOCKED_MOST: i32 = 15;

fn history(deltas: &[Delta], facts: &Facts) -> Component {
    let files: BTreeSet<&str> = deltas.iter().map(|delta| delta.file.as_str()).collect();
    let touching = |runs: &BTreeMap<String, Vec<String>>| {
        runs.values().filter(|touched| touched.iter().any(|file| files.contains(file.as_str()))).count()
    };
    let (revoked, blocked) = (touching(&facts.history.revoked), touching(&facts.history.blocked));
    let clean = small(u64::from(facts.history.clean_certifications));
    let penalty = if revoked > 0 { REVOKED } else { (BLOCKED * count(blocked)).min(BLOCKED_MOST) };
    let bonus = if clean > 5 { 10 } else { (2 * clean).min(5) };
    let reason = format!(
        "{clean} clean certifications, {revoked} revoked and {blocked} blocked candidates that touched these files"
    );
    component(ComponentName::History, bonus - penalty, reason)
}

/// Odd values that a reason tells in full; more are counted.
const ODD_TOLD: usize = 3;

/// What is out of place: one key, two or three, more (engine rules, "Triage and certify").
fn anomaly(facts: &Facts) -> Component {
    let cascaded = facts.cascades.as_ref().map_or(0, |cascades| cascades.left_out);
    let Some(neighbours) = &facts.neighbours else {
        return component(ComponentName::Anomaly, 0, "values are not compared with their neighbours".to_owned());
    };
    let Neighbours { values, values_left_out, files, left_out, odd } = neighbours;
    let points = match odd.len() {
        0 => 0,
        1 => -5,
        2 | 3 => -10,
        _ => -15,
    };
    let mut reason = match (values, odd.as_slice()) {
        (0, _) => "no changed value has neighbours to be compared with".to_owned(),
        (_, []) => format!("{values} changed values were looked for in {files} files, and none is odd there"),
        (_, odd) => odd.iter().take(ODD_TOLD).map(Odd::sentence).collect::<Vec<_>>().join("; "),
    };
    if odd.len() > ODD_TOLD {
        reason.push_str(&format!("; and {} more keys", odd.len() - ODD_TOLD));
    }
    if cascaded > 0 {
        reason.push_str(&format!("; {cascaded} files beside base files were not read (evidence.max_files)"));
    }
    if *left_out > 0 {
        reason.push_str(&format!("; {left_out} files were not read (evidence.max_files)"));
    }
    if *values_left_out > 0 {
        reason.push_str(&format!("; {values_left_out} changed values were not compared with theirs"));
    }
    component(ComponentName::Anomaly, points, reason)
}

/// Most that the context gives together.
const CONTEXT_MOST: i32 = 25;

fn context(facts: &Facts) -> Component {
    let context = &facts.context;
    let stated = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    let description = context.description.as_ref().map_or(0, |text| text.trim().chars().count());
    let parts = [
        (stated(&context.ticket), 5, "ticket"),
        (!context.tags.is_empty(), 5, "tags"),
        (stated(&context.rollback_plan), 10, "rollback plan"),
        (context.evidence.get("tests").is_some_and(|value| !value.trim().is_empty()), 5, "test evidence"),
        (description >= 20, if description >= 200 { 5 } else { 2 }, "description"),
    ];
    let given: Vec<_> = parts.into_iter().filter(|(given, ..)| *given).collect();
    let points = given.iter().map(|(_, points, _)| points).sum::<i32>().min(CONTEXT_MOST);
    let names: Vec<&str> = given.iter().map(|(.., name)| *name).collect();
    let reason = if names.is_empty() { "nothing stated".to_owned() } else { format!("stated: {}", names.join(", ")) };
    component(ComponentName::Context, points, reason)
}

/// Required evidence that the caller did not state.
pub(crate) fn missing_evidence<'a>(facts: &Facts, settings: &'a Settings) -> Vec<&'a str> {
    let stated = |key: &str| facts.context.evidence.get(key).is_some_and(|value| !value.trim().is_empty());
    settings.required_evidence.iter().map(String::as_str).filter(|key| !stated(key)).collect()
}

fn evidence(facts: &Facts, settings: &Settings) -> Component {
    let missing = missing_evidence(facts, settings);
    let (points, reason) = if settings.required_evidence.is_empty() {
        (0, "no evidence is required".to_owned())
    } else if missing.is_empty() {
        (20, format!("all required evidence is stated: {}", settings.required_evidence.join(", ")))
    } else {
        (-20, format!("required evidence is missing: {}", missing.join(", ")))
    };
    component(ComponentName::Evidence, points, reason)
}
