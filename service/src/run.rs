//! Validation runs: started before the work, and ended exactly once: succeeded, failed or cancelled.

use std::time::Duration;

use chrono::{DateTime, Utc};
use drift::delta::Class;
use drift::facts::Context;
use drift::finding::Severity;
use drift::outcome::Outcome;
use drift::risk::Risk;
use drift::settings::Tier;
use entity::stored::Stored;
use entity::validation_runs::{ActiveModel, Column, Entity, Model, Origin, RunStatus, RunSummary};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::error::{ServiceError, to_document};
use crate::page::{Cursor, Page, Rows};

const TABLE: &str = "validation_runs";

/// What is known of a run before it compares anything.
#[derive(Clone, Debug)]
pub struct NewRun {
    /// Its id.
    pub id: Uuid,
    /// The service.
    pub service: String,
    /// The environment's resolved name.
    pub environment: String,
    /// Its tier.
    pub tier: Tier,
    /// What started it.
    pub origin: Origin,
    /// Who asked.
    pub requested_by: Option<String>,
    /// The caller's project or merge request.
    pub external_ref: Option<String>,
    /// What the caller stated, masked.
    pub context: Context,
    /// The repository's address without credentials.
    pub repo_url: Option<String>,
    /// The golden branch; None when the run compares with a revision.
    pub golden_branch_id: Option<Uuid>,
    /// The golden side as named.
    pub golden_ref: Option<String>,
    /// Its commit.
    pub golden_commit: Option<String>,
    /// The candidate as named.
    pub candidate_ref: Option<String>,
    /// Its commit.
    pub candidate_commit: Option<String>,
    /// The rules.
    pub rule_set_id: Uuid,
    /// Who works on it: host and process.
    pub worker: String,
}

/// Why a run ended without a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunError {
    /// A word for programs: `lease_expired`, `interrupted`, `failed`.
    pub code: String,
    /// A sentence for people, credentials masked.
    pub message: String,
}

/// Starts a run: from now on it is visible as running.
pub async fn start(db: &impl ConnectionTrait, run: NewRun, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let row = ActiveModel { started_at: Set(Some(now.fixed_offset())), ..first(run, RunStatus::Running, now)? };
    row.insert(db).await?;
    Ok(())
}

/// Stores a run that waits for a worker.
pub async fn enqueue(db: &impl ConnectionTrait, run: NewRun, now: DateTime<Utc>) -> Result<(), ServiceError> {
    first(run, RunStatus::Pending, now)?.insert(db).await?;
    Ok(())
}

/// Starts a run that waited, with what is known now. An error when somebody ended it in the meantime.
pub async fn start_pending(db: &impl ConnectionTrait, run: NewRun, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let id = run.id;
    let started = Entity::update_many()
        .set(ActiveModel { started_at: Set(Some(now.fixed_offset())), ..known(run, RunStatus::Running, now)? })
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(RunStatus::Pending.stored()))
        .exec(db)
        .await?;
    if started.rows_affected == 0 {
        let status = get(db, id).await?.status()?;
        return Err(ServiceError::RunStatus { run: id.to_string(), status, wanted: RunStatus::Pending });
    }
    Ok(())
}

/// The first row of a run.
fn first(run: NewRun, status: RunStatus, now: DateTime<Utc>) -> Result<ActiveModel, ServiceError> {
    let id = run.id;
    let mut row = known(run, status, now)?;
    row.id = Set(id);
    row.created_at = Set(now.fixed_offset());
    row.files_compared = Set(0);
    row.files_changed = Set(0);
    set_counts(&mut row, |_| 0, |_| 0, |_| 0);
    Ok(row)
}

/// What is known of a run that has not ended.
fn known(run: NewRun, status: RunStatus, now: DateTime<Utc>) -> Result<ActiveModel, ServiceError> {
    Ok(ActiveModel {
        service_name: Set(run.service),
        environment: Set(run.environment),
        tier: Set(run.tier.stored().to_owned()),
        status: Set(status.stored().to_owned()),
        origin: Set(run.origin.stored().to_owned()),
        requested_by: Set(run.requested_by),
        external_ref: Set(run.external_ref),
        change_context: Set(to_document(&run.context, TABLE, "change_context", run.id)?),
        repo_url: Set(run.repo_url),
        golden_branch_id: Set(run.golden_branch_id),
        golden_ref: Set(run.golden_ref),
        golden_commit: Set(run.golden_commit),
        candidate_ref: Set(run.candidate_ref),
        candidate_commit: Set(run.candidate_commit),
        certifiable: Set(run.golden_branch_id.is_some()),
        rule_set_id: Set(Some(run.rule_set_id)),
        engine_version: Set(drift::engine::ENGINE_VERSION.to_owned()),
        worker: Set(Some(run.worker)),
        heartbeat_at: Set(Some(now.fixed_offset())),
        ..Default::default()
    })
}

