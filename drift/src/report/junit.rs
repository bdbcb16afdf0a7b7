//! The report as JUnit XML: a suite for the decision, one for each file, one for the policy and one for findings.

use std::collections::BTreeMap;

use super::escape::markup;
use super::friendly::friendly;
use super::outline::{happened, points, side, subject, totals};
use super::shown::Sides;
use super::{Report, RunHead, next};
use crate::decision::Decision;
use crate::delta::Delta;
use crate::outcome::Certification;
use crate::risk::Risk;

/// What became of a test case.
enum Verdict {
    Passed,
    /// With the type of the failure.
    Failed(&'static str),
    Skipped,
}

struct Case {
    name: String,
    class: String,
    verdict: Verdict,
    /// Why, on one line.
    message: String,
    /// More of it; our own line ends stay.
    details: Vec<String>,
}

struct Suite {
    name: String,
    properties: Vec<(String, String)>,
    cases: Vec<Case>,
}

/// The whole report; every delta, violation and finding is a test case.
pub(super) fn render(report: &Report) -> String {
    let mut suites = Vec::new();
    let decision = report.run.as_ref().map(|_| report.outcome.certification.decision);
    if let Some(run) = &report.run {
        suites.push(decision_suite(report, run));
    }
    suites.extend(file_suites(report, decision));
    if report.run.is_some() && !report.outcome.violations.is_empty() {
        suites.push(policy_suite(report, decision));
    }
    if !report.outcome.findings.is_empty() {
        suites.push(finding_suite(report, decision));
    }
    let body: String = suites.iter().map(Suite::xml).collect();
    let counts = counts(suites.iter().flat_map(|suite| &suite.cases));
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    format!("{head}<testsuites name=\"golden config\" {counts}>\n{body}</testsuites>\n")
}

fn decision_suite(report: &Report, run: &RunHead) -> Suite {
    let certification = &report.outcome.certification;
    let failed = match certification.decision {
        Decision::AutoMerge => Verdict::Passed,
        Decision::HumanReview => Verdict::Failed("human_review"),
        Decision::BlockMerge => Verdict::Failed("block_merge"),
    };
    let mut details = vec![totals(report)];
    details.extend(next::steps(report).into_iter().map(|step| format!("{}: {}", step.purpose, step.command)));
    let case = Case {
        name: format!("{} in {}", run.service, run.environment),
        class: "decision".to_owned(),
        verdict: failed,
        message: format!("{}: {}", certification.decision, certification.explanation),
        details,
    };
    Suite { name: "decision".to_owned(), properties: properties(report, run, certification), cases: vec![case] }
}

fn properties(report: &Report, run: &RunHead, certification: &Certification) -> Vec<(String, String)> {
    let mut properties = vec![
        ("run".to_owned(), run.id.clone()),
        ("created_at".to_owned(), run.created_at.clone()),
        ("rules".to_owned(), run.rules.clone()),
        ("golden".to_owned(), side(&report.golden)),
        ("candidate".to_owned(), side(&report.candidate)),
        ("decision".to_owned(), certification.decision.to_string()),
        ("score".to_owned(), certification.score.to_string()),
    ];
    properties.extend(
        certification
            .components
            .iter()
            .map(|part| (format!("score.{}", part.name), format!("{}: {}", points(part.points), part.reason))),
    );
    properties
}

fn file_suites(report: &Report, decision: Option<Decision>) -> Vec<Suite> {
    let mut files: BTreeMap<&str, Vec<&Delta>> = BTreeMap::new();
    for delta in &report.outcome.deltas {
        files.entry(&delta.file).or_default().push(delta);
    }
    if files.is_empty() {
        // Some CI systems take a report without any test case for a broken one.
        let name = "no difference".to_owned();
        let case = Case {
            name,
            class: "differences".to_owned(),
            verdict: Verdict::Passed,
            message: totals(report),
            details: Vec::new(),
        };
        return vec![Suite { name: "differences".to_owned(), properties: Vec::new(), cases: vec![case] }];
    }
    let cases = |deltas: Vec<&Delta>| deltas.into_iter().map(|delta| delta_case(delta, decision)).collect();
    files
        .into_iter()
        .map(|(file, deltas)| Suite { name: file.to_owned(), properties: Vec::new(), cases: cases(deltas) })
        .collect()
}

fn delta_case(delta: &Delta, decision: Option<Decision>) -> Case {
    let mut details: Vec<String> = Sides::of(delta).map(|sides| sides.arrow()).into_iter().collect();
    details.push(format!("{}, line {}, column {}, delta {}", happened(delta), delta.line, delta.column, delta.id));
    Case {
        name: subject(delta),
        class: delta.file.clone(),
        verdict: verdict(delta.risk, decision),
        message: format!("{}: {}", delta.risk, delta.reason),
        details,
    }
}

fn policy_suite(report: &Report, decision: Option<Decision>) -> Suite {
    let violations = report.outcome.violations.iter();
    let cases = violations.map(|violation| Case {
        name: format!("{} {}", violation.rule, friendly(&violation.key_path)).trim_end().to_owned(),
        class: violation.file.clone(),
        verdict: verdict(violation.severity.into(), decision),
        message: format!("{}: {}", violation.severity, violation.message),
        details: vec![format!("delta {}", violation.delta)],
    });
    Suite { name: "policy".to_owned(), properties: Vec::new(), cases: cases.collect() }
}

fn finding_suite(report: &Report, decision: Option<Decision>) -> Suite {
    let cases = report.outcome.findings.iter().map(|finding| Case {
        name: format!("{} at line {}, column {}", finding.code, finding.line, finding.column),
        class: finding.file.clone(),
        verdict: verdict(finding.severity.into(), decision),
        message: format!("{}: {}", finding.severity, finding.message),
        details: Vec::new(),
    });
    Suite { name: "findings".to_owned(), properties: Vec::new(), cases: cases.collect() }
}

/// Critical and high fail; medium fails where a person must look, which a comparison without a decision cannot know.
const fn verdict(risk: Risk, decision: Option<Decision>) -> Verdict {
    match (risk, decision) {
        (Risk::Critical | Risk::High, _) => Verdict::Failed(risk.as_str()),
        (Risk::Medium, Some(Decision::HumanReview | Decision::BlockMerge)) => Verdict::Failed("human_review"),
        (Risk::Medium | Risk::Low, _) => Verdict::Passed,
        (Risk::Allowed, _) => Verdict::Skipped,
    }
}

fn counts<'a>(cases: impl Iterator<Item = &'a Case>) -> String {
    let (mut tests, mut failures, mut skipped) = (0, 0, 0);
    for case in cases {
        tests += 1;
        failures += u64::from(matches!(case.verdict, Verdict::Failed(_)));
        skipped += u64::from(matches!(case.verdict, Verdict::Skipped));
    }
    format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"")
}

