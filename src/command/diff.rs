//! `golden diff`: two files, two directories or two revisions; stores nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use drift::facts::Facts;
use drift::json_patch::{Operation, Patch};
use drift::mask::Masker;
use drift::report::{Report, Side, SideKind, escape};
use drift::rules::Rules;
use schemars::JsonSchema;
use serde::Serialize;
use service::comparison::{self, Collected, Done};
use service::error::{Refusal, ServiceError};
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

/// `golden.json-patch/1`: the RFC 6902 operations of two files, or of each file that differs by its path.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum JsonPatch {
    /// Of two files.
    File(Vec<Operation>),
    /// Of two trees.
    Tree(BTreeMap<String, Vec<Operation>>),
}

/// Runs `golden diff`.
pub(crate) async fn run(global: &Global, diff: &args::Diff) -> Result<Verdict, Failure> {
    // It takes as long as all that comes before the comparison.
    drift::engine::prepare();
    let context = Context::new(global, diff.repo.as_deref())?;
    let Some(format) = diff.format.report() else { return json_patch(&context, diff).await };
    if diff.with_secrets {
        return Err(Failure::Usage("--with-secrets belongs to --format json-patch; reports mask secrets".to_owned()));
    }
    let file = diff.output.as_deref().map(ReportFile::begin).transpose()?;
    let rules = rules(&context, diff)?;
    let key = fingerprint_key::from_variable()?;
    let masker = Masker::new(key.as_deref(), &rules.settings().limits);
    let most_deltas = rules.settings().limits.report_deltas;
    let report = compare(&context, diff, rules, masker).await?;
    let text = drift::report::render(&report, format.into(), &context.output.layout(most_deltas));
    context.output.report(&text, file, None)?;
    Ok(if report.outcome.deltas.is_empty() { Verdict::Yes } else { Verdict::No })
}

fn rules(context: &Context, diff: &args::Diff) -> Result<Rules, Failure> {
    let environment = context.config.environment(&diff.environment)?;
    let source = context.rules(&Service::named(SERVICE), &environment, diff.policy.as_deref())?;
    let rules = Rules::compile(source)?;
    rules.check_environments(&context.config.environments)?;
    Ok(rules)
}

/// What is compared.
enum Pair {
    Files(PathBuf, PathBuf),
    Trees(Box<dyn FnOnce() -> Result<(Source, Source), SourceError> + Send>),
}

fn pair(context: &Context, diff: &args::Diff) -> Result<Pair, Failure> {
    let (golden, candidate) = (context.folder.join(&diff.golden), context.folder.join(&diff.candidate));
    Ok(match &diff.repo {
        Some(repo) => {
            let (repo, old, new) = (context.path(repo), diff.golden.clone(), diff.candidate.clone());
            Pair::Trees(Box::new(move || Ok((Source::open_git(&repo, &old)?, Source::open_git(&repo, &new)?))))
        }
        None if golden.is_file() && candidate.is_file() => Pair::Files(golden, candidate),
        None if golden.is_file() || candidate.is_file() => {
            let message = format!("{} and {} are not both files or both directories", diff.golden, diff.candidate);
            return Err(Failure::Usage(message));
        }
        None => {
            Pair::Trees(Box::new(move || Ok((Source::open_directory(&golden)?, Source::open_directory(&candidate)?))))
        }
    })
}

async fn compare(context: &Context, diff: &args::Diff, rules: Rules, masker: Masker) -> Result<Report, Failure> {
    let open = match pair(context, diff)? {
        Pair::Files(golden, candidate) => return files(context, &golden, &candidate, (&rules, &masker)),
        Pair::Trees(open) => open,
    };
    let scope = context.scope(&Service::named(SERVICE), None)?;
    let environment = Some(rules.source.environment.clone());
    let (bar, environments) = (context.output.progress(), context.config.environments.clone());
    let compared = tokio::task::spawn_blocking(move || -> Result<Done, ServiceError> {
        let (golden, candidate) = open()?;
        let collected = Collected::collect(golden, candidate, &scope)?;
        let terms = (&rules, &masker, &environments);
        let judged = collected.judge(terms, false, &|progress| show(&bar, progress))?;
        Ok(collected.conclude(judged, &rules, Facts::default()).0)
    });
    let done = compared.await.map_err(|_| ServiceError::Worker("comparing files".to_owned()))??;
    Ok(Report { run: None, environment, golden: done.golden, candidate: done.candidate, outcome: done.outcome })
}

