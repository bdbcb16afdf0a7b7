//! `golden validate`: the main job, for one service and environment or for all of golden.toml.

use std::path::Path;

use drift::decision::Decision;
use drift::facts::Context as Stated;
use drift::report::Report;
use indicatif::ProgressBar;
use schemars::JsonSchema;
use serde::Serialize;
use service::comparison::Progress;
use service::session::Session;
use service::validation::{Candidate, Request, Validation, validate};

use crate::args::{self, FailOn, Global, ReportFormat};
use crate::command::serve::interrupted;
use crate::context::{Context, local_user};
use crate::exit::{Failure, Verdict};
use crate::report_file::ReportFile;

/// One run of `--all`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AllRow {
    service: String,
    environment: String,
    /// Null when the run could not be made.
    run: Option<String>,
    decision: Option<Decision>,
    score: Option<i32>,
    deltas: Option<u64>,
    /// Why the run could not be made.
    error: Option<String>,
}

/// `golden.validate-all/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AllAnswer {
    runs: Vec<AllRow>,
}

/// Runs `golden validate`.
pub(crate) async fn run(global: &Global, arguments: &args::Validate) -> Result<Verdict, Failure> {
    let context = Context::new(global, arguments.repo.as_deref())?;
    let file = arguments.output.as_deref().map(ReportFile::begin).transpose()?;
    match (&arguments.service, &arguments.environment) {
        (Some(service), Some(environment)) if !arguments.all => {
            let (report, text) = one(&context, None, arguments, service, environment).await?;
            context.output.report(&text, file, report.run.as_ref().map(|run| run.id.as_str()))?;
            Ok(verdict(arguments.fail_on, report.outcome.certification.decision))
        }
        _ => all(&context, arguments, file).await,
    }
}

fn verdict(fail_on: FailOn, decision: Decision) -> Verdict {
    let fails = match fail_on {
        FailOn::Review => Decision::HumanReview,
        FailOn::Block => Decision::BlockMerge,
    };
    if decision >= fails { Verdict::No } else { Verdict::Yes }
}

/// Makes one run and renders its report in the format that was asked for.
async fn one(
    context: &Context,
    session: Option<&Session>,
    arguments: &args::Validate,
    service: &str,
    environment: &str,
) -> Result<(Report, String), Failure> {
    let target = context.target(service, environment, arguments.repo.as_deref(), arguments.policy.as_deref())?;
    let stated = stated(context, arguments)?;
    let opened = match session {
        Some(session) => session.clone(),
        None => context.open().await?,
    };
    let most_deltas = target.rules.settings.limits.report_deltas;
    let bar = context.output.progress();
    let request = Request {
        id: context.clock.id(),
        target,
        candidate: arguments.candidate.clone().map_or(Candidate::Worktree, Candidate::Named),
        folder: context.folder.clone(),
        golden: arguments.golden.clone(),
        stated,
        origin: entity::validation_runs::Origin::Cli,
        requested_by: arguments.requested_by.clone().or_else(local_user),
        external_ref: arguments.external_ref.clone(),
        format: arguments.format.into(),
        key: context.fingerprint_key()?,
    };
    let id = request.id;
    let progress = {
        let bar = bar.clone();
        move |progress| show(&bar, progress)
    };
    let Validation { report } = tokio::select! {
        done = validate(&opened, request, progress) => done?,
        () = interrupted() => {
            service::validation::cancel(&opened, id).await?;
            return Err(Failure::Interrupted);
        }
    };
    bar.finish_and_clear();
    let text = drift::report::render(&report, arguments.format.into(), &context.output.layout(most_deltas));
    Ok((report, text))
}

/// Tells a progress bar how far the work is.
pub(crate) fn show(bar: &ProgressBar, progress: Progress) {
    match progress {
        Progress::Collecting => bar.set_message("collecting"),
        Progress::Comparing { done, total } => {
            bar.set_message("comparing");
            bar.set_length(total);
            bar.set_position(done);
        }
        Progress::Storing => bar.set_message("storing"),
    }
}