impl Suite {
    fn xml(&self) -> String {
        let properties: String = self
            .properties
            .iter()
            .map(|(name, value)| format!("      <property name=\"{}\" value=\"{}\"/>\n", markup(name), markup(value)))
            .collect();
        let properties = match properties.as_str() {
            "" => String::new(),
            some => format!("    <properties>\n{some}    </properties>\n"),
        };
        let cases: String = self.cases.iter().map(Case::xml).collect();
        let counts = counts(self.cases.iter());
        format!("  <testsuite name=\"{}\" {counts}>\n{properties}{cases}  </testsuite>\n", markup(&self.name))
    }
}

impl Case {
    fn xml(&self) -> String {
        let message = markup(&self.message);
        let details = self.details.iter().map(|line| markup(line)).collect::<Vec<_>>().join("\n");
        let body = match self.verdict {
            Verdict::Failed(sort) => {
                format!("      <failure type=\"{sort}\" message=\"{message}\">{details}</failure>\n")
            }
            Verdict::Skipped => format!("      <skipped message=\"{message}\"/>\n{}", output(&details)),
            Verdict::Passed => output(&[message, details].join("\n")),
        };
        let (name, class) = (markup(&self.name), markup(&self.class));
        format!("    <testcase name=\"{name}\" classname=\"{class}\">\n{body}    </testcase>\n")
    }
}

/// `escaped` is escaped already.
fn output(escaped: &str) -> String {
    format!("      <system-out>{}</system-out>\n", escaped.trim_end())
}
