//! The daemon's database by hand: `risk-state URL VERB [NAME] [--unrealized-pnl]`.

use std::io::Write;
use std::process::ExitCode;

use risk_state::old;
use risk_state::state::{self, Settings};
use safe_migrate::{MigrateOptions, RollbackOptions, SafeError, SafeMigrator};
use sea_orm::Database;

const USAGE: &str = "usage: risk-state URL VERB [NAME] [--unrealized-pnl]
  old            make a database as daemons of version 1 left it
  inspect        say what is there; writes nothing
  adopt          record what is there as applied
  status         list the migrations; exits with 1 when one is pending
  plan           print the SQL of what is pending; writes nothing
  rehearse       apply what is pending to a copy with the real rows
  migrate        back up, rehearse, apply and verify what is pending
  verify         compare database, migrations and rows; exits with 1 when they differ
  backup         make a backup and prove it
  backups        list the backups, newest first
  rollback       go back to version 1; NAME is the backup that makes a loss acceptable
  restore        put the backup NAME in the place of the database
";

/// What went wrong, for a person.
enum Failure {
    Usage,
    Safe(SafeError),
    Other(String),
}

impl From<SafeError> for Failure {
    fn from(error: SafeError) -> Self {
        Self::Safe(error)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let (arguments, settings) = arguments();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        [url, "old"] => make_old(url).await,
        [url, verb, rest @ ..] if rest.len() < 2 => run(url, verb, rest.first().copied(), settings).await,
        _ => Err(Failure::Usage),
    };
    let (text, code) = match outcome {
        Ok((text, true)) => return shown(&mut std::io::stdout(), &text, 0),
        Ok((text, false)) => return shown(&mut std::io::stdout(), &text, 1),
        Err(Failure::Usage) => (USAGE.to_owned(), 2),
        Err(Failure::Safe(error)) => {
            (format!("error: {error}\n  remedy: {}", error.remedy()), if error.is_refusal() { 1 } else { 2 })
        }
        Err(Failure::Other(text)) => (format!("error: {text}"), 2),
    };
    shown(&mut std::io::stderr(), &text, code)
}

fn shown(place: &mut impl Write, text: &str, code: u8) -> ExitCode {
    match writeln!(place, "{}", text.trim_end()) {
        Ok(()) => ExitCode::from(code),
        Err(_) => ExitCode::from(2),
    }
}

fn arguments() -> (Vec<String>, Settings) {
    let (flags, words): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|word| word.starts_with("--"));
    (words, Settings { unrealized_pnl: flags.iter().any(|flag| flag == "--unrealized-pnl") })
}

async fn make_old(url: &str) -> Result<(String, bool), Failure> {
    let made = async {
        let db = Database::connect(url).await?;
        old::make(&db).await?;
        db.close().await
    };
    made.await.map_err(|error| Failure::Other(error.to_string()))?;
    Ok(("made a database of version 1 with nine tables".to_owned(), true))
}

#[expect(clippy::disallowed_methods, reason = "this is where the program reads the clock")]
async fn run(url: &str, verb: &str, name: Option<&str>, settings: Settings) -> Result<(String, bool), Failure> {
    let mut options = state::options(chrono::Utc::now, "operator");
    // Beside a SQLite file without being told; a server has no such place.
    options.backup_directory = url.starts_with("postgres").then(|| "backups".into());
    let migrator = state::migrator(url, settings, options)?;
    Ok(match (verb, name) {
        ("inspect", None) => inspect(&migrator).await?,
        ("adopt", None) => {
            let adopted = migrator.adopt("a state database of version 1").await?;
            (format!("recorded as applied: {}", adopted.baseline.join(", ")), true)
        }
        ("status", None) => status(&migrator).await?,
        ("plan", None) => plan(&migrator).await?,
        ("rehearse", None) => {
            let options = MigrateOptions { rehearse_only: true, ..MigrateOptions::default() };
            let pending = migrator.status().await?.pending();
            migrator.migrate(&options).await?;
            (format!("rehearsed: {}", pending.join(", ")), true)
        }
        ("migrate", None) => migrate(&migrator).await?,
        ("verify", None) => verify(&migrator).await?,
        ("backup", None) => {
            let backup = migrator.backup().await?;
            (format!("{} with {} rows in {} tables, proved", backup.name, backup.rows, backup.tables), true)
        }
        ("backups", None) => {
            let names = migrator.backups()?.into_iter().map(|backup| backup.name);
            (names.collect::<Vec<_>>().join("\n"), true)
        }
        ("rollback", backup) => rollback(&migrator, backup).await?,
        ("restore", Some(name)) => {
            let restored = migrator.restore(name).await?;
            let kept = restored.kept.map(|kept| format!("; the old one is {kept}")).unwrap_or_default();
            (format!("{name} is in its place{kept}"), true)
        }
        _ => return Err(Failure::Usage),
    })
}

async fn inspect(migrator: &SafeMigrator) -> Result<(String, bool), Failure> {
    let found = migrator.inspect().await?;
    let mut lines: Vec<String> =
        found.migrations.iter().map(|one| format!("{:<16} {}", format!("{:?}", one.class), one.name)).collect();
    lines.extend(found.findings.iter().map(|finding| format!("{}: {}", finding.code, finding.cause)));
    lines.push(if found.adoptable { "it can be adopted" } else { "there is nothing that can be adopted" }.to_owned());
    Ok((lines.join("\n"), found.adoptable))
}

async fn status(migrator: &SafeMigrator) -> Result<(String, bool), Failure> {
    let status = migrator.status().await?;
    let lines = status.migrations.iter().map(|one| format!("{:<12} {}", format!("{:?}", one.state), one.name));
    Ok((lines.collect::<Vec<_>>().join("\n"), status.pending().is_empty()))
}

async fn plan(migrator: &SafeMigrator) -> Result<(String, bool), Failure> {
    let plan = migrator.plan(None).await?;
    let mut lines = Vec::new();
    for migration in &plan.migrations {
        lines.push(format!("-- {}", migration.name));
        lines.extend(migration.statements.iter().map(|statement| format!("{};", statement.sql)));
    }
    Ok((lines.join("\n"), true))
}

async fn migrate(migrator: &SafeMigrator) -> Result<(String, bool), Failure> {
    let done = migrator.migrate(&MigrateOptions::default()).await?;
    let mut lines = vec![format!("applied: {}", done.migrations.join(", "))];
    lines.extend(done.backup.map(|backup| format!("backup: {}", backup.name)));
    Ok((lines.join("\n"), true))
}

async fn verify(migrator: &SafeMigrator) -> Result<(String, bool), Failure> {
    let found = migrator.verify().await?;
    let mut lines: Vec<String> = found.findings.iter().map(|it| format!("{}: {}", it.code, it.cause)).collect();
    lines.extend(found.differences.iter().cloned());
    lines.push(if found.verified { "verified" } else { "not verified" }.to_owned());
    Ok((lines.join("\n"), found.verified))
}

async fn rollback(migrator: &SafeMigrator, backup: Option<&str>) -> Result<(String, bool), Failure> {
    let to = Some(risk_state::migration::VERSION_1.to_owned());
    let done = migrator.rollback(&RollbackOptions { to, backup: backup.map(str::to_owned) }).await?;
    let mut lines = vec![format!("taken back: {}", done.migrations.join(", "))];
    lines.extend(done.lost.iter().map(|line| format!("lost: {line}")));
    Ok((lines.join("\n"), true))
}
