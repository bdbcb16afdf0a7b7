//! `golden diff`: two files, two directories or two revisions; stores nothing.

use std::path::Path;

use drift::facts::Facts;
use drift::mask::Masker;
use drift::report::{Report, Side, SideKind};
use drift::rules::Rules;
use service::comparison::{self, Collected, Done};
use service::error::ServiceError;
use service::source::{Source, SourceError};

use crate::args::{self, Global};
use crate::command::validate::show;
use crate::config::Service;
use crate::context::Context;
use crate::exit::{Failure, Verdict};
use crate::fingerprint_key;
use crate::report_file::ReportFile;

/// The service that rules and fingerprints of a diff are made for: it belongs to no service.
const SERVICE: &str = "diff";

/// Runs `golden diff`.
pub(crate) async fn run(global: &Global, diff: &args::Diff) -> Result<Verdict, Failure> {
    let context = Context::new(global, diff.repo.as_deref())?;
    let file = diff.output.as_deref().map(ReportFile::begin).transpose()?;
    let environment = context.config.environment(&diff.environment)?;
    let source = context.rules(&Service::named(SERVICE), &environment, diff.policy.as_deref())?;
    let rules = Rules::compile(source)?;
    let key = fingerprint_key::from_variable()?;
    let masker = Masker::new(key.as_deref(), &rules.settings().limits);
    let most_deltas = rules.settings().limits.report_deltas;
    let report = compare(&context, diff, rules, masker).await?;
    let text = drift::report::render(&report, diff.format.into(), &context.output.layout(most_deltas));
    context.output.report(&text, file, None)?;
    Ok(if report.outcome.deltas.is_empty() { Verdict::Yes } else { Verdict::No })
}

async fn compare(context: &Context, diff: &args::Diff, rules: Rules, masker: Masker) -> Result<Report, Failure> {
    let (golden, candidate) = (context.folder.join(&diff.golden), context.folder.join(&diff.candidate));
    let open: Box<dyn FnOnce() -> Result<(Source, Source), SourceError> + Send> = match &diff.repo {
        Some(repo) => {
            let (repo, old, new) = (context.path(repo), diff.golden.clone(), diff.candidate.clone());
            Box::new(move || Ok((Source::open_git(&repo, &old)?, Source::open_git(&repo, &new)?)))
        }
        None if golden.is_file() && candidate.is_file() => return files(&golden, &candidate, &rules, &masker),
        None if golden.is_file() || candidate.is_file() => {
            let message = format!("{} and {} are not both files or both directories", diff.golden, diff.candidate);
            return Err(Failure::Usage(message));
        }
        None => Box::new(move || Ok((Source::open_directory(&golden)?, Source::open_directory(&candidate)?))),
    };
    let scope = context.scope(&Service::named(SERVICE), None)?;
    let bar = context.output.progress();
    let compared = tokio::task::spawn_blocking(move || -> Result<Done, ServiceError> {
        let (golden, candidate) = open()?;
        let collected = Collected::collect(golden, candidate, &scope)?;
        collected.assess(&rules, &masker, &Facts::default(), &|progress| show(&bar, progress))
    });
    let done = compared.await.map_err(|_| ServiceError::Worker("comparing files".to_owned()))??;
    Ok(Report { run: None, golden: done.golden, candidate: done.candidate, outcome: done.outcome })
}

/// Two files are compared under one name, the candidate's, which also gives the format.
fn files(golden: &Path, candidate: &Path, rules: &Rules, masker: &Masker) -> Result<Report, Failure> {
    let read =
        |path: &Path| std::fs::read(path).map_err(|cause| Failure::File { path: path.display().to_string(), cause });
    let (old, new) = (read(golden)?, read(candidate)?);
    let side = |path: &Path, bytes: &[u8]| Side {
        kind: SideKind::File,
        rev: None,
        commit: None,
        path: Some(path.display().to_string()),
        digest: comparison::file_digest(bytes),
    };
    let (golden, candidate_side) = (side(golden, &old), side(candidate, &new));
    let name = candidate.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let outcome = comparison::compare_files(&name, old, new, rules, masker);
    Ok(Report { run: None, golden, candidate: candidate_side, outcome })
}
