//! Dumping a Postgres database with its own tools, and loading the dump to prove it.

use std::path::Path;
use std::process::Command;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgSslMode};
use sea_orm::{AccessMode, ConnectionTrait, IsolationLevel, TransactionTrait};

use super::{Proof, room, sync, tool};
use crate::error::SafeError;
use crate::migrator::SafeMigrator;
use crate::place::Place;
use crate::row::{literal, one_number, one_text, quoted};
use crate::scratch::Scratch;

/// Bytes of all tables, without indexes, which a dump does not hold.
const ROWS: &str = "select coalesce(sum(pg_table_size(c.oid)), 0)::bigint as n from pg_class c \
     join pg_namespace s on s.oid = c.relnamespace where c.relkind = 'r' and s.nspname !~ '^(pg_|information_schema)'";

/// A dump is compressed, and holds nothing of rows that were deleted; how much that saves is not known before. What is
/// free must do at least for a dump that is so much smaller than its tables: a backup that would fit is never refused.
const SMALLEST: u64 = 100;

/// Dumps the snapshot of one transaction, whose rows are counted and hashed too, and restores the dump into a scratch
/// database: a list of its contents would accept a dump that was cut off.
pub(super) async fn dump(migrator: &SafeMigrator, part: &Path) -> Result<Proof, SafeError> {
    let place = &migrator.place;
    let failed = place.failed("dumping");
    let db = place.read().await?;
    let snapshot = db.begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly)).await;
    let snapshot = snapshot.map_err(&failed)?;
    let outcome = async {
        let bytes = one_number(&snapshot, ROWS, "n").await.map_err(&failed)?;
        room::check(migrator, part, u64::try_from(bytes).unwrap_or_default() / SMALLEST)?;
        let name = one_text(&snapshot, "select pg_export_snapshot() as name", "name").await.map_err(&failed)?;
        let proof = Proof::of(&snapshot, place, crate::ledger::time(migrator.options.now_ms())).await?;
        let patience = migrator.options.lock_timeout.as_millis();
        let mut arguments = vec!["-Fc".to_owned(), format!("--snapshot={name}")];
        arguments.extend([format!("--lock-wait-timeout={patience}"), "-f".to_owned()]);
        arguments.push(part.display().to_string());
        run(migrator, place, "pg_dump", arguments).await?;
        Ok::<_, SafeError>(proof)
    };
    let outcome = outcome.await;
    let _ = snapshot.rollback().await;
    let _ = db.close().await;
    let proof = outcome?;
    migrator.options.reach("after_copy")?;
    sync(part)?;
    let scratch = Scratch::make(place, migrator.options.now_ms()).await?;
    let proved = prove(migrator, part, &scratch, &proof).await;
    scratch.remove().await?;
    proved?;
    proof.of_file(part)
}

async fn prove(migrator: &SafeMigrator, part: &Path, scratch: &Scratch, proof: &Proof) -> Result<(), SafeError> {
    load(migrator, part, scratch, Owners::Ours).await?;
    let faults = proof.faults(&scratch.db, &migrator.place).await?;
    if faults.is_empty() {
        return Ok(());
    }
    Err(SafeError::Backup { place: part.display().to_string(), reason: faults.join(", ") })
}

/// Whose the tables of a loaded dump are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owners {
    /// All of them ours, and nobody else may use them: for a look.
    Ours,
    /// Of those whose they were, with every grant; an error when one of them is not there any more.
    Theirs,
}

/// Restores a dump into an empty database.
pub(crate) async fn load(
    migrator: &SafeMigrator,
    dump: &Path,
    scratch: &Scratch,
    owners: Owners,
) -> Result<Place, SafeError> {
    let place = scratch.place(&migrator.place);
    scratch.emptied().await.map_err(place.failed("emptying a scratch database"))?;
    let mut arguments = ["--exit-on-error", "--single-transaction"].map(str::to_owned).to_vec();
    if owners == Owners::Ours {
        arguments.extend(["--no-owner", "--no-privileges"].map(str::to_owned));
    }
    arguments.push("-d".to_owned());
    arguments.push(place.server().and_then(PgConnectOptions::get_database).unwrap_or_default().to_owned());
    arguments.push(dump.display().to_string());
    run(migrator, &place, "pg_restore", arguments).await?;
    search_alike(&migrator.place, scratch, owners).await?;
    Ok(place)
}

/// Names without a schema mean the same in a loaded dump as in the database that it is of. What the role or the URL sets
/// holds in both already; a setting of the database is no part of a dump. A database that is to take the place of the
/// other one gets its settings later, in their order.
async fn search_alike(model: &Place, scratch: &Scratch, owners: Owners) -> Result<(), SafeError> {
    const PATH: &str = "select current_setting('search_path') as path";
    let failed = model.failed("setting the search path of a copy");
    let db = model.read().await?;
    let path = one_text(&db, PATH, "path").await;
    let _ = db.close().await;
    let path = path.map_err(&failed)?;
    if one_text(&scratch.db, PATH, "path").await.map_err(&failed)? == path {
        return Ok(());
    }
    let mut set = format!("select set_config('search_path', {}, false)", literal(&path));
    if owners == Owners::Ours {
        set.push_str(&format!("; alter database {} set search_path from current", quoted(scratch.name())));
    }
    scratch.db.execute_unprepared(&set).await.map(|_| ()).map_err(failed)
}

/// Runs a tool of the server. The password goes through the environment: arguments can be seen by others.
async fn run(
    migrator: &SafeMigrator,
    place: &Place,
    name: &'static str,
    arguments: Vec<String>,
) -> Result<(), SafeError> {
    let server = place.server().ok_or_else(|| SafeError::Unsupported(format!("{name} is for Postgres")))?;
    let mut command = Command::new(name);
    command.args(arguments).env("PGPORT", server.get_port().to_string()).env("PGUSER", server.get_username());
    let host = server.get_socket().map_or_else(|| server.get_host().into(), |path| path.as_os_str().to_owned());
    command.env("PGHOST", host).env("PGDATABASE", server.get_database().unwrap_or_default());
    command.env("PGSSLMODE", ssl_mode(server.get_ssl_mode())).env("PGAPPNAME", "safe-migrate");
    if let Some(password) = migrator.place.password() {
        command.env("PGPASSWORD", password);
    }
    let failed = |reason: String| SafeError::Tool { tool: name, reason };
    let output = tool::output(command).await.map_err(|cause| failed(cause.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    Err(failed(cause(&String::from_utf8_lossy(&output.stderr))))
}

/// The line that tells what went wrong: the statement that it went wrong in may follow.
fn cause(said: &str) -> String {
    let error = said.lines().find(|line| line.contains("error: "));
    error.or_else(|| said.lines().last()).unwrap_or_default().to_owned()
}

const fn ssl_mode(mode: PgSslMode) -> &'static str {
    match mode {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    }
}
