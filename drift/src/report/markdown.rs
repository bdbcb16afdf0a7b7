//! The report for a merge request: Markdown that means nothing but what we mean, whatever the values say.

mod inline;
pub(super) mod matrix;

use self::inline::{code, fenced, html_code, prose};
use super::friendly::friendly;
use super::outline::{Outline, buckets, happened, points, side, subject, thousands, totals};
use super::shown::Sides;
use super::{Layout, Report, RunHead, next};
use crate::decision::Decision;
use crate::delta::Delta;
use crate::finding::Finding;
use crate::outcome::{Certification, Violation};
use crate::risk::Risk;

/// The whole report.
pub(super) fn render(report: &Report, layout: &Layout) -> String {
    let mut out = match &report.run {
        Some(run) => decision(run, &report.outcome.certification),
        None => "## Comparison\n".to_owned(),
    };
    out.push_str(&compared(report));
    if report.run.is_some() {
        out.push_str(&score(&report.outcome.certification));
    }
    out.push_str(&changes(report, layout.most_deltas));
    if report.run.is_some() {
        out.push_str(&violations(report, layout.most_deltas));
    }
    out.push_str(&findings(report, layout.most_deltas));
    out.push_str(&steps(report));
    out
}

fn decision(run: &RunHead, certification: &Certification) -> String {
    let icon = match certification.decision {
        Decision::AutoMerge => "✅",
        Decision::HumanReview => "🔎",
        Decision::BlockMerge => "⛔",
    };
    format!(
        "## {icon} {}: {} in {} scores {} of 100\n\n{}\n",
        certification.decision,
        code(&run.service),
        code(&run.environment),
        certification.score,
        prose(&certification.explanation),
    )
}

fn compared(report: &Report) -> String {
    let mut out =
        format!("\n- golden: {}\n- candidate: {}\n", code(&side(&report.golden)), code(&side(&report.candidate)));
    if let Some(run) = &report.run {
        if let Some(branch) = &run.golden_branch {
            out.push_str(&format!("- branch: {}\n", code(branch)));
        }
        out.push_str(&format!("- run: {} of {}, tier {}\n", code(&run.id), code(&run.created_at), run.tier));
        out.push_str(&format!("- rules: {}, engine {}\n", code(&run.rules), code(&run.engine_version)));
    }
    out
}

fn score(certification: &Certification) -> String {
    let mut out = "\n### Score\n\n| part | points | why |\n| --- | ---: | --- |\n".to_owned();
    out.push_str("| start | 100 | every candidate starts here |\n");
    for part in &certification.components {
        let name = inline::word(part.name.as_str());
        out.push_str(&format!("| {name} | {} | {} |\n", points(part.points), prose(&part.reason)));
    }
    out.push_str(&format!("| **score** | **{}** | all of the above added up |\n", certification.score));
    out
}

fn changes(report: &Report, most: usize) -> String {
    let outline = Outline::of(report, most);
    let mut out = format!("\n### What changed\n\n{}\n", totals(report));
    for group in &outline.files {
        // What people must look at is open; the rest is one click away.
        let worst = group.deltas.first().map_or(Risk::Allowed, |delta| delta.risk);
        let open = if worst <= Risk::Medium { " open" } else { "" };
        let (file, counts) = (html_code(group.file), buckets(&group.triage));
        out.push_str(&format!("\n<details{open}><summary>{file} ({counts})</summary>\n\n"));
        out.push_str("| risk | key | change | why | id |\n| --- | --- | --- | --- | --- |\n");
        out.extend(group.deltas.iter().map(|delta| change(delta)));
        out.push_str("\n</details>\n");
    }
    out.push_str(&left_out(outline.left_out, report));
    out
}

fn change(delta: &Delta) -> String {
    let told = Sides::of(delta).map_or_else(String::new, |sides| {
        let side = |side: Option<String>| side.map_or_else(|| "*absent*".to_owned(), |text| code(&text));
        format!("{} → {}<br>", side(sides.old), side(sides.new))
    });
    let happened = prose(&happened(delta));
    let (risk, key, why, id) = (delta.risk, code(&subject(delta)), prose(&delta.reason), code(&delta.id));
    format!("| {risk} | {key}<br>line {} | {told}{happened} | {why} | {id} |\n", delta.line)
}

fn violations(report: &Report, most: usize) -> String {
    let row = |violation: &Violation| {
        let place = match friendly(&violation.key_path) {
            key if key.is_empty() => code(&violation.file),
            key => format!("{}<br>{}", code(&violation.file), code(&key)),
        };
        let (severity, rule, why) = (violation.severity, code(&violation.rule), prose(&violation.message));
        format!("| {severity} | {rule} | {place} | {why} | {} |\n", code(&violation.delta))
    };
    let head = "| severity | rule | where | why | id |\n| --- | --- | --- | --- | --- |\n";
    list(report, &format!("\n### Policy violations\n\n{head}"), &report.outcome.violations, most, row)
}

fn findings(report: &Report, most: usize) -> String {
    let row = |finding: &Finding| {
        let place = format!("{} {}:{}", code(&finding.file), finding.line, finding.column);
        format!("| {} | {} | {place} | {} |\n", finding.severity, code(finding.code.as_str()), prose(&finding.message))
    };
    let head = "| severity | code | where | what |\n| --- | --- | --- | --- |\n";
    list(report, &format!("\n### Findings\n\n{head}"), &report.outcome.findings, most, row)
}

fn list<T>(report: &Report, head: &str, items: &[T], most: usize, row: impl Fn(&T) -> String) -> String {
    if items.is_empty() {
        return String::new();
    }
    let rows: String = items.iter().take(most).map(row).collect();
    format!("{head}{rows}{}", left_out(items.len().saturating_sub(most), report))
}

fn left_out(count: usize, report: &Report) -> String {
    if count == 0 {
        return String::new();
    }
    format!("\n… and {} more (see: {})\n", thousands(count as u64), code(&next::everything(report)))
}

fn steps(report: &Report) -> String {
    let steps = next::steps(report).into_iter();
    let steps: String = steps.map(|step| format!("\n{}:\n\n{}", prose(&step.purpose), fenced(&step.command))).collect();
    format!("\n### What to do next\n{steps}")
}
