//! `golden demo`: the whole product at work on a small repository that is made for it.

mod files;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use drift::decision::Decision;
use drift::report::{Layout, Report, ReportFormat, render};
use schemars::JsonSchema;
use serde::Serialize;
use service::certify::{Certify, Signature};
use service::error::ServiceError;
use service::sample;
use service::session::Session;
use service::validation::{Candidate, Request, validate};

use crate::args::{self, Global};
use crate::command::serve::serve_at;
use crate::config::{Config, Source};
use crate::context::Context;
use crate::exit::{Failure, Verdict};
use crate::output::Output;

/// One run of the demo.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DemoRun {
    service: String,
    environment: String,
    decision: Decision,
    score: i32,
    deltas: u64,
    run: String,
    /// Why, in a sentence.
    explanation: String,
    /// The run's reports, one file for each format.
    reports: Vec<String>,
}

/// `golden.demo/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DemoAnswer {
    /// The folder that holds everything.
    directory: String,
    /// The git repository in it.
    repository: String,
    /// The database, without credentials.
    database: String,
    runs: Vec<DemoRun>,
}

/// Runs `golden demo`. Without `--database-url` everything is in the demo's own folder.
pub(crate) async fn run(global: &Global, demo: &args::Demo) -> Result<Verdict, Failure> {
    let directory = directory(demo.directory.as_deref())?;
    let context = prepare(global, &directory)?;
    let session = context.open().await?;
    let mut runs = Vec::new();
    certify_all(&context, &session).await?;
    context.output.note("certified nine golden branches, changing the files …");
    write(&context.folder, &files::CHANGED)?;
    sample::commit_all(&context.folder, "Change what is configured", context.clock.now())
        .map_err(ServiceError::from)?;
    let mut worst: Option<Report> = None;
    for service in files::SERVICES {
        for environment in files::ENVIRONMENTS {
            let report = validate_one(&context, &session, service, environment).await?;
            runs.push(told(&directory, service, environment, &report)?);
            if worst.as_ref().is_none_or(|worst| score(&report) < score(worst)) {
                worst = Some(report);
            }
        }
    }
    let answer = DemoAnswer {
        directory: directory.display().to_string(),
        repository: context.folder.display().to_string(),
        database: session.db.place().to_owned(),
        runs,
    };
    let layout = context.output.layout(context.config.file.limits.report_deltas);
    context.output.answer(demo.format.format, "golden.demo/1", answer, |answer| {
        text(&context, answer, worst.as_ref(), &layout)
    })?;
    if demo.serve {
        let server = &context.config.file.server;
        let address = SocketAddr::new(server.bind, demo.port.unwrap_or(server.port));
        serve_at(&context, context.open_to_serve().await?, address).await?;
    }
    Ok(Verdict::Yes)
}

fn score(report: &Report) -> (std::cmp::Reverse<Decision>, i32) {
    (std::cmp::Reverse(report.outcome.certification.decision), report.outcome.certification.score)
}

/// The folder that was asked for, which must be new, or a temporary one that stays.
fn directory(wanted: Option<&Path>) -> Result<PathBuf, Failure> {
    let failure = |path: &Path, cause| Failure::File { path: path.display().to_string(), cause };
    match wanted {
        Some(path) => {
            std::fs::create_dir(path).map_err(|cause| failure(path, cause))?;
            std::fs::canonicalize(path).map_err(|cause| failure(path, cause))
        }
        None => {
            let made = tempfile::Builder::new().prefix("golden-demo-").tempdir();
            Ok(made.map_err(|cause| failure(&std::env::temp_dir(), cause))?.keep())
        }
    }
}

/// Makes the repository and reads its golden.toml.
fn prepare(global: &Global, directory: &Path) -> Result<Context, Failure> {
    let repository = directory.join("repository");
    write(&repository, &files::CERTIFIED)?;
    sample::init(&repository).map_err(ServiceError::from)?;
    let database_url = match &global.database_url {
        Some(url) if global.database_flag => (url.clone(), Source::Flag),
        _ => (safe_migrate::sqlite_url(&directory.join("golden_config.db"), "mode=rwc"), Source::Default),
    };
    let config = Config::load(&repository, None, Some(database_url))?;
    let context = Context { config, output: Output::new(global), clock: crate::context::clock(), folder: repository };
    sample::commit_all(&context.folder, "Add three services in three environments", context.clock.now())
        .map_err(ServiceError::from)?;
    Ok(context)
}