/// Prints RFC 6902 operations. They hold values in clear, so that those of secrets go to a file of the owner only.
async fn json_patch(context: &Context, diff: &args::Diff) -> Result<Verdict, Failure> {
    let begin = if diff.with_secrets { ReportFile::begin_private } else { ReportFile::begin };
    let file = diff.output.as_deref().map(begin).transpose()?;
    let limits = rules(context, diff)?.settings().limits.clone();
    let (patches, single) = match pair(context, diff)? {
        Pair::Files(golden, candidate) => {
            let (name, old, new) = read_files(&golden, &candidate)?;
            let patch = comparison::json_patch_of_files(&name, old, new, &limits)?;
            (BTreeMap::from([(name, patch)]), true)
        }
        Pair::Trees(open) => {
            let scope = context.scope(&Service::named(SERVICE), None)?;
            let made = tokio::task::spawn_blocking(move || -> Result<BTreeMap<String, Patch>, ServiceError> {
                let (golden, candidate) = open()?;
                Collected::collect(golden, candidate, &scope)?.json_patches(&limits)
            });
            (made.await.map_err(|_| ServiceError::Worker("making a patch".to_owned()))??, false)
        }
    };
    let secret = patches.iter().find_map(|(file, patch)| Some((file, patch.secret.as_ref()?)));
    if let (Some((file, pointer)), false) = (secret, diff.with_secrets) {
        let refusal = Refusal::SecretInPatch { file: file.clone(), place: format!("at {pointer}") };
        return Err(ServiceError::from(refusal).into());
    }
    let same = patches.values().all(|patch| patch.operations.is_empty());
    let mut operations = patches.into_iter().map(|(file, patch)| (file, patch.operations));
    let answer = match single {
        true => JsonPatch::File(operations.next().map(|(_, operations)| operations).unwrap_or_default()),
        false => JsonPatch::Tree(operations.filter(|(_, operations)| !operations.is_empty()).collect()),
    };
    let text = serde_json::to_string_pretty(&answer)?;
    context.output.report(&format!("{}\n", escape::json(&text)), file, None)?;
    Ok(if same { Verdict::Yes } else { Verdict::No })
}

/// The contents of two files and their one name, the candidate's, which also gives the format.
fn read_files(golden: &Path, candidate: &Path) -> Result<(String, Vec<u8>, Vec<u8>), Failure> {
    let read =
        |path: &Path| std::fs::read(path).map_err(|cause| Failure::File { path: path.display().to_string(), cause });
    let name = candidate.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok((name, read(golden)?, read(candidate)?))
}

/// Two files are compared under one name.
fn files(
    context: &Context,
    golden: &Path,
    candidate: &Path,
    (rules, masker): (&Rules, &Masker),
) -> Result<Report, Failure> {
    let (name, old, new) = read_files(golden, candidate)?;
    let side = |path: &Path, bytes: &[u8]| Side {
        kind: SideKind::File,
        rev: None,
        commit: None,
        path: Some(path.display().to_string()),
        digest: comparison::file_digest(bytes),
    };
    let (golden, candidate_side) = (side(golden, &old), side(candidate, &new));
    let outcome = comparison::compare_files(&name, (old, new), (rules, masker, &context.config.environments));
    let environment = Some(rules.source.environment.clone());
    Ok(Report { run: None, environment, golden, candidate: candidate_side, outcome })
}
