//! `golden runs`: list, show, compare and replay stored runs.

use std::collections::BTreeMap;

use chrono::SecondsFormat;
use drift::decision::Decision;
use drift::delta::Delta;
use drift::report::ReportFormat;
use entity::validation_runs::RunSummary;
use schemars::JsonSchema;
use serde::Serialize;
use service::error::ServiceError;
use service::page::{Page, read_cursor, write_cursor};
use service::{delta, report, run};

use crate::args::{self, Format, Global, RunList, RunsCommand};
use crate::context::Context;
use crate::exit::{Failure, Verdict};

/// A run in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RunRow {
    id: String,
    service: String,
    environment: String,
    /// pending, running, succeeded, failed or cancelled.
    status: String,
    /// Null until it succeeded.
    decision: Option<Decision>,
    /// Null until it succeeded.
    score: Option<i16>,
    created_at: String,
    completed_at: Option<String>,
    execution_time_ms: Option<i64>,
    requested_by: Option<String>,
    external_ref: Option<String>,
    golden_ref: Option<String>,
    candidate_ref: Option<String>,
    candidate_commit: Option<String>,
    certifiable: bool,
    files_compared: i64,
    files_changed: i64,
    /// Deltas by bucket.
    triage: BTreeMap<&'static str, i64>,
    /// Why it ended without a decision.
    error: Option<serde_json::Value>,
}

/// `golden.runs/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RunsAnswer {
    runs: Vec<RunRow>,
    /// The cursor of the next page; null at the end.
    next: Option<String>,
}

impl RunRow {
    fn new(row: RunSummary) -> Result<Self, ServiceError> {
        let time =
            |time: chrono::DateTime<chrono::FixedOffset>| time.to_utc().to_rfc3339_opts(SecondsFormat::Millis, true);
        let triage = [
            ("critical", row.critical_count),
            ("high", row.high_count),
            ("medium", row.medium_count),
            ("low", row.low_count),
            ("allowed", row.allowed_count),
        ];
        Ok(Self {
            id: row.id.to_string(),
            status: row.status()?.to_string(),
            decision: row.decision()?,
            service: row.service_name,
            environment: row.environment,
            score: row.score,
            created_at: time(row.created_at),
            completed_at: row.completed_at.map(time),
            execution_time_ms: row.execution_time_ms,
            requested_by: row.requested_by,
            external_ref: row.external_ref,
            golden_ref: row.golden_ref,
            candidate_ref: row.candidate_ref,
            candidate_commit: row.candidate_commit,
            certifiable: row.certifiable,
            files_compared: row.files_compared,
            files_changed: row.files_changed,
            triage: BTreeMap::from(triage),
            error: row.error,
        })
    }
}

/// Runs `golden runs`.
pub(crate) async fn run(global: &Global, runs: args::Runs) -> Result<Verdict, Failure> {
    let context = Context::new(global, None)?;
    match runs.command.unwrap_or(RunsCommand::List(runs.list)) {
        RunsCommand::List(list) => list_runs(&context, &list).await,
        RunsCommand::Show { run, format } => show(&context, &run, format.format).await,
        RunsCommand::Compare { left, right, format } => compare(&context, &left, &right, format.format).await,
        RunsCommand::Replay { run, repo, format } => replay(&context, &run, repo.as_deref(), format.format).await,
    }
}

async fn list_runs(context: &Context, list: &RunList) -> Result<Verdict, Failure> {
    let session = context.open().await?;
    let page = page(&list.page)?;
    // An alias names its environment; a name that is not configured any more still finds its old runs.
    let environment = list
        .environment
        .as_deref()
        .map(|word| context.config.environment(word).map_or_else(|_| word.to_owned(), |found| found.name));
    let rows = run::list(session.db.reader(), list.service.as_deref(), environment.as_deref(), page).await?;
    let answer = RunsAnswer {
        runs: rows.rows.into_iter().map(RunRow::new).collect::<Result<_, _>>()?,
        next: rows.next.as_ref().map(write_cursor),
    };
    context.output.answer(list.format.format, "golden.runs/1", answer, |answer| {
        if answer.runs.is_empty() {
            return "no run is stored yet; `golden validate` makes one".to_owned();
        }
        let table = context.output.table(
            &["RUN", "SERVICE", "ENVIRONMENT", "STATUS", "DECISION", "SCORE", "DELTAS", "CREATED"],
            answer.runs.iter().map(row_cells),
        );
        match &answer.next {
            Some(next) => format!("{table}\n… more: --after {next}"),
            None => table,
        }
    })?;
    Ok(Verdict::Yes)
}

fn row_cells(row: &RunRow) -> Vec<String> {
    let dash = || "-".to_owned();
    vec![
        short(&row.id).to_owned(),
        row.service.clone(),
        row.environment.clone(),
        row.status.clone(),
        row.decision.map_or_else(dash, |decision| decision.to_string()),
        row.score.map_or_else(dash, |score| score.to_string()),
        row.triage.values().sum::<i64>().to_string(),
        seconds(&row.created_at),
    ]
}

/// A time without its milliseconds.
fn seconds(time: &str) -> String {
    time.split_once('.').map_or_else(|| time.to_owned(), |(whole, _)| format!("{whole}Z"))
}

/// The last part of a run's id, which names it as well: the whole would not fit beside the other columns.
fn short(id: &str) -> &str {
    id.rsplit('-').next().unwrap_or(id)
}

