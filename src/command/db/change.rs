//! The commands of `golden db` that change something.

use std::io::{BufRead, IsTerminal, Write};

use safe_migrate::{MigrateOptions, RollbackOptions};

use super::{Accepted, look, tell};
use crate::args::{Format, Migrate, Rollback};
use crate::context::Context;
use crate::exit::{Failure, Verdict};

/// Asks before a change where golden.toml wants it; without a terminal the answer must be given as --yes.
fn confirm(context: &Context, yes: bool, what: &str) -> Result<(), Failure> {
    if yes || !context.config.file.database.migration.require_confirmation {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::Usage(format!("{what} must be confirmed: say --yes")));
    }
    write!(std::io::stderr(), "{what}? Type yes: ")?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    if answer.trim() == "yes" { Ok(()) } else { Err(Failure::Usage(format!("{what} was not confirmed"))) }
}

pub(super) async fn migrate(context: &Context, wanted: &Migrate) -> Result<Verdict, Failure> {
    let migrator = context.migrator()?;
    if migrator.file().is_none_or(|file| file.exists()) {
        look::refuse_ahead(context).await?;
    }
    confirm(context, wanted.yes || wanted.rehearse_only, &format!("migrating {}", migrator.place()))?;
    let usual = context.migrate_options();
    let options = MigrateOptions {
        to: wanted.to.clone(),
        backup: usual.backup && !wanted.no_backup,
        rehearse: usual.rehearse && !wanted.no_backup,
        in_place: wanted.in_place,
        rehearse_only: wanted.rehearse_only,
        out_of_order: wanted.out_of_order,
        ..usual
    };
    let done = migrator.migrate(&options).await?;
    context.output.answer(wanted.format.format, "golden.db-migrate/1", done, tell::migrated)?;
    Ok(Verdict::Yes)
}

pub(super) async fn rollback(context: &Context, wanted: &Rollback) -> Result<Verdict, Failure> {
    look::refuse_ahead(context).await?;
    let migrator = context.migrator()?;
    confirm(context, wanted.yes, &format!("rolling back {}", migrator.place()))?;
    let options = RollbackOptions { to: wanted.to.clone(), backup: wanted.backup.clone() };
    let done = migrator.rollback(&options).await?;
    context.output.answer(wanted.format.format, "golden.db-migrate/1", done, tell::migrated)?;
    Ok(Verdict::Yes)
}

pub(super) async fn backup(context: &Context, format: Format) -> Result<Verdict, Failure> {
    let backup = context.migrator()?.backup().await?;
    let text = |backup: &safe_migrate::Backup| tell::backups(&context.output, std::slice::from_ref(backup));
    context.output.answer(format, "golden.db-backup/1", backup, text)?;
    Ok(Verdict::Yes)
}

pub(super) async fn restore(context: &Context, name: &str, yes: bool, format: Format) -> Result<Verdict, Failure> {
    let migrator = context.migrator()?;
    confirm(context, yes, &format!("restoring {} from {name}", migrator.place()))?;
    let restored = migrator.restore(name).await?;
    context.output.answer(format, "golden.db-restore/1", restored, |restored| {
        let mut lines = vec![format!("restored  {} from {}", restored.database, restored.backup.name)];
        lines.extend(restored.kept.iter().map(|kept| format!("kept  {kept}")));
        lines.join("\n")
    })?;
    Ok(Verdict::Yes)
}

pub(super) async fn adopt(context: &Context, reason: &str, format: Format) -> Result<Verdict, Failure> {
    let adopted = context.migrator()?.adopt(reason).await?;
    context.output.answer(format, "golden.db-adopt/1", adopted, |adopted| {
        let mut lines: Vec<String> = adopted.baseline.iter().map(|name| format!("adopted  {name}")).collect();
        lines.extend(adopted.accepted.iter().map(|line| format!("accepted  {line}")));
        lines.join("\n")
    })?;
    Ok(Verdict::Yes)
}

pub(super) async fn accept(
    context: &Context,
    migration: &str,
    reason: &str,
    format: Format,
) -> Result<Verdict, Failure> {
    context.migrator()?.accept(migration, reason).await?;
    let accepted = Accepted { migration: migration.to_owned(), reason: reason.to_owned() };
    context
        .output
        .answer(format, "golden.db-accept/1", accepted, |accepted| format!("accepted  {}", accepted.migration))?;
    Ok(Verdict::Yes)
}