/// What the caller stated, as it was stated; the service masks it.
fn stated(context: &Context, arguments: &args::Validate) -> Result<Stated, Failure> {
    let description = arguments.description_file.as_deref().map(|path| read(&context.folder.join(path))).transpose()?;
    Ok(Stated {
        ticket: arguments.ticket.clone(),
        tags: arguments.tags.clone(),
        rollback_plan: arguments.rollback_plan.clone(),
        evidence: arguments.evidence.iter().cloned().collect(),
        description,
    })
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|cause| Failure::File { path: format!("the description {}", path.display()), cause })
}

async fn all(context: &Context, arguments: &args::Validate, file: Option<ReportFile>) -> Result<Verdict, Failure> {
    if !matches!(arguments.format, ReportFormat::Text | ReportFormat::Json) {
        let message =
            "--all prints a summary as text or json; `golden report RUN --format FORMAT` prints each run".to_owned();
        return Err(Failure::Usage(message));
    }
    if context.config.file.service.is_empty() {
        return Err(Failure::Usage(
            "--all needs a golden.toml with at least one [[service]]; `golden init` writes one".to_owned(),
        ));
    }
    let session = context.open().await?;
    let mut answer = AllAnswer { runs: Vec::new() };
    let mut worst = Ok(Verdict::Yes);
    for service in &context.config.file.service {
        for environment in context.config.environments.configured() {
            let made = one(context, Some(&session), arguments, &service.name, &environment.name).await;
            if let Err(Failure::Interrupted) = made {
                return Err(Failure::Interrupted);
            }
            let (row, verdict) = row(&service.name, &environment.name, arguments.fail_on, made);
            answer.runs.push(row);
            worst = worse(worst, verdict);
        }
    }
    let text = match arguments.format {
        ReportFormat::Json => {
            let answer = crate::output::Envelope { schema: "golden.validate-all/1", body: &answer };
            drift::report::escape::json(&serde_json::to_string_pretty(&answer)?)
        }
        _ => summary(context, &answer),
    };
    context.output.report(&text, file, None)?;
    worst
}

fn row(
    service: &str,
    environment: &str,
    fail_on: FailOn,
    made: Result<(Report, String), Failure>,
) -> (AllRow, Result<Verdict, Failure>) {
    let mut row = AllRow {
        service: service.to_owned(),
        environment: environment.to_owned(),
        run: None,
        decision: None,
        score: None,
        deltas: None,
        error: None,
    };
    match made {
        Ok((report, _)) => {
            let certification = &report.outcome.certification;
            row.run = report.run.map(|run| run.id);
            row.decision = Some(certification.decision);
            row.score = Some(certification.score);
            row.deltas = Some(report.outcome.summary.deltas);
            (row, Ok(verdict(fail_on, certification.decision)))
        }
        Err(failure) => {
            row.error = Some(failure.to_string());
            (row, Err(failure))
        }
    }
}

/// The worst of two: what could not be told, then no, then yes. A refusal counts as no.
fn worse(left: Result<Verdict, Failure>, right: Result<Verdict, Failure>) -> Result<Verdict, Failure> {
    match (left, right) {
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
        (Ok(Verdict::No), _) | (_, Ok(Verdict::No)) => Ok(Verdict::No),
        (Ok(Verdict::Yes), Ok(Verdict::Yes)) => Ok(Verdict::Yes),
    }
}

fn summary(context: &Context, answer: &AllAnswer) -> String {
    let dash = || "-".to_owned();
    let rows = answer.runs.iter().map(|row| {
        vec![
            row.service.clone(),
            row.environment.clone(),
            row.decision.map_or_else(dash, |decision| decision.to_string()),
            row.score.map_or_else(dash, |score| score.to_string()),
            row.deltas.map_or_else(dash, |deltas| deltas.to_string()),
            row.run.clone().or_else(|| row.error.clone()).unwrap_or_default(),
        ]
    });
    context.output.table(&["SERVICE", "ENVIRONMENT", "DECISION", "SCORE", "DELTAS", "RUN"], rows)
}
