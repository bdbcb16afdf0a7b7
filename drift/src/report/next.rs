//! What to do next: sentences with the commands that do it.

use super::escape::shell;
use super::{Report, RunHead, Side, SideKind};
use crate::decision::Decision;
use crate::delta::{Class, Delta};
use crate::risk::Risk;

/// Most deltas that a command names; more are counted and found in the JSON report.
const NAMED_DELTAS: usize = 5;

/// One thing to do: why, and the command.
pub(super) struct Step {
    /// What the command is for, without a full stop.
    pub(super) purpose: String,
    /// A command line, its arguments quoted for a shell.
    pub(super) command: String,
}

impl Step {
    fn new(purpose: &str, command: String) -> Self {
        Self { purpose: purpose.to_owned(), command }
    }
}

/// The steps that make sense after this report, the most likely first.
pub(super) fn steps(report: &Report) -> Vec<Step> {
    let Some(run) = &report.run else {
        return vec![Step::new("see everything that was compared", everything(report))];
    };
    let mut steps = Vec::new();
    let worst = report.outcome.deltas.iter().min_by_key(|delta| delta.risk);
    if let Some(delta) = worst {
        let explain = format!("golden policy explain {} {}", shell(&run.id), shell(&delta.id));
        steps.push(Step::new("see which rules judged the riskiest difference", explain));
        steps.extend(certify(report, run));
        if report.outcome.certification.decision != Decision::AutoMerge {
            steps.push(Step::new("change the candidate and compare again", validate(run)));
        }
    }
    steps.push(Step::new("see everything that this run holds", everything(report)));
    steps
}

/// The command that prints all that a report for people leaves out.
pub(super) fn everything(report: &Report) -> String {
    match &report.run {
        Some(run) => format!("golden report {} --format json", shell(&run.id)),
        None if report.candidate.kind == SideKind::Schema => "golden db drift --format json".to_owned(),
        None => {
            let (golden, candidate) = (named(&report.golden), named(&report.candidate));
            let environment = report.environment.as_deref();
            let environment = environment.map_or_else(String::new, |name| format!(" --environment {}", shell(name)));
            let repository = repository(&report.golden, &report.candidate);
            format!("golden diff {golden} {candidate}{repository}{environment} --format json")
        }
    }
}

/// Two revisions are looked up in a repository; files and directories are not.
fn repository(golden: &Side, candidate: &Side) -> String {
    let in_git = |side: &&Side| matches!(side.kind, SideKind::Git | SideKind::Worktree);
    let sides = [golden, candidate];
    let Some(first) = sides.iter().copied().find(in_git) else {
        return String::new();
    };
    format!(" --repo {}", shell(first.path.as_deref().unwrap_or(".")))
}

fn named(side: &Side) -> String {
    shell(side.rev.as_deref().or(side.path.as_deref()).unwrap_or(&side.digest))
}

fn validate(run: &RunHead) -> String {
    format!("golden validate --service {} --environment {}", shell(&run.service), shell(&run.environment))
}

fn certify(report: &Report, run: &RunHead) -> Option<Step> {
    if !run.certifiable {
        let purpose = "this run compared with a revision that the caller named and cannot be certified; compare with the golden branch";
        return Some(Step::new(purpose, validate(run)));
    }
    let (purpose, accept) = match report.outcome.certification.decision {
        Decision::AutoMerge => ("make the candidate the next golden version", "--all".to_owned()),
        Decision::HumanReview => ("after review, make the candidate the next golden version", "--all".to_owned()),
        Decision::BlockMerge => ("to certify against the decision, name each blocking difference", accepted(report)),
    };
    let force = if needs_override(&report.outcome.deltas) { " --override" } else { "" };
    Some(Step::new(
        purpose,
        format!(
            "golden certify --service {} --environment {} --run {} {accept}{force} --by NAME --reason TEXT",
            shell(&run.service),
            shell(&run.environment),
            shell(&run.id),
        ),
    ))
}

/// A critical or unreadable delta is certified with an override only.
fn needs_override(deltas: &[Delta]) -> bool {
    deltas.iter().any(|delta| delta.risk == Risk::Critical || delta.class == Class::Unreadable)
}

/// The deltas of the worst buckets, which are those that block; the rest is in the JSON report.
fn accepted(report: &Report) -> String {
    let deltas = &report.outcome.deltas;
    let worst = deltas.iter().map(|delta| delta.risk).min();
    let blocks = |delta: &&Delta| matches!(delta.risk, Risk::Critical | Risk::High) || Some(delta.risk) == worst;
    let blocking: Vec<&Delta> = deltas.iter().filter(blocks).collect();
    if blocking.len() > NAMED_DELTAS {
        return "--accept DELTA…".to_owned();
    }
    blocking.iter().map(|delta| format!("--accept {}", shell(&delta.id))).collect::<Vec<_>>().join(" ")
}
