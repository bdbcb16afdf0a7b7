//! `golden db`: the state of the schema, changing it safely, proving it, and moving to another backend.

mod answers;
mod change;
mod look;
mod tell;
mod transfer;

pub(crate) use answers::{Accepted, BackupList, DbStatus};
pub(crate) use transfer::MoveAnswer;

use crate::args::{self, DbCommand, Global};
use crate::command::serve::interrupted;
use crate::context::Context;
use crate::exit::{Failure, Verdict};

/// Runs `golden db`.
pub(crate) async fn run(global: &Global, db: &args::Db) -> Result<Verdict, Failure> {
    let context = Context::new(global, None)?;
    if !matches!(db.command, DbCommand::Move(_)) {
        context.refuse_unfinished().await?;
    }
    tokio::select! {
        done = asked(&context, db) => done,
        // What is not committed goes back, and what was made for the moment goes with the work.
        () = interrupted() => Err(Failure::Interrupted),
    }
}

async fn asked(context: &Context, db: &args::Db) -> Result<Verdict, Failure> {
    match &db.command {
        DbCommand::Status { format } => look::status(context, format.format).await,
        DbCommand::Plan { to, format } => look::plan(context, to.as_deref(), format.format).await,
        DbCommand::Verify { format } => look::verify(context, format.format).await,
        DbCommand::Inspect { format } => look::inspect(context, format.format).await,
        DbCommand::Drift { format } => look::drift(context, *format).await,
        DbCommand::Report { format, output } => look::report(context, *format, output.as_deref()).await,
        DbCommand::Backups { format } => look::backups(context, format.format),
        DbCommand::Migrate(migrate) => change::migrate(context, migrate).await,
        DbCommand::Rollback(rollback) => change::rollback(context, rollback).await,
        DbCommand::Backup { format } => change::backup(context, format.format).await,
        DbCommand::Restore { backup, yes, format } => change::restore(context, backup, *yes, format.format).await,
        DbCommand::Adopt { reason, format } => change::adopt(context, reason, format.format).await,
        DbCommand::Accept { migration, reason, format } => {
            change::accept(context, migration, reason, format.format).await
        }
        DbCommand::Move(transfer) => transfer::run(context, transfer).await,
    }
}
