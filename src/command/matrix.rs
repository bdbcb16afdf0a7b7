//! `golden matrix`: the keys of several environments side by side; needs no database.

use drift::environment::Environment;
use drift::mask::Masker;
use drift::report::matrix::render;
use service::matrix::{Request, compare};
use service::source::open_repository;
use service::validation::Candidate;

use crate::args::{self, Global};
use crate::context::Context;
use crate::exit::{Failure, Verdict};
use crate::fingerprint_key;
use crate::report_file::ReportFile;

/// Runs `golden matrix`.
pub(crate) async fn run(global: &Global, arguments: &args::Matrix) -> Result<Verdict, Failure> {
    let context = Context::new(global, arguments.repo.as_deref())?;
    let file = arguments.output.as_deref().map(ReportFile::begin).transpose()?;
    let service = context.config.service(&arguments.service)?;
    let chosen = chosen(&context, &arguments.environments)?;
    let repo = context.repository(&service, arguments.repo.as_deref());
    open_repository(&repo).map_err(service::error::ServiceError::from)?;
    let limits = context.config.file.limits.clone();
    let key = fingerprint_key::from_variable()?;
    let layout = context.output.layout(limits.report_deltas);
    let matrix = compare(Request {
        service: service.name.clone(),
        repo,
        at: arguments.at.clone().map_or(Candidate::Worktree, Candidate::Named),
        folder: context.folder.clone(),
        scope: context.scope(&service, None)?,
        environments: context.config.environments.clone(),
        chosen,
        masker: Masker::new(key.as_deref(), &limits),
        limits,
    });
    let matrix = matrix.await?;
    context.output.report(&render(&matrix, arguments.format.into(), &layout), file, None)?;
    Ok(if matrix.summary.is_same() { Verdict::Yes } else { Verdict::No })
}

/// The environments that words name, in order. Each must be another one: an environment is always equal to itself.
fn chosen(context: &Context, words: &[String]) -> Result<Vec<Environment>, Failure> {
    let mut chosen: Vec<Environment> = Vec::new();
    for word in words {
        let environment = context.config.environment(word)?;
        if chosen.contains(&environment) {
            let message = format!("--environments names {} twice ({word:?})", environment.name);
            return Err(Failure::Usage(message));
        }
        chosen.push(environment);
    }
    if chosen.len() < 2 {
        return Err(Failure::Usage("--environments needs at least two, such as staging,production".to_owned()));
    }
    Ok(chosen)
}
