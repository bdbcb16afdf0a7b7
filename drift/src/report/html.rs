//! The report as one page that needs nothing from anywhere: no script, no font, no host.

mod parts;

use self::parts::{badge, change_rows, left_out, section, table};
use super::escape::markup;
use super::friendly::friendly;
use super::outline::{Outline, buckets, points, side, totals};
use super::{Layout, Report, RunHead, next};
use crate::decision::Decision;
use crate::finding::Finding;
use crate::outcome::{Certification, Violation};
use crate::risk::Risk;

const STYLE: &str = include_str!("html/style.css");
/// Even a mistake of ours in escaping could load nothing and run nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The whole report.
pub(super) fn render(report: &Report, layout: &Layout) -> String {
    let certification = &report.outcome.certification;
    let title = match &report.run {
        Some(run) => format!("{}: {} in {}", certification.decision, run.service, run.environment),
        None => "Comparison".to_owned(),
    };
    let mut body = banner(report);
    if report.run.is_some() {
        body.push_str(&score(certification));
    }
    body.push_str(&changes(report, layout.most_deltas));
    if report.run.is_some() {
        body.push_str(&violations(report, layout.most_deltas));
    }
    body.push_str(&findings(report, layout.most_deltas));
    body.push_str(&steps(report));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        markup(&title),
    )
}

fn banner(report: &Report) -> String {
    let (class, head) = match &report.run {
        Some(run) => decision(run, &report.outcome.certification),
        None => ("comparison", format!("<h1>Comparison</h1>\n<p>{}</p>\n", markup(&totals(report)))),
    };
    let mut facts = vec![("golden", side(&report.golden)), ("candidate", side(&report.candidate))];
    if let Some(run) = &report.run {
        facts.extend(run.golden_branch.iter().map(|branch| ("branch", branch.clone())));
        facts.push(("run", format!("{} of {}, tier {}", run.id, run.created_at, run.tier)));
        facts.push(("rules", format!("{}, engine {}", run.rules, run.engine_version)));
    }
    let facts: String =
        facts.iter().map(|(name, text)| format!("<dt>{name}</dt><dd>{}</dd>\n", markup(text))).collect();
    format!("<header class=\"banner {class}\">\n{head}<dl>\n{facts}</dl>\n</header>\n")
}

fn decision(run: &RunHead, certification: &Certification) -> (&'static str, String) {
    let (class, icon) = match certification.decision {
        Decision::AutoMerge => ("auto_merge", "✓"),
        Decision::HumanReview => ("human_review", "◐"),
        Decision::BlockMerge => ("block_merge", "✕"),
    };
    let head = format!(
        "<h1><span class=\"word\"><span aria-hidden=\"true\">{icon}</span> {}</span> {} in {}, score {} of 100</h1>\n<p>{}</p>\n",
        certification.decision,
        markup(&run.service),
        markup(&run.environment),
        certification.score,
        markup(&certification.explanation),
    );
    (class, head)
}

fn score(certification: &Certification) -> String {
    let mut running = 100;
    let mut rows = parts::score_row("start", "100", "every candidate starts here", (0, 100), "");
    for part in &certification.components {
        let span = (running, running + part.points);
        let tone = if part.points < 0 { " less" } else { " more" };
        rows.push_str(&parts::score_row(part.name.as_str(), &points(part.points), &part.reason, span, tone));
        running = span.1;
    }
    let total = certification.score;
    rows.push_str(&parts::score_row("score", &total.to_string(), "all of the above added up", (0, total), ""));
    section("Score", &table("score", &["part", "points", "from 0 to 100", "why"], &rows))
}

fn changes(report: &Report, most: usize) -> String {
    let outline = Outline::of(report, most);
    let mut body = format!("<p>{}</p>\n", markup(&totals(report)));
    for group in &outline.files {
        // What people must look at is open; the rest is one click away.
        let worst = group.deltas.first().map_or(Risk::Allowed, |delta| delta.risk);
        let open = if worst <= Risk::Medium { " open" } else { "" };
        let (file, counts) = (markup(group.file), buckets(&group.triage));
        let rows = change_rows(&group.deltas);
        body.push_str(&format!(
            "<details{open}>\n<summary><code>{file}</code> <span class=\"counts\">{counts}</span></summary>\n\
             <table class=\"deltas\">\n{}<tbody>\n{rows}</tbody>\n</table>\n</details>\n",
            parts::head(&["risk", "key", "change", "why"]),
        ));
    }
    body.push_str(&left_out(outline.left_out, report));
    section("What changed", &body)
}

fn violations(report: &Report, most: usize) -> String {
    let row = |violation: &Violation| {
        format!(
            "<tr><td>{}</td><th scope=\"row\"><code>{}</code></th><td><code>{}</code> {}<div class=\"small\">{}</div></td><td>{}</td></tr>\n",
            badge(violation.severity.into()),
            markup(&violation.rule),
            markup(&violation.file),
            markup(&friendly(&violation.key_path)),
            markup(&violation.delta),
            markup(&violation.message),
        )
    };
    list(report, "Policy violations", &["severity", "rule", "where", "why"], &report.outcome.violations, most, row)
}

fn findings(report: &Report, most: usize) -> String {
    let row = |finding: &Finding| {
        format!(
            "<tr><td>{}</td><th scope=\"row\">{}</th><td><code>{}</code> {}:{}</td><td>{}</td></tr>\n",
            badge(finding.severity.into()),
            finding.code,
            markup(&finding.file),
            finding.line,
            finding.column,
            markup(&finding.message),
        )
    };
    list(report, "Findings", &["severity", "code", "where", "what"], &report.outcome.findings, most, row)
}

fn list<T>(
    report: &Report,
    heading: &str,
    columns: &[&str],
    items: &[T],
    most: usize,
    row: impl Fn(&T) -> String,
) -> String {
    if items.is_empty() {
        return String::new();
    }
    let rows: String = items.iter().take(most).map(row).collect();
    let rest = left_out(items.len().saturating_sub(most), report);
    section(heading, &format!("{}{rest}", table("deltas", columns, &rows)))
}

fn steps(report: &Report) -> String {
    let steps = next::steps(report).into_iter();
    let step = |step: next::Step| {
        format!("<p>{}:</p>\n<pre><code>{}</code></pre>\n", markup(&step.purpose), markup(&step.command))
    };
    section("What to do next", &steps.map(step).collect::<String>())
}
