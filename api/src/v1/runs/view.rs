//! A run on the wire.

use chrono::{DateTime, SecondsFormat, Utc};
use drift::decision::Decision;
use drift::settings::Tier;
use entity::stored::{Stored, UnknownText};
use entity::validation_runs::{RunStatus, RunSummary};
use serde::Serialize;
use serde_json::Value as Json;
use service::run::RunError;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::Problem;
use crate::v1::words;

/// A validation run.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RunView {
    /// Its id.
    pub(crate) id: Uuid,
    /// The service.
    pub(crate) service: String,
    /// The environment.
    pub(crate) environment: String,
    /// How strictly the environment is judged.
    #[schema(schema_with = words::tier)]
    pub(crate) tier: Tier,
    /// Where it stands; succeeded, failed and cancelled are ends.
    #[schema(schema_with = words::status)]
    pub(crate) status: &'static str,
    /// What becomes of the candidate; null until the run succeeded.
    #[schema(schema_with = words::decision_or_null, required = true)]
    pub(crate) decision: Option<Decision>,
    /// 0 to 100; null until the run succeeded.
    #[schema(minimum = 0, maximum = 100)]
    pub(crate) score: Option<i16>,
    /// What started it.
    #[schema(schema_with = words::origin)]
    pub(crate) origin: &'static str,
    /// Who asked for it.
    pub(crate) requested_by: Option<String>,
    /// The caller's project or merge request.
    pub(crate) external_ref: Option<String>,
    /// What the caller stated, secrets masked.
    #[schema(value_type = Object)]
    pub(crate) context: Json,
    /// The repository's address without credentials.
    pub(crate) repo_url: Option<String>,
    /// The certified side.
    pub(crate) golden: SideView,
    /// The golden branch that was compared with; null for a comparison with a revision.
    pub(crate) golden_branch_id: Option<Uuid>,
    /// The side that was validated.
    pub(crate) candidate: SideView,
    /// Digest of the candidate's files; null until the run succeeded.
    pub(crate) candidate_digest: Option<String>,
    /// False for a comparison with a revision.
    pub(crate) certifiable: bool,
    /// The engine that compared.
    pub(crate) engine_version: String,
    /// How much was compared and found.
    pub(crate) counts: RunCounts,
    /// Why it ended without a decision.
    pub(crate) error: Option<RunProblem>,
    /// When it was asked for, RFC 3339, UTC.
    #[schema(format = DateTime)]
    pub(crate) created_at: String,
    /// When a worker took it.
    #[schema(format = DateTime)]
    pub(crate) started_at: Option<String>,
    /// When it ended.
    #[schema(format = DateTime)]
    pub(crate) completed_at: Option<String>,
    /// How long it took, in milliseconds.
    #[schema(minimum = 0)]
    pub(crate) execution_time_ms: Option<i64>,
}

/// One side of a run.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SideView {
    /// As it was named.
    pub(crate) name: Option<String>,
    /// Its commit; null for a directory and a changed work tree.
    pub(crate) commit: Option<String>,
}

/// How much was compared and found; all zero until the run succeeded.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct RunCounts {
    /// Configuration files of both sides, each path once.
    pub(crate) files_compared: i64,
    /// Files whose bytes differ.
    pub(crate) files_changed: i64,
    /// Deltas in critical.
    pub(crate) critical: i64,
    /// Deltas in high.
    pub(crate) high: i64,
    /// Deltas in medium.
    pub(crate) medium: i64,
    /// Deltas in low.
    pub(crate) low: i64,
    /// Deltas that a rule or waiver allows.
    pub(crate) allowed: i64,
    /// Findings of every severity.
    pub(crate) findings: i64,
}

/// Why a run ended without a decision.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RunProblem {
    /// A word for programs.
    pub(crate) code: String,
    /// A sentence for people.
    pub(crate) message: String,
}

/// A time on the wire: UTC, RFC 3339, whole milliseconds.
pub(crate) fn time(at: impl Into<DateTime<Utc>>) -> String {
    at.into().to_rfc3339_opts(SecondsFormat::Millis, true)
}

impl RunView {
    /// A stored run, told.
    pub(crate) fn of(run: RunSummary) -> Result<Self, Problem> {
        let unreadable = |error: UnknownText| Problem::internal(&error);
        let tier = run.tier().map_err(unreadable)?;
        let status = run.status().map_err(unreadable)?.stored();
        let decision = run.decision().map_err(unreadable)?;
        let origin = run.origin().map_err(unreadable)?.stored();
        let counts = RunCounts::of(&run);
        let error: Option<RunError> =
            run.error.map(serde_json::from_value).transpose().map_err(|error| Problem::internal(&error))?;
        Ok(Self {
            id: run.id,
            service: run.service_name,
            environment: run.environment,
            tier,
            status,
            decision,
            score: run.score,
            origin,
            requested_by: run.requested_by,
            external_ref: run.external_ref,
            context: run.change_context,
            repo_url: run.repo_url,
            golden: SideView { name: run.golden_ref, commit: run.golden_commit },
            golden_branch_id: run.golden_branch_id,
            candidate: SideView { name: run.candidate_ref, commit: run.candidate_commit },
            candidate_digest: run.candidate_digest,
            certifiable: run.certifiable,
            engine_version: run.engine_version,
            counts,
            error: error.map(|error| RunProblem { code: error.code, message: error.message }),
            created_at: time(run.created_at),
            started_at: run.started_at.map(time),
            completed_at: run.completed_at.map(time),
            execution_time_ms: run.execution_time_ms,
        })
    }

    /// True when it will never change again.
    pub(crate) fn has_ended(&self) -> bool {
        RunStatus::MEMBERS.iter().any(|status| status.stored() == self.status && status.has_ended())
    }
}

impl RunCounts {
    fn of(run: &RunSummary) -> Self {
        let findings =
            [run.finding_critical_count, run.finding_high_count, run.finding_medium_count, run.finding_low_count];
        Self {
            files_compared: run.files_compared,
            files_changed: run.files_changed,
            critical: run.critical_count,
            high: run.high_count,
            medium: run.medium_count,
            low: run.low_count,
            allowed: run.allowed_count,
            findings: findings.iter().sum(),
        }
    }
}