fn write(root: &Path, files: &[(&str, &str)]) -> Result<(), Failure> {
    for (path, text) in files {
        let path = root.join(path);
        let failure = |cause| Failure::File { path: path.display().to_string(), cause };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failure)?;
        }
        std::fs::write(&path, text).map_err(failure)?;
    }
    Ok(())
}

async fn certify_all(context: &Context, session: &Session) -> Result<(), Failure> {
    for service in files::SERVICES {
        for environment in files::ENVIRONMENTS {
            let target = context.target(service, environment, None, None)?;
            // Another demo may have used the same database: then there is a golden branch of another repository.
            let signature = Signature::new("demo", "first golden version", false)?;
            Certify { session, target: &target, signature, push: None }.initial("HEAD").await?;
        }
    }
    Ok(())
}

async fn validate_one(
    context: &Context,
    session: &Session,
    service: &str,
    environment: &str,
) -> Result<Report, Failure> {
    let request = Request {
        id: context.clock.id(),
        target: context.target(service, environment, None, None)?,
        candidate: Candidate::Named("HEAD".to_owned()),
        folder: context.folder.clone(),
        golden: None,
        stated: drift::facts::Context::default(),
        origin: entity::validation_runs::Origin::Cli,
        requested_by: Some("demo".to_owned()),
        external_ref: None,
        format: ReportFormat::Text,
        key: context.fingerprint_key()?,
    };
    Ok(validate(session, request, |_| {}).await?.report)
}

/// Writes the reports of a run and sums it up.
fn told(directory: &Path, service: &str, environment: &str, report: &Report) -> Result<DemoRun, Failure> {
    let folder = directory.join("reports");
    let failure = |path: &Path, cause| Failure::File { path: path.display().to_string(), cause };
    std::fs::create_dir_all(&folder).map_err(|cause| failure(&folder, cause))?;
    let extensions = [
        (ReportFormat::Text, "txt"),
        (ReportFormat::Markdown, "md"),
        (ReportFormat::Json, "json"),
        (ReportFormat::Sarif, "sarif"),
        (ReportFormat::Junit, "xml"),
        (ReportFormat::Html, "html"),
    ];
    let mut reports = Vec::new();
    for (format, extension) in extensions {
        let path = folder.join(format!("{service}-{environment}.{extension}"));
        let layout = Layout { color: false, width: 100, most_deltas: 50 };
        std::fs::write(&path, render(report, format, &layout)).map_err(|cause| failure(&path, cause))?;
        reports.push(path.display().to_string());
    }
    let certification = &report.outcome.certification;
    Ok(DemoRun {
        service: service.to_owned(),
        environment: environment.to_owned(),
        decision: certification.decision,
        score: certification.score,
        deltas: report.outcome.summary.deltas,
        run: report.run.as_ref().map(|run| run.id.clone()).unwrap_or_default(),
        explanation: certification.explanation.clone(),
        reports,
    })
}

fn text(context: &Context, answer: &DemoAnswer, worst: Option<&Report>, layout: &Layout) -> String {
    let rows = answer.runs.iter().map(|run| {
        vec![
            run.service.clone(),
            run.environment.clone(),
            run.decision.to_string(),
            run.score.to_string(),
            run.deltas.to_string(),
            run.explanation.clone(),
        ]
    });
    let table = context.output.table(&["SERVICE", "ENVIRONMENT", "DECISION", "SCORE", "DELTAS", "WHY"], rows);
    let report = worst
        .map(|worst| format!("The strictest of them in full:\n\n{}\n", render(worst, ReportFormat::Text, layout)))
        .unwrap_or_default();
    format!(
        "{report}{table}\n\n\
         repository  {}\n\
         database    {}\n\
         reports     {}/reports (text, Markdown, JSON, SARIF, JUnit, HTML for each run)\n\n\
         Go on by hand:\n  \
         cd {}\n  \
         golden --database-url '{}' runs list\n",
        answer.repository,
        answer.database,
        answer.directory,
        answer.repository,
        drift::secret::redacted(&context.config.database_url.0),
    )
}
