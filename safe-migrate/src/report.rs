//! The report of a database: what was found and done, how to go back, and a status that follows from the checks alone.

mod html;
mod markdown;

use schemars::JsonSchema;
use serde::Serialize;

use crate::backup::Backup;
use crate::error::{Finding, FindingCode, SafeError};
use crate::ledger::Attempt;
use crate::migrator::SafeMigrator;
use crate::stairway::{Reversibility, Stairway};
use crate::verify::Verification;

/// Whether a check was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was made and passed.
    Passed,
    /// It was made and failed.
    Failed,
    /// It was not made, or could not be.
    Unproven,
}

/// One line of the checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Check {
    /// What was checked.
    pub name: String,
    /// Whether it was passed.
    pub outcome: Outcome,
    /// What was seen.
    pub evidence: String,
}

/// The whole report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Report {
    /// Where the database is, without credentials.
    pub database: String,
    /// sqlite or postgres.
    pub backend: String,
    /// When it was made, UTC, RFC 3339.
    pub made_at: String,
    /// Failed if any check failed, unproven if any was not made, else passed. Nobody writes it by hand.
    pub status: Outcome,
    /// The checklist.
    pub checks: Vec<Check>,
    /// How the database stands against migrations and entities.
    pub verification: Verification,
    /// What is left when each migration is taken back.
    pub stairway: Stairway,
    /// Backups with their proofs, newest first.
    pub backups: Vec<Backup>,
    /// Every attempt, oldest first, with its time.
    pub attempts: Vec<Attempt>,
}

/// The formats of a report for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    /// For a ticket or a merge request.
    Markdown,
    /// One self-contained page.
    Html,
}

impl SafeMigrator {
    /// Verifies the database, climbs the stairway on a scratch one, and puts everything together.
    pub async fn report(&self) -> Result<Report, SafeError> {
        let verification = self.verify().await?;
        let stairway = self.stairway().await?;
        let backups = match self.backup_directory() {
            Ok(_) => self.backups()?,
            Err(_) => Vec::new(),
        };
        let attempts = self.ledger().await?;
        let newest = backups.first().map(|backup| self.whole_backup(&backup.name).map(|_| ()));
        let checks = checks(&verification, &stairway, backup_check(backups.first(), newest), &attempts);
        Ok(Report {
            database: self.place(),
            backend: self.backend().to_owned(),
            made_at: crate::ledger::time(self.options.now_ms()),
            status: status(&checks),
            checks,
            verification,
            stairway,
            backups,
            attempts,
        })
    }
}

impl Report {
    /// The report for people.
    pub fn render(&self, format: ReportFormat) -> String {
        match format {
            ReportFormat::Markdown => markdown::render(self),
            ReportFormat::Html => html::render(self),
        }
    }
}

/// The worst of all checks.
fn status(checks: &[Check]) -> Outcome {
    let any = |outcome: Outcome| checks.iter().any(|check| check.outcome == outcome);
    if any(Outcome::Failed) {
        Outcome::Failed
    } else if any(Outcome::Unproven) || checks.is_empty() {
        Outcome::Unproven
    } else {
        Outcome::Passed
    }
}

fn check(name: &str, passed: bool, evidence: impl Into<String>) -> Check {
    let outcome = if passed { Outcome::Passed } else { Outcome::Failed };
    Check { name: name.to_owned(), outcome, evidence: evidence.into() }
}