fn set_counts(
    row: &mut ActiveModel,
    by_risk: impl Fn(Risk) -> i64,
    by_class: impl Fn(Class) -> i64,
    by_severity: impl Fn(Severity) -> i64,
) {
    row.critical_count = Set(by_risk(Risk::Critical));
    row.high_count = Set(by_risk(Risk::High));
    row.medium_count = Set(by_risk(Risk::Medium));
    row.low_count = Set(by_risk(Risk::Low));
    row.allowed_count = Set(by_risk(Risk::Allowed));
    row.value_count = Set(by_class(Class::Value));
    row.type_count = Set(by_class(Class::Type));
    row.order_count = Set(by_class(Class::Order));
    row.equivalent_count = Set(by_class(Class::Equivalent));
    row.text_count = Set(by_class(Class::Text));
    row.unreadable_count = Set(by_class(Class::Unreadable));
    row.finding_critical_count = Set(by_severity(Severity::Critical));
    row.finding_high_count = Set(by_severity(Severity::High));
    row.finding_medium_count = Set(by_severity(Severity::Medium));
    row.finding_low_count = Set(by_severity(Severity::Low));
}

/// Says that the worker is alive; false when the run has ended, and nothing is done to it.
pub async fn beat(db: &impl ConnectionTrait, run: Uuid, now: DateTime<Utc>) -> Result<bool, ServiceError> {
    Ok(beat_all(db, &[run], now).await? == 1)
}

/// Says that the worker of these runs is alive, and tells of how many: nothing is done to those that have ended.
pub async fn beat_all(db: &impl ConnectionTrait, runs: &[Uuid], now: DateTime<Utc>) -> Result<u64, ServiceError> {
    let beaten = Entity::update_many()
        .col_expr(Column::HeartbeatAt, Expr::value(now.fixed_offset()))
        .filter(Column::Id.is_in(runs.iter().copied()))
        .filter(Column::Status.is_in(UNFINISHED.map(RunStatus::stored)))
        .exec(db)
        .await?;
    Ok(beaten.rows_affected)
}

/// What a finished run adds to its row.
pub(crate) struct Finish<'a> {
    pub(crate) outcome: &'a Outcome,
    pub(crate) candidate_digest: &'a str,
    pub(crate) facts: serde_json::Value,
}

/// Ends a running run with its outcome. An error when somebody ended it in the meantime.
pub(crate) async fn succeed(
    db: &impl ConnectionTrait,
    run: &Model,
    finish: Finish<'_>,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let outcome = finish.outcome;
    let mut row = ended(run, RunStatus::Succeeded, now);
    row.decision = Set(Some(outcome.certification.decision.stored().to_owned()));
    row.score = Set(Some(score(outcome.certification.score)));
    row.candidate_digest = Set(Some(finish.candidate_digest.to_owned()));
    row.facts = Set(Some(finish.facts));
    row.files_compared = Set(stored_count(outcome.summary.files));
    row.files_changed = Set(stored_count(outcome.summary.files_changed));
    let findings = |severity| outcome.findings.iter().filter(|finding| finding.severity == severity).count();
    set_counts(
        &mut row,
        |risk| stored_count(outcome.triage.bucket(risk)),
        |class| stored_count(outcome.summary.by_class.get(&class).copied().unwrap_or(0)),
        |severity| i64::try_from(findings(severity)).unwrap_or(i64::MAX),
    );
    end(db, run, row).await
}

/// Ends a run without a decision. Does nothing when it has ended already.
pub async fn fail(
    db: &impl ConnectionTrait,
    run: &Model,
    error: &RunError,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    without_decision(db, run, RunStatus::Failed, error, now).await
}

/// Ends a run because somebody stopped it.
pub async fn cancel(
    db: &impl ConnectionTrait,
    run: &Model,
    error: &RunError,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    without_decision(db, run, RunStatus::Cancelled, error, now).await
}

async fn without_decision(
    db: &impl ConnectionTrait,
    run: &Model,
    status: RunStatus,
    error: &RunError,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let mut row = ended(run, status, now);
    row.error = Set(Some(json!({ "code": error.code, "message": error.message })));
    end(db, run, row).await
}

fn ended(run: &Model, status: RunStatus, now: DateTime<Utc>) -> ActiveModel {
    let started = run.started_at.unwrap_or(run.created_at);
    let elapsed = now.fixed_offset().signed_duration_since(started).num_milliseconds();
    ActiveModel {
        status: Set(status.stored().to_owned()),
        completed_at: Set(Some(now.fixed_offset())),
        execution_time_ms: Set(Some(elapsed.max(0))),
        ..Default::default()
    }
}

