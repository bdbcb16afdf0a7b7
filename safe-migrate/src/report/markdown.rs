//! The report as Markdown; whatever comes from a database is kept from being markup.

use super::{Outcome, Report};

/// A value in snake case as words.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned));
    text.unwrap_or_default().replace('_', " ")
}

/// A sign of each outcome.
pub(super) const fn sign(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "✓",
        Outcome::Failed => "✗",
        Outcome::Unproven => "?",
    }
}

/// A title, a header and rows of plain text.
pub(super) type Titled = (&'static str, Vec<&'static str>, Vec<Vec<String>>);

/// The tables of the report: a title, a header and rows of plain text.
pub(super) fn tables(report: &Report) -> Vec<Titled> {
    let checks = report.checks.iter();
    let checks = checks.map(|check| vec![sign(check.outcome).to_owned(), check.name.clone(), check.evidence.clone()]);
    let migrations = report.verification.status.migrations.iter().map(|migration| {
        let stair = report.stairway.stairs.iter().find(|stair| stair.migration == migration.name);
        let reversible = stair.map_or_else(String::new, |stair| word(&stair.reversibility));
        let lost = stair.map_or_else(String::new, |stair| stair.details.join(", "));
        let at = migration.applied_at.clone().unwrap_or_default();
        vec![migration.name.clone(), word(&migration.state), at, reversible, lost]
    });
    let unseeded = report.stairway.unseeded.iter().map(|(table, reason)| vec![table.clone(), reason.clone()]);
    let contents = report.verification.tables.iter();
    let contents = contents.map(|(name, content)| vec![name.clone(), content.rows.to_string(), content.digest.clone()]);
    let backups = report.backups.iter().map(|backup| {
        let proof = if backup.proved { "proved" } else { "not the file that was proved" };
        vec![
            backup.name.clone(),
            backup.made_at.clone(),
            backup.rows.to_string(),
            proof.to_owned(),
            backup.sha256.clone(),
        ]
    });
    let attempts = report.attempts.iter().map(|attempt| {
        let what = if attempt.migration.is_empty() { "the batch" } else { &attempt.migration };
        let ms = attempt.duration_ms.map(|ms| ms.to_string()).unwrap_or_default();
        let error = attempt.error.clone().unwrap_or_default();
        let start = attempt.started_at.clone();
        vec![
            attempt.batch.to_string(),
            what.to_owned(),
            attempt.direction.clone(),
            start,
            ms,
            attempt.outcome.clone(),
            error,
        ]
    });
    vec![
        ("Checklist", vec!["", "check", "evidence"], checks.collect()),
        (
            "Migrations",
            vec!["migration", "state", "applied at", "taken back", "what is lost then"],
            migrations.collect(),
        ),
        ("Tables that took no generated row on the stairway", vec!["table", "reason"], unseeded.collect()),
        ("Tables", vec!["table", "rows", "digest"], contents.collect()),
        ("Backups", vec!["backup", "made at", "rows", "proof", "sha-256"], backups.collect()),
        ("Attempts", vec!["batch", "what", "direction", "started at", "ms", "outcome", "error"], attempts.collect()),
    ]
}

/// How to go back, in words.
pub(super) fn way_back(report: &Report) -> String {
    match report.backups.first() {
        Some(backup) => format!("restore the backup {}, or roll back by the migrations above", backup.name),
        None => "there is no backup: only the migrations above lead back".to_owned(),
    }
}

/// The report.
pub(super) fn render(report: &Report) -> String {
    let mut text = format!(
        "# Migration report: {}\n\n{} {} · {} · {}\n",
        escape(&report.database),
        sign(report.status),
        word(&report.status),
        report.backend,
        report.made_at
    );
    for (title, header, rows) in tables(report).into_iter().filter(|(_, _, rows)| !rows.is_empty()) {
        text.push_str(&format!("\n## {title}\n\n| {} |\n|{}\n", header.join(" | "), " --- |".repeat(header.len())));
        for row in rows {
            let cells: Vec<String> = row.iter().map(|cell| escape(cell)).collect();
            text.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
    }
    text.push_str(&format!("\n## Way back\n\n{}\n", escape(&way_back(report))));
    text
}

fn escape(text: &str) -> String {
    let marks = ['\\', '`', '*', '_', '[', ']', '<', '>', '|', '#', '~', '@'];
    drift::report::escape::visible(text).chars().fold(String::new(), |mut escaped, sign| {
        if marks.contains(&sign) {
            escaped.push('\\');
        }
        escaped.push(sign);
        escaped
    })
}
