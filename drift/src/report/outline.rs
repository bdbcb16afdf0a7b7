//! What every format for people tells: which deltas are printed, in which groups, and what is left out.

use std::collections::BTreeMap;

use super::escape::visible;
use super::friendly::friendly;
use super::{Report, Side, SideKind};
use crate::delta::{Class, Delta, Kind};
use crate::outcome::Triage;
use crate::risk::Risk;

/// The deltas of a report, worst first, in groups by file.
pub(super) struct Outline<'a> {
    /// Files with printed deltas, the worst file first.
    pub(super) files: Vec<FileGroup<'a>>,
    /// Deltas that are not printed.
    pub(super) left_out: usize,
}

/// The printed deltas of one file.
pub(super) struct FileGroup<'a> {
    pub(super) file: &'a str,
    /// All deltas of the file by bucket, printed or not.
    pub(super) triage: Triage,
    /// The printed deltas, worst first.
    pub(super) deltas: Vec<&'a Delta>,
}

impl<'a> Outline<'a> {
    /// Chooses at most `most` deltas, worst first; equals keep the order of the run.
    pub(super) fn of(report: &'a Report, most: usize) -> Self {
        let deltas = &report.outcome.deltas;
        let mut worst: Vec<&Delta> = deltas.iter().collect();
        worst.sort_by_key(|delta| delta.risk);
        worst.truncate(most);

        let mut printed: BTreeMap<&str, Vec<&Delta>> = BTreeMap::new();
        for delta in &worst {
            printed.entry(&delta.file).or_default().push(delta);
        }
        let mut by_file: BTreeMap<&str, Vec<&Delta>> = BTreeMap::new();
        for delta in deltas {
            by_file.entry(&delta.file).or_default().push(delta);
        }
        let mut files: Vec<FileGroup<'a>> = printed
            .into_iter()
            .map(|(file, deltas)| {
                let all = by_file.remove(file).unwrap_or_default();
                FileGroup { file, triage: Triage::count(all), deltas }
            })
            .collect();
        files.sort_by_key(|group| (group.deltas.first().map(|delta| delta.risk), group.file));
        Self { files, left_out: deltas.len() - worst.len() }
    }
}

/// `1 critical, 1,200 low`: the buckets that hold something, worst first.
pub(super) fn buckets(triage: &Triage) -> String {
    let named = Risk::ALL.iter().filter(|risk| triage.bucket(**risk) > 0);
    named.map(|risk| format!("{} {risk}", thousands(triage.bucket(*risk)))).collect::<Vec<_>>().join(", ")
}

/// `3 differences in 2 of 120 files: 1 high, 2 low`, or that there is none.
pub(super) fn totals(report: &Report) -> String {
    let summary = &report.outcome.summary;
    let files = counted(summary.files, "file");
    if report.outcome.deltas.is_empty() {
        return match summary.files_changed {
            0 => format!("no difference in {files}"),
            changed => format!("no difference in {files}, though the bytes of {} differ", thousands(changed)),
        };
    }
    let deltas = counted(summary.deltas, "difference");
    let changed = thousands(summary.files_changed);
    format!("{deltas}, {changed} of {files} changed: {}", buckets(&report.outcome.triage))
}

/// `1 file`, `1,200 files`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", thousands(count), if count == 1 { "" } else { "s" })
}

/// A count with separators: `4,950`.
pub(super) fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// Points with their sign: `-15`, `+5`, `0`.
pub(super) fn points(points: i32) -> String {
    if points > 0 { format!("+{points}") } else { points.to_string() }
}

/// What people call the node of a delta: its friendly key path, a line of text, or the whole file.
pub(super) fn subject(delta: &Delta) -> String {
    let key = match friendly(&delta.key_path) {
        key if !key.is_empty() => key,
        _ if delta.class == Class::Text => format!("line {}", delta.line),
        _ => "(whole file)".to_owned(),
    };
    if delta.document > 0 { format!("{key} (document {})", u64::from(delta.document) + 1) } else { key }
}

/// What happened beside the values: the kind, where it was, the class when it says more than `value`, and for a base file
/// where it takes effect.
pub(super) fn happened(delta: &Delta) -> String {
    let mut text = delta.kind.as_str().to_owned();
    if matches!(delta.kind, Kind::Moved | Kind::Renamed) {
        let file = delta.from_file.as_deref().filter(|file| *file != delta.file).map(visible);
        let key = delta.from_path.as_deref().map(friendly).filter(|key| !key.is_empty());
        let from: Vec<String> = file.into_iter().chain(key).collect();
        if !from.is_empty() {
            text.push_str(&format!(" from {}", from.join(" ")));
        }
        if let Some(similarity) = delta.similarity {
            text.push_str(&format!(" ({similarity}% alike)"));
        }
    }
    if delta.class != Class::Value {
        text.push_str(&format!(", {}", delta.class));
    }
    if let Some(environments) = &delta.environments {
        text.push_str(&format!(", in effect in {}", effect(environments)));
    }
    text
}

/// `production and staging`, or that no environment is meant.
fn effect(environments: &[String]) -> String {
    let shown: Vec<String> = environments.iter().map(|name| visible(name)).collect();
    match shown.as_slice() {
        [] => "no environment".to_owned(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// One line for one side: `main (git 0a1b2c3d4e5f)` or `directory deploy/config`.
pub(super) fn side(side: &Side) -> String {
    let commit: Option<String> = side.commit.as_deref().map(|commit| commit.chars().take(12).collect());
    let name = side.rev.as_deref().or(side.path.as_deref());
    let shown = match (side.kind, name, commit) {
        (SideKind::Git, Some(name), Some(commit)) => format!("{name} (git {commit})"),
        (SideKind::Git, None, Some(commit)) => format!("git {commit}"),
        (kind, Some(name), Some(commit)) => format!("{kind} {name} (on {commit})"),
        (kind, Some(name), None) => format!("{kind} {name}"),
        (kind, None, _) => format!("{kind} {}", side.digest),
    };
    visible(&shown)
}
