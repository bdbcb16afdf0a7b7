//! The report for a terminal: aligned columns, worst first, colour only beside words.

mod columns;

use self::columns::{Columns, Terminal};
use super::escape::visible;
use super::outline::{Outline, buckets, happened, points, side, subject, thousands, totals};
use super::shown::Sides;
use super::{Layout, Report, RunHead, next};
use crate::delta::Delta;
use crate::finding::Finding;
use crate::outcome::{Certification, Violation};

/// The whole report.
pub(super) fn render(report: &Report, layout: &Layout) -> String {
    let terminal = Terminal::new(layout);
    let mut out = String::new();
    if let Some(run) = &report.run {
        out.push_str(&decision(terminal, run, &report.outcome.certification));
    }
    out.push_str(&compared(terminal, report));
    if report.run.is_some() {
        out.push_str(&score(terminal, &report.outcome.certification));
    }
    out.push_str(&changes(terminal, report, layout.most_deltas));
    let more = Rest { most: layout.most_deltas, command: next::everything(report) };
    if report.run.is_some() {
        out.push_str(&list(terminal, "Policy violations", &report.outcome.violations, &more, violation));
    }
    out.push_str(&list(terminal, "Findings", &report.outcome.findings, &more, finding));
    out.push_str(&steps(terminal, report));
    out
}

fn decision(terminal: Terminal, run: &RunHead, certification: &Certification) -> String {
    let word = terminal.decision(certification.decision);
    let (service, environment) = (visible(&run.service), visible(&run.environment));
    let head = format!("{word}  {service} in {environment}, score {} of 100\n", certification.score);
    head + &terminal.paragraph(&visible(&certification.explanation))
}

fn compared(terminal: Terminal, report: &Report) -> String {
    let row = |name: &str, text: String| vec![name.to_owned(), text];
    let mut rows = vec![row("golden", side(&report.golden)), row("candidate", side(&report.candidate))];
    if let Some(run) = &report.run {
        if let Some(branch) = &run.golden_branch {
            rows.push(row("branch", visible(branch)));
        }
        rows.push(row("run", format!("{} of {}, tier {}", visible(&run.id), visible(&run.created_at), run.tier)));
        rows.push(row("rules", format!("{}, engine {}", visible(&run.rules), visible(&run.engine_version))));
    }
    let heading = if report.run.is_some() { terminal.heading("Compared") } else { "Compared\n".to_owned() };
    heading + &terminal.rows(rows, &Columns::Fitted)
}

fn score(terminal: Terminal, certification: &Certification) -> String {
    let row = |name: &str, points: String, why: &str| vec![name.to_owned(), points, visible(why)];
    let mut rows = vec![row("start", "100".to_owned(), "every candidate starts here")];
    rows.extend(certification.components.iter().map(|part| row(part.name.as_str(), points(part.points), &part.reason)));
    rows.push(row("score", certification.score.to_string(), "all of the above added up"));
    terminal.heading("Score") + &terminal.rows(rows, &Columns::Numbered)
}

fn changes(terminal: Terminal, report: &Report, most: usize) -> String {
    let outline = Outline::of(report, most);
    let mut out = terminal.heading("What changed");
    out.push_str(&terminal.paragraph(&totals(report)));
    for group in &outline.files {
        out.push('\n');
        out.push_str(&terminal.paragraph(&format!("{} ({})", visible(group.file), buckets(&group.triage))));
        out.push_str(&terminal.rows(group.deltas.iter().map(|delta| change(delta)), &Columns::Aligned));
    }
    out.push_str(&left_out(outline.left_out, &next::everything(report)));
    out
}

fn change(delta: &Delta) -> Vec<String> {
    let place = format!("line {}, {}: {}", delta.line, happened(delta), visible(&delta.reason));
    let told = Sides::of(delta).map_or_else(|| place.clone(), |sides| format!("{}\n{place}", sides.arrow()));
    vec![delta.risk.to_string(), format!("{}\n{}", subject(delta), visible(&delta.id)), told]
}

/// How many rows a list prints, and the command that shows the rest.
struct Rest {
    most: usize,
    command: String,
}

fn list<T>(terminal: Terminal, heading: &str, items: &[T], rest: &Rest, row: fn(&T) -> Vec<String>) -> String {
    if items.is_empty() {
        return String::new();
    }
    let rows = items.iter().take(rest.most).map(row);
    let table = terminal.rows(rows, &Columns::Aligned);
    terminal.heading(heading) + &table + &left_out(items.len().saturating_sub(rest.most), &rest.command)
}

fn left_out(count: usize, command: &str) -> String {
    if count == 0 { String::new() } else { format!("\n… and {} more (see: {command})\n", thousands(count as u64)) }
}

fn violation(violation: &Violation) -> Vec<String> {
    let place = format!("{} {}", visible(&violation.file), super::friendly::friendly(&violation.key_path));
    let told = format!("{}\n{} ({})", visible(&violation.message), place.trim_end(), visible(&violation.delta));
    vec![violation.severity.to_string(), visible(&violation.rule), told]
}

fn finding(finding: &Finding) -> Vec<String> {
    let place = format!("{}:{}:{}", visible(&finding.file), finding.line, finding.column);
    vec![finding.severity.to_string(), finding.code.to_string(), format!("{place}\n{}", visible(&finding.message))]
}

fn steps(terminal: Terminal, report: &Report) -> String {
    let mut out = terminal.heading("What to do next");
    for step in next::steps(report) {
        out.push_str(&terminal.paragraph(&step.purpose));
        // A command stays on one line, however long, so that it can be copied.
        out.push_str(&format!("  {}\n", step.command));
    }
    out
}
