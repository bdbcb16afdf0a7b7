//! The `golden` command: the only place that reads arguments, the environment, the clock and randomness.

mod args;
mod command;
mod config;
mod context;
mod exit;
mod fingerprint_key;
mod ledger;
mod migrator;
mod output;
mod report_file;
#[cfg(feature = "otel")]
mod traces;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches};
use tracing::Subscriber;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

use crate::args::{Arguments, Command, Format};

/// Readers of a comparison allocate side by side, where the allocator of the C library grows its heaps page by page.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match parse() {
        Ok(arguments) => arguments,
        // Help and versions are printed to standard output with 0, mistakes to standard error with 2.
        Err(error) => error.exit(),
    };
    #[cfg(feature = "otel")]
    let traces = match traces::Traces::start() {
        Ok(traces) => traces,
        Err(reason) => return fail(&exit::Failure::Usage(reason)),
    };
    let log = tracing_subscriber::registry().with(log_lines(&arguments));
    #[cfg(feature = "otel")]
    let log = log.with(traces.layer());
    log.init();
    // A command does one thing, and its work that takes long is on threads of its own; those of a runtime would only cost
    // it time to start. A server answers many at once.
    let mut runtime = match &arguments.command {
        Command::Serve(_) => tokio::runtime::Builder::new_multi_thread(),
        _ => tokio::runtime::Builder::new_current_thread(),
    };
    let runtime = match runtime.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&exit::Failure::Output(error)),
    };
    let done = runtime.block_on(async {
        let done = command::run(arguments).await;
        context::close_databases().await;
        done
    });
    let code = match done {
        Ok(verdict) => verdict.into(),
        Err(failure) => fail(&failure),
    };
    // An interrupted comparison still has its thread: nobody waits for what will not be stored.
    runtime.shutdown_background();
    #[cfg(feature = "otel")]
    traces.finish();
    code
}

/// Reads the command line, keeping whether the database URL came from its flag or from its variable.
fn parse() -> Result<Arguments, clap::Error> {
    let matches = Arguments::command().try_get_matches()?;
    let mut arguments = Arguments::from_arg_matches(&matches)?;
    let mut deepest = Some(&matches);
    while let Some(matches) = deepest {
        let source = matches
            .try_contains_id("database_url")
            .is_ok_and(|known| known)
            .then(|| matches.value_source("database_url"));
        arguments.global.database_flag |= source.flatten() == Some(ValueSource::CommandLine);
        deepest = matches.subcommand().map(|(_, matches)| matches);
    }
    Ok(arguments)
}

fn fail(failure: &exit::Failure) -> ExitCode {
    if !failure.is_closed_pipe() {
        let mut message = format!("error: {failure}");
        if let Some(remedy) = failure.remedy() {
            message.push_str("\n  remedy: ");
            message.push_str(&remedy);
        }
        // A message may quote names of anybody: revisions, paths, keys.
        let message = drift::report::escape::visible_lines(&message);
        // Nothing is left to tell an error of standard error to.
        let _ = writeln!(std::io::stderr(), "{message}");
    }
    failure.code()
}

/// Logs to standard error: warnings, more with -v, and every request of a server. Statements of the database are never
/// logged: they may carry values.
fn log_lines<S>(arguments: &Arguments) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let (serves, json) = match &arguments.command {
        Command::Serve(serve) => (true, serve.log == Format::Json),
        _ => (false, false),
    };
    let verbose = arguments.global.verbose;
    // Postgres remarks on a rollback whose transaction had just ended, as an interrupt of a command may send one: for who
    // looks closer. A server's log has every remark.
    let level = match verbose {
        0 if serves && !arguments.global.quiet => "warn,api=info,service=info",
        0 => "warn,sqlx::postgres::notice=error",
        1 => "info,sqlx=warn,sea_orm=warn",
        _ => "debug,sqlx=warn,sea_orm=warn,sea_orm_migration=info",
    };
    // The parameters of a URL that it does not know are told with their values, which may be passwords.
    let level = format!("{level},sqlx_postgres::options=off");
    let color = output::wants_color(arguments.global.color, std::io::stderr().is_terminal());
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(color).with_target(verbose > 1);
    let lines = if json { lines.json().boxed() } else { lines.boxed() };
    lines.with_filter(EnvFilter::new(level))
}
