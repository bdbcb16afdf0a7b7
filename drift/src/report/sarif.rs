//! The report as SARIF 2.1.0: deltas, violations and findings as results, allowed deltas as suppressed ones.

mod log;

use std::collections::BTreeMap;

use self::log::{
    ArtifactLocation, AutomationDetails, ComponentProperties, Configuration, Driver, Level, Location, Log,
    LogicalLocation, Message, PhysicalLocation, Region, ResultProperties, Rule, Run, RunProperties, SarifResult,
    Suppression, Tool,
};
use super::escape::{uri, visible};
use super::friendly::friendly;
use super::outline::{happened, side, subject, totals};
use super::shown::Sides;
use super::{Report, json, next};
use crate::delta::Delta;
use crate::finding::Finding;
use crate::outcome::Violation;
use crate::risk::Risk;

/// The key of the fingerprint that stays the same across runs; a new meaning gets a new number.
const FINGERPRINT: &str = "goldenConfigKeyPath/v1";

/// The whole report; every result is in it.
pub(super) fn render(report: &Report) -> String {
    let outcome = &report.outcome;
    let mut results: Vec<SarifResult> = outcome.deltas.iter().map(delta_result).collect();
    if report.run.is_some() {
        let places: BTreeMap<&str, &Delta> = outcome.deltas.iter().map(|delta| (delta.id.as_str(), delta)).collect();
        results
            .extend(outcome.violations.iter().map(|it| violation_result(it, places.get(it.delta.as_str()).copied())));
    }
    results.extend(outcome.findings.iter().map(finding_result));
    let rules = index_rules(&mut results);
    let run = report.run.as_ref();
    let version = run.map_or(env!("CARGO_PKG_VERSION"), |run| &run.engine_version).to_owned();
    json::pretty(&Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver: Driver { name: "golden-config", version, rules } },
            automation_details: run.map(|run| AutomationDetails {
                id: uri(&format!("golden/{}/{}/{}", run.service, run.environment, run.id)),
            }),
            column_kind: "unicodeCodePoints",
            results,
            properties: properties(report),
        }],
    })
}

/// One rule for each id that a result names, at the worst level that it was met with.
fn index_rules(results: &mut [SarifResult]) -> Vec<Rule> {
    let mut levels: BTreeMap<String, Level> = BTreeMap::new();
    for result in results.iter() {
        levels
            .entry(result.rule_id.clone())
            .and_modify(|level| *level = (*level).min(result.level))
            .or_insert(result.level);
    }
    let indexes: BTreeMap<String, usize> = levels.keys().enumerate().map(|(index, id)| (id.clone(), index)).collect();
    for result in results {
        result.rule_index = indexes.get(&result.rule_id).copied().unwrap_or_default();
    }
    levels.into_iter().map(|(id, level)| rule(id, level)).collect()
}

fn rule(id: String, level: Level) -> Rule {
    let (sort, name) = id.split_once('/').unwrap_or(("", &id));
    let about = match sort {
        "policy" => format!("policy rule {name} is broken"),
        "finding" => format!("finding {name}"),
        _ => format!("difference of category {name}"),
    };
    Rule { short_description: message(&about), id, default_configuration: Configuration { level } }
}

fn delta_result(delta: &Delta) -> SarifResult {
    let change = Sides::of(delta).map(|sides| format!("{}, ", sides.arrow())).unwrap_or_default();
    let text = format!("{}: {change}{}: {}", subject(delta), happened(delta), delta.reason);
    let allowed = delta.risk == Risk::Allowed;
    let suppression = Suppression { kind: "external", status: "accepted", justification: visible(&delta.reason) };
    SarifResult {
        rule_id: format!("risk/{}", visible(&delta.category)),
        rule_index: 0,
        // The standard wants level `none` for results that are no failures, and for them only.
        kind: allowed.then_some("informational"),
        level: level(delta.risk),
        message: message(&text),
        locations: [location(&delta.file, Some((delta.line, delta.column)), &delta.key_path)],
        partial_fingerprints: BTreeMap::from([(FINGERPRINT, delta.fingerprint.clone())]),
        suppressions: if allowed { vec![suppression] } else { Vec::new() },
        properties: ResultProperties { delta: Some(delta.id.clone()), risk: delta.risk.to_string() },
    }
}

fn violation_result(violation: &Violation, delta: Option<&Delta>) -> SarifResult {
    let place = delta.map(|delta| (delta.line, delta.column));
    let fingerprint = delta.map(|delta| (FINGERPRINT, delta.fingerprint.clone()));
    SarifResult {
        rule_id: format!("policy/{}", visible(&violation.rule)),
        rule_index: 0,
        kind: None,
        level: level(violation.severity.into()),
        message: message(&violation.message),
        locations: [location(&violation.file, place, &violation.key_path)],
        partial_fingerprints: fingerprint.into_iter().collect(),
        suppressions: Vec::new(),
        properties: ResultProperties { delta: Some(violation.delta.clone()), risk: violation.severity.to_string() },
    }
}

fn finding_result(finding: &Finding) -> SarifResult {
    SarifResult {
        rule_id: format!("finding/{}", finding.code),
        rule_index: 0,
        kind: None,
        level: level(finding.severity.into()),
        message: message(&finding.message),
        locations: [location(&finding.file, Some((finding.line, finding.column)), "")],
        partial_fingerprints: BTreeMap::new(),
        suppressions: Vec::new(),
        properties: ResultProperties { delta: None, risk: finding.severity.to_string() },
    }
}

const fn level(risk: Risk) -> Level {
    match risk {
        Risk::Critical | Risk::High => Level::Error,
        Risk::Medium => Level::Warning,
        Risk::Low => Level::Note,
        Risk::Allowed => Level::None,
    }
}

/// Plain text: braces are doubled, as SARIF 2.1.0 §3.11.5 demands, and no text becomes an embedded link (§3.11.6).
fn message(text: &str) -> Message {
    let text = visible(text).replace('{', "{{").replace('}', "}}").replace("](", "\\](");
    Message { text }
}

fn location(file: &str, place: Option<(u32, u32)>, key_path: &str) -> Location {
    let region = place.map(|(line, column)| Region { start_line: line.max(1), start_column: column.max(1) });
    let logical = LogicalLocation { name: friendly(key_path), fully_qualified_name: key_path.to_owned() };
    Location {
        physical_location: PhysicalLocation { artifact_location: ArtifactLocation { uri: uri(file) }, region },
        logical_locations: if key_path.is_empty() { Vec::new() } else { vec![logical] },
    }
}

fn properties(report: &Report) -> RunProperties {
    let certification = report.run.as_ref().map(|_| &report.outcome.certification);
    let components = certification.into_iter().flat_map(|certification| &certification.components);
    RunProperties {
        run: report.run.as_ref().map(|run| visible(&run.id)),
        decision: certification.map(|certification| certification.decision.as_str()),
        score: certification.map(|certification| certification.score),
        explanation: certification.map(|certification| visible(&certification.explanation)),
        components: components
            .map(|part| {
                (part.name.as_str(), ComponentProperties { points: part.points, reason: visible(&part.reason) })
            })
            .collect(),
        golden: side(&report.golden),
        candidate: side(&report.candidate),
        totals: totals(report),
        next: next::steps(report).into_iter().map(|step| format!("{}: {}", step.purpose, step.command)).collect(),
    }
}
