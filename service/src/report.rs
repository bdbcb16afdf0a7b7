//! Reports: stored as they were told, and told again from the rows of a run.

use chrono::{DateTime, SecondsFormat, Utc};
use drift::outcome::Outcome;
use drift::report::{Layout, Report, ReportFormat, RunHead, render};
use entity::reports::{ActiveModel, Entity, Model, ReportType};
use entity::stored::Stored;
use entity::validation_runs::{self, RunStatus};
use sea_orm::{ActiveModelTrait, ConnectionTrait, Set};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::ServiceError;
use crate::{certification, context_bundle, delta, policy_validation, rule_set, run};

/// Text reports are stored without colours and this wide.
const STORED_WIDTH: u16 = 100;

/// Stores the report of a run in one format.
pub async fn store(
    db: &impl ConnectionTrait,
    (id, run): (Uuid, Uuid),
    format: ReportFormat,
    content: String,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let digest: String = Sha256::digest(content.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let row = ActiveModel {
        id: Set(id),
        created_at: Set(now.fixed_offset()),
        run_id: Set(run),
        report_type: Set(ReportType::Run.stored().to_owned()),
        format: Set(format.stored().to_owned()),
        content: Set(content),
        digest: Set(digest),
    };
    row.insert(db).await?;
    Ok(())
}

/// The reports of a run in one format, as they were told.
pub async fn of_run(db: &impl ConnectionTrait, run: Uuid, format: ReportFormat) -> Result<Vec<Model>, ServiceError> {
    Ok(Entity::of_run(run, format).all(db).await?)
}

/// How a stored report is laid out.
pub(crate) const fn stored_layout(most_deltas: u32) -> Layout {
    Layout { color: false, width: STORED_WIDTH, most_deltas: most_deltas as usize }
}

/// The report of a finished run, made again from its rows. An error when the run has no outcome.
pub async fn rebuild(db: &impl ConnectionTrait, run: &validation_runs::Model) -> Result<Report, ServiceError> {
    let status = run.status()?;
    if status != RunStatus::Succeeded {
        return Err(ServiceError::RunStatus { run: run.id.to_string(), status, wanted: RunStatus::Succeeded });
    }
    let (_, bundle) = context_bundle::of_run(db, run.id).await?;
    let deltas = delta::of_run(db, run).await?;
    let rules = match run.rule_set_id {
        Some(id) => rule_set::get(db, id).await?.digest,
        None => String::new(),
    };
    Ok(Report {
        run: Some(head(run, rules, bundle.golden_branch)?),
        environment: None,
        golden: bundle.golden,
        candidate: bundle.candidate,
        outcome: Outcome {
            summary: bundle.summary,
            triage: drift::outcome::Triage::count(&deltas),
            deltas,
            findings: bundle.findings,
            violations: policy_validation::of_run(db, run.id).await?,
            certification: certification::of_run(db, run.id).await?,
        },
    })
}

/// What a report says of its run.
pub(crate) fn head(
    run: &validation_runs::Model,
    rules: String,
    golden_branch: Option<String>,
) -> Result<RunHead, ServiceError> {
    Ok(RunHead {
        id: run.id.to_string(),
        service: run.service_name.clone(),
        environment: run.environment.clone(),
        tier: run.tier()?,
        created_at: run.created_at.to_utc().to_rfc3339_opts(SecondsFormat::Millis, true),
        engine_version: run.engine_version.clone(),
        rules,
        certifiable: run.certifiable,
        golden_branch,
    })
}

/// The report of a run by its name, rendered.
pub async fn show(
    db: &impl ConnectionTrait,
    name: &str,
    format: ReportFormat,
    layout: &Layout,
) -> Result<String, ServiceError> {
    let run = run::find_by_name(db, name).await?;
    Ok(render(&rebuild(db, &run).await?, format, layout))
}
