//! The commands: one file each, one function each.

mod branches;
mod certify;
mod config;
mod db;
mod demo;
mod diff;
mod history;
mod init;
mod manual;
mod matrix;
mod policy;
mod report;
mod revert;
mod revoke;
mod runs;
mod schema;
mod serve;
mod token;
mod validate;

use crate::args::{Arguments, Command};
use crate::exit::{Failure, Verdict};

/// Runs the command that was asked for.
pub(crate) async fn run(arguments: Arguments) -> Result<Verdict, Failure> {
    let global = arguments.global;
    match arguments.command {
        Command::Demo(demo) => demo::run(&global, &demo).await,
        Command::Init(init) => init::run(&global, &init),
        Command::Diff(diff) => diff::run(&global, &diff).await,
        Command::Matrix(matrix) => matrix::run(&global, &matrix).await,
        Command::Validate(validate) => validate::run(&global, &validate).await,
        Command::Certify(certify) => certify::run(&global, &certify).await,
        Command::Revoke(revoke) => revoke::run(&global, &revoke).await,
        Command::Branches(branches) => branches::run(&global, branches).await,
        Command::History(history) => history::run(&global, &history).await,
        Command::Runs(runs) => runs::run(&global, runs).await,
        Command::Report(report) => report::run(&global, &report).await,
        Command::Revert(revert) => revert::run(&global, &revert).await,
        Command::Policy(policy) => policy::run(&global, &policy).await,
        Command::Config(config) => config::run(&global, &config),
        Command::Db(db) => db::run(&global, &db).await,
        Command::Token(token) => token::run(&global, token).await,
        Command::Serve(serve) => serve::run(&global, &serve).await,
        Command::Completions { shell } => manual::completions(&global, shell),
        Command::Man => manual::page(&global),
        Command::Schema { name } => schema::run(&global, name.as_deref()),
    }
}