async fn end(db: &impl ConnectionTrait, run: &Model, row: ActiveModel) -> Result<(), ServiceError> {
    // The status is part of the condition, so that of two who end a run at one moment the first wins.
    let ended = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(run.id))
        .filter(Column::Status.is_in(UNFINISHED.map(RunStatus::stored)))
        .exec(db)
        .await?;
    if ended.rows_affected == 0 {
        let status = get(db, run.id).await?.status()?;
        return Err(ServiceError::RunStatus { run: run.id.to_string(), status, wanted: RunStatus::Running });
    }
    Ok(())
}

/// The states of a run that has not ended.
const UNFINISHED: [RunStatus; 2] = [RunStatus::Pending, RunStatus::Running];

fn silent_since(lease: Duration, now: DateTime<Utc>) -> DateTime<Utc> {
    chrono::TimeDelta::from_std(lease).ok().and_then(|lease| now.checked_sub_signed(lease)).unwrap_or(now)
}

/// True when a run has not ended and its worker gave no sign of life for longer than the lease.
pub async fn any_silent(db: &impl ConnectionTrait, lease: Duration, now: DateTime<Utc>) -> Result<bool, ServiceError> {
    for status in UNFINISHED {
        if Entity::silent_since(status, silent_since(lease, now)).limit(1).one(db).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Fails every run whose worker gave no sign of life for longer than the lease, and returns how many they were.
pub async fn fail_silent(db: &impl ConnectionTrait, lease: Duration, now: DateTime<Utc>) -> Result<u64, ServiceError> {
    let mut failed = 0;
    for status in UNFINISHED {
        for run in Entity::silent_since(status, silent_since(lease, now)).limit(SILENT_AT_ONCE).all(db).await? {
            let message = format!(
                "no sign of life from {} for more than {} s",
                run.worker.as_deref().unwrap_or("a worker"),
                lease.as_secs()
            );
            match fail(db, &run, &RunError { code: "lease_expired".to_owned(), message }, now).await {
                // Another command saw it too and was faster.
                Ok(()) | Err(ServiceError::RunStatus { .. }) => failed += 1,
                Err(error) => return Err(error),
            }
        }
    }
    Ok(failed)
}

/// Most silent runs that one command fails; the next command goes on.
const SILENT_AT_ONCE: u64 = 1_000;

/// A run by id.
pub async fn get(db: &impl ConnectionTrait, run: Uuid) -> Result<Model, ServiceError> {
    let found = Entity::find_by_id(run).one(db).await?;
    found.ok_or_else(|| ServiceError::NotFound { what: "run", id: run.to_string() })
}

/// A run by id, without its facts.
pub async fn summary(db: &impl ConnectionTrait, run: Uuid) -> Result<RunSummary, ServiceError> {
    let found = RunSummary::by_id(db.get_database_backend(), run).one(db).await?;
    found.ok_or_else(|| ServiceError::NotFound { what: "run", id: run.to_string() })
}

/// A run by its id, or by at least six digits of its end, as long as it is the only one among the newest runs.
pub async fn find_by_name(db: &impl ConnectionTrait, name: &str) -> Result<Model, ServiceError> {
    if let Ok(id) = name.parse() {
        return get(db, id).await;
    }
    let not_found = || ServiceError::NotFound { what: "run", id: name.to_owned() };
    if name.len() < SHORTEST_NAME || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(not_found());
    }
    let newest =
        Entity::newest(None).select_only().column(Column::Id).limit(NAMED_AMONG).into_tuple::<Uuid>().all(db).await?;
    let mut found = newest.into_iter().filter(|id| id.simple().to_string().ends_with(&name.to_ascii_lowercase()));
    match (found.next(), found.next()) {
        (Some(id), None) => get(db, id).await,
        (Some(first), Some(second)) => Err(ServiceError::Ambiguous {
            what: "run",
            id: name.to_owned(),
            found: vec![first.to_string(), second.to_string()],
        }),
        (None, _) => Err(not_found()),
    }
}

/// Fewest digits of a run's id that name it.
const SHORTEST_NAME: usize = 6;

/// How many of the newest runs are looked through for a short name.
const NAMED_AMONG: u64 = 10_000;

/// A page of runs, newest first: of all services, of one, or of one in one environment.
pub async fn list(
    db: &impl ConnectionTrait,
    service: Option<&str>,
    environment: Option<&str>,
    page: Page,
) -> Result<Rows<RunSummary>, ServiceError> {
    let mut select = Entity::newest(page.after);
    if let Some(service) = service {
        select = select.filter(Column::ServiceName.eq(service));
    }
    if let Some(environment) = environment {
        select = select.filter(Column::Environment.eq(environment));
    }
    let rows = RunSummary::all(db, select.limit(page.fetch())).await?;
    Ok(page.cut(rows, |run| Cursor { created_at: run.created_at.to_utc(), id: run.id }))
}

/// A score as stored: 0 to 100.
pub(crate) fn score(score: i32) -> i16 {
    i16::try_from(score.clamp(0, 100)).unwrap_or(0)
}

/// A count as stored.
pub(crate) fn stored_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
