//! Answers of `golden db` as text.

use safe_migrate::{Backup, Finding, Inspection, Migrated, Plan, Rehearsal, Step, Verification};
use serde::Serialize;

use super::DbStatus;
use crate::output::Output;

/// A value in snake case as words.
pub(super) fn word(value: &impl Serialize) -> String {
    let text = serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned));
    text.unwrap_or_default().replace('_', " ")
}

fn findings(found: &[Finding]) -> impl Iterator<Item = String> + '_ {
    found.iter().map(|finding| {
        let mark = if finding.blocks { "blocks" } else { "note" };
        format!("{mark}  {}: {}\n  remedy: {}", finding.code, finding.cause, finding.remedy)
    })
}

fn steps(steps: &[Step]) -> impl Iterator<Item = String> + '_ {
    steps.iter().map(|step| format!("{}  {}  {} ms", step.phase, step.step, step.ms))
}

pub(super) fn status(output: &Output, status: &DbStatus) -> String {
    let of = &status.status;
    let mut lines = vec![format!("{} ({}): {}", of.database, of.backend, word(&of.state))];
    let open = of.migrations.iter().filter(|migration| migration.applied_at.is_none());
    lines.extend(open.map(|migration| format!("{}  {}", word(&migration.state), migration.name)));
    if !status.tables.is_empty() {
        let rows = status.tables.iter().map(|table| {
            let bytes = table.bytes.map(|bytes| bytes.to_string()).unwrap_or_default();
            vec![table.name.clone(), table.rows.to_string(), bytes]
        });
        lines.push(output.table(&["table", "rows", "bytes"], rows));
    }
    lines.join("\n")
}

pub(super) fn plan(plan: &Plan) -> String {
    let mut lines = vec![format!("{} ({}): {}", plan.database, plan.backend, word(&plan.state))];
    lines.extend(findings(&plan.findings));
    for migration in &plan.migrations {
        lines.push(format!("-- {} ({})", migration.name, word(&migration.state)));
        lines.extend(migration.unknown.iter().map(|reason| format!("-- its SQL cannot be told: {reason}")));
        for statement in &migration.statements {
            let marks: Vec<String> = statement.marks.iter().map(word).collect();
            let marks = if marks.is_empty() { String::new() } else { format!("  -- {}", marks.join(", ")) };
            lines.push(format!("{};{marks}", statement.sql));
        }
    }
    lines.join("\n")
}

pub(super) fn migrated(done: &Migrated) -> String {
    let mut lines = vec![format!("{} ({}): {}", done.database, done.backend, word(&done.state))];
    let verb = match (done.rehearsed_only, done.direction.as_str()) {
        (true, _) => "rehearsed",
        (false, "down") => "taken back",
        (false, _) => "applied",
    };
    lines.extend(done.migrations.iter().map(|name| format!("{verb}  {name}")));
    lines.extend(done.lost.iter().map(|line| format!("lost  {line}")));
    lines.extend(done.pending.iter().map(|name| format!("pending  {name}")));
    lines.extend(done.backup.iter().map(|backup| format!("backup  {}", backup.path.display())));
    lines.extend(findings(&done.findings));
    lines.extend(done.rehearsal.iter().flat_map(rehearsal));
    lines.extend(steps(&done.steps));
    lines.join("\n")
}

/// What the rehearsal showed, migration by migration.
fn rehearsal(told: &Rehearsal) -> impl Iterator<Item = String> + '_ {
    let lines = told.migrations.iter().flat_map(|one| {
        let rows = format!("rehearsed  {}  {} rows  {} ms", one.migration, one.rows, one.ms);
        std::iter::once(rows).chain(one.locks.iter().map(|lock| format!("  locks  {lock}")))
    });
    let held = told.locks_held.zip(told.lock_room);
    lines.chain(held.map(|(held, room)| format!("locks held  {held} of {room}")))
}

pub(super) fn verification(found: &Verification) -> String {
    let answer = if found.verified { "verified" } else { "not verified" };
    let mut lines = vec![format!("{} ({}): {answer}", found.database, found.backend)];
    lines.extend(found.status.pending().iter().map(|name| format!("pending  {name}")));
    lines.extend(found.differences.iter().map(|line| format!("differs  {line}")));
    lines.extend(found.entity_differences.iter().map(|line| format!("differs from the entities  {line}")));
    lines.extend(found.unusable.iter().map(|line| format!("unusable  {line}")));
    lines.extend(found.accepted.iter().map(|line| format!("accepted  {line}")));
    lines.extend(findings(&found.findings));
    lines.join("\n")
}

pub(super) fn inspection(found: &Inspection) -> String {
    let mut lines = vec![format!("{} ({}): {}", found.database, found.backend, word(&found.state))];
    for migration in &found.migrations {
        lines.push(format!("{}  {}", word(&migration.class), migration.name));
        lines.extend(migration.details.iter().map(|line| format!("  {line}")));
    }
    lines.extend(found.differences.iter().map(|line| format!("differs  {line}")));
    lines.extend(findings(&found.findings));
    lines.push(if found.adoptable { "adoptable".to_owned() } else { "not adoptable".to_owned() });
    lines.join("\n")
}

pub(super) fn backups(output: &Output, found: &[Backup]) -> String {
    if found.is_empty() {
        return "no backup".to_owned();
    }
    let rows = found.iter().map(|backup| {
        let proof = if backup.proved { "proved" } else { "changed since" };
        vec![
            backup.name.clone(),
            backup.made_at.clone(),
            backup.bytes.to_string(),
            backup.rows.to_string(),
            proof.to_owned(),
        ]
    });
    output.table(&["backup", "made at", "bytes", "rows", "proof"], rows)
}