fn checks(verification: &Verification, stairway: &Stairway, backup: Check, attempts: &[Attempt]) -> Vec<Check> {
    let of = |codes: &[FindingCode]| {
        verification.findings.iter().filter(|finding| codes.contains(&finding.code)).collect::<Vec<&Finding>>()
    };
    let told = |found: &[&Finding], none: &str| match found {
        [] => none.to_owned(),
        found => found.iter().map(|finding| finding.cause.as_str()).collect::<Vec<_>>().join("; "),
    };
    let lines = |lines: &[String], none: &str| if lines.is_empty() { none.to_owned() } else { lines.join("; ") };
    let pending = verification.status.pending();
    let names = of(&[FindingCode::UnknownMigration, FindingCode::OutOfOrder, FindingCode::NoLedger]);
    let mut checks = vec![
        check("every migration is applied", pending.is_empty(), lines(&pending, "none is pending")),
        check("every applied migration is known and in order", names.is_empty(), told(&names, "all are")),
    ];
    let edited = of(&[FindingCode::EditedMigration]);
    checks.push(check("no applied migration was edited", edited.is_empty(), told(&edited, "all checksums are equal")));
    let not_declared = of(&[FindingCode::NotDeclared]);
    checks.push(Check {
        outcome: match (not_declared.is_empty(), verification.differences.is_empty()) {
            (false, _) => Outcome::Unproven,
            (true, true) => Outcome::Passed,
            (true, false) => Outcome::Failed,
        },
        name: "the schema is the declared one".to_owned(),
        evidence: if not_declared.is_empty() {
            lines(&verification.differences, "no difference")
        } else {
            told(&not_declared, "")
        },
    });
    let entities = &verification.entity_differences;
    checks.push(check("the typed entities fit", entities.is_empty(), lines(entities, "no difference")));
    let keys = of(&[FindingCode::ForeignKeyViolation, FindingCode::ForeignKeyMismatch, FindingCode::InvalidIndex]);
    checks.push(check("keys and indexes hold", keys.is_empty(), told(&keys, "all do")));
    let damage = of(&[FindingCode::Damaged]);
    checks.push(check("the file is whole", damage.is_empty(), told(&damage, "read in full")));
    let unusable = &verification.unusable;
    checks.push(check("every table can be read and written", unusable.is_empty(), lines(unusable, "all can")));
    checks.push(backup);
    checks.push(stairway_check(stairway));
    let open = attempts.iter().filter(|attempt| attempt.outcome == "started").count();
    checks.push(check(
        "no attempt is open",
        open == 0,
        format!("{} attempts in the ledger, {open} open", attempts.len()),
    ));
    checks
}

/// The newest backup, and whether its file is the one that was proved.
fn backup_check(newest: Option<&Backup>, whole: Option<Result<(), SafeError>>) -> Check {
    let name = "the newest backup is proved";
    match (newest, whole) {
        (Some(_), Some(Err(error))) => check(name, false, error.to_string()),
        (Some(backup), _) => check(name, true, format!("{}: {} rows, {}", backup.name, backup.rows, backup.sha256)),
        (None, _) => Check { name: name.to_owned(), outcome: Outcome::Unproven, evidence: "there is none".to_owned() },
    }
}

fn stairway_check(stairway: &Stairway) -> Check {
    let bad = |kind: Reversibility| !matches!(kind, Reversibility::Lossless | Reversibility::SchemaOnly);
    let worst: Vec<&str> = stairway
        .stairs
        .iter()
        .filter(|stair| bad(stair.reversibility) || !stair.repeatable)
        .map(|stair| stair.migration.as_str())
        .collect();
    let counted =
        format!("{} of {} migrations go down and up again", stairway.stairs.len() - worst.len(), stairway.stairs.len());
    let evidence = if worst.is_empty() { counted } else { format!("{counted}; not so {}", worst.join(", ")) };
    check("every migration can be taken back", worst.is_empty(), evidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_follows_from_the_checks_alone() {
        let passed = check("a", true, "");
        let failed = check("b", false, "");
        let unproven = Check { outcome: Outcome::Unproven, ..passed.clone() };
        assert_eq!(status(&[]), Outcome::Unproven);
        assert_eq!(status(std::slice::from_ref(&passed)), Outcome::Passed);
        assert_eq!(status(&[passed.clone(), unproven.clone()]), Outcome::Unproven);
        assert_eq!(status(&[unproven, failed, passed]), Outcome::Failed);
    }
}