/// The page that the arguments ask for.
pub(crate) fn page(arguments: &args::Page) -> Result<Page, Failure> {
    let after = arguments.after.as_deref().map(read_cursor).transpose()?;
    Ok(Page { after, limit: arguments.limit })
}

/// `golden.run/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RunAnswer {
    run: RunRow,
    /// What the caller stated.
    change_context: serde_json::Value,
    /// The facts record; null until it succeeded.
    facts: Option<serde_json::Value>,
    engine_version: String,
    worker: Option<String>,
    /// Golden branches that were certified from this run.
    certified_as: Vec<String>,
}

async fn show(context: &Context, name: &str, format: Format) -> Result<Verdict, Failure> {
    let session = context.open().await?;
    let db = session.db.reader();
    let row = run::find_by_name(db, name).await?;
    let certified = service::golden_branch::of_run(db, row.id).await?;
    let answer = RunAnswer {
        change_context: row.change_context.clone(),
        facts: row.facts.clone(),
        engine_version: row.engine_version.clone(),
        worker: row.worker.clone(),
        certified_as: certified.into_iter().map(|branch| branch.branch_name).collect(),
        run: RunRow::new(row.into())?,
    };
    let told = match answer.run.decision {
        Some(_) => Some(
            report::show(
                db,
                &answer.run.id,
                ReportFormat::Text,
                &context.output.layout(context.config.file.limits.report_deltas),
            )
            .await?,
        ),
        None => None,
    };
    context.output.answer(format, "golden.run/1", answer, |answer| {
        let mut lines = vec![
            format!("run        {}", answer.run.id),
            format!("status     {}", answer.run.status),
            format!("created    {}", answer.run.created_at),
            format!("worker     {}", answer.worker.as_deref().unwrap_or("-")),
        ];
        if let Some(error) = &answer.run.error {
            lines.push(format!(
                "error      {}",
                error.get("message").and_then(|message| message.as_str()).unwrap_or("-")
            ));
        }
        lines.extend(answer.certified_as.iter().map(|branch| format!("certified  {branch}")));
        lines.extend(told.map(|told| format!("\n{told}")));
        lines.join("\n")
    })?;
    Ok(Verdict::Yes)
}

/// `golden.runs-compare/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CompareAnswer {
    left: String,
    right: String,
    /// Deltas of the right run that the left one has not.
    came: Vec<Delta>,
    /// Deltas of the left run that the right one has not.
    went: Vec<Delta>,
    /// Deltas of both that are shown otherwise or in another bucket: those of the right run.
    differ: Vec<Delta>,
    /// How many both have unchanged.
    same: usize,
}

async fn compare(context: &Context, left: &str, right: &str, format: Format) -> Result<Verdict, Failure> {
    let session = context.open().await?;
    let db = session.db.reader();
    let (left, right) = (run::find_by_name(db, left).await?, run::find_by_name(db, right).await?);
    let compared = delta::compare(db, &left, &right).await?;
    let answer = CompareAnswer {
        left: left.id.to_string(),
        right: right.id.to_string(),
        came: compared.came,
        went: compared.went,
        differ: compared.differ,
        same: compared.same,
    };
    let verdict = if answer.came.is_empty() && answer.went.is_empty() && answer.differ.is_empty() {
        Verdict::Yes
    } else {
        Verdict::No
    };
    context.output.answer(format, "golden.runs-compare/1", answer, |answer| {
        let parts = [("came", &answer.came), ("went", &answer.went), ("differ", &answer.differ)];
        let rows = parts.into_iter().flat_map(|(word, deltas)| {
            deltas.iter().map(move |delta| {
                vec![
                    word.to_owned(),
                    delta.risk.to_string(),
                    delta.file.clone(),
                    delta.key_path.clone(),
                    delta.id.clone(),
                ]
            })
        });
        let table = context.output.table(&["", "RISK", "FILE", "KEY", "DELTA"], rows);
        format!("{table}\n{} deltas are the same in both runs", answer.same)
    })?;
    Ok(verdict)
}

/// `golden.replay/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReplayAnswer {
    run: String,
    /// True when the same bytes came out.
    same: bool,
    /// The engine that decided then, and the one that replays now.
    engine_then: String,
    engine_now: String,
    /// The decision of the replay.
    decision: Decision,
    /// The score of the replay.
    score: i32,
}

async fn replay(
    context: &Context,
    name: &str,
    repo: Option<&std::path::Path>,
    format: Format,
) -> Result<Verdict, Failure> {
    let session = context.open().await?;
    let row = run::find_by_name(session.db.reader(), name).await?;
    let target = context.target(&row.service_name, &row.environment, repo, None)?;
    let replayed = service::replay::replay(&session, &row, &target, &context.fingerprint_key()?).await?;
    let certification = &replayed.report.outcome.certification;
    let answer = ReplayAnswer {
        run: row.id.to_string(),
        same: replayed.same,
        engine_then: row.engine_version.clone(),
        engine_now: drift::engine::ENGINE_VERSION.to_owned(),
        decision: certification.decision,
        score: certification.score,
    };
    let verdict = if answer.same { Verdict::Yes } else { Verdict::No };
    context.output.answer(format, "golden.replay/1", answer, |answer| {
        let word = match (answer.same, answer.engine_then == answer.engine_now) {
            (true, _) => "the same bytes come out",
            (false, true) => "something else comes out",
            (false, false) => "something else comes out, as another engine decided then",
        };
        format!(
            "run {}: {word}: {} with score {} (engine {} then, {} now)",
            answer.run, answer.decision, answer.score, answer.engine_then, answer.engine_now
        )
    })?;
    Ok(verdict)
}
