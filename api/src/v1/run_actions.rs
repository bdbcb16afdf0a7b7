//! What is done with a run: cancelled, compared with another, computed again.

use std::path::Path as FilePath;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use drift::decision::Decision;
use drift::report::Side;
use entity::validation_runs::Model;
use serde::Serialize;
use service::context_bundle::{self, Bundle};
use service::delta::{self, Compared};
use service::{replay, run};
use utoipa::ToSchema;
use uuid::Uuid;

use super::answers::Problems;
use super::deltas::DeltaView;
use super::runs::RunView;
use super::start::target;
use super::words;
use crate::auth::{Reader, Runner};
use crate::extract::Path;
use crate::page::{self, Lasting};
use crate::problem::Problem;
use crate::state::Edge;

/// Most deltas of each list of a comparison.
const MOST_LISTED: usize = 5_000;

/// Cancel a run that waits or is under way
#[utoipa::path(post, path = "/api/v1/runs/{run}/cancel", operation_id = "cancel_run", tag = "runs", security(("token" = ["run"])),
    params(("run" = Uuid, Path, description = "the run's id")),
    responses((status = 200, description = "cancelled", body = RunView), Problems))]
pub(crate) async fn cancel(
    Runner(caller): Runner,
    State(edge): State<Edge>,
    Path(id): Path<Uuid>,
) -> Result<axum::Json<RunView>, Problem> {
    let run = edge.queue().cancel(id, &caller.actor()).await?;
    Ok(axum::Json(RunView::of(run.into())?))
}

/// What two runs share, and what only one has.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComparisonView {
    /// The earlier run.
    left: Uuid,
    /// The later run.
    right: Uuid,
    /// Only in the later run; the first 5,000.
    came: Vec<DeltaView>,
    /// Only in the earlier run; the first 5,000.
    went: Vec<DeltaView>,
    /// In both, judged otherwise; as in the later run; the first 5,000.
    differ: Vec<DeltaView>,
    /// How many are the same in both.
    same: usize,
    /// How many each list would hold without its limit of 5,000.
    totals: ComparisonTotals,
}

/// How much came, went, and is judged otherwise.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComparisonTotals {
    /// Only in the later run.
    came: usize,
    /// Only in the earlier run.
    went: usize,
    /// In both, judged otherwise.
    differ: usize,
}

/// Compare two runs that succeeded, delta by delta
#[utoipa::path(get, path = "/api/v1/runs/{run}/comparison/{other}", operation_id = "compare_runs", tag = "runs", security(("token" = ["read"])),
    params(("run" = Uuid, Path, description = "the earlier run"), ("other" = Uuid, Path, description = "the later run")),
    responses((status = 200, description = "the comparison", body = ComparisonView), (status = 304, description = "known already"), Problems))]
pub(crate) async fn compare(
    _: Reader,
    State(edge): State<Edge>,
    Path((left, right)): Path<(Uuid, Uuid)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let db = edge.session().db.reader();
    let (earlier, later) = (run::get(db, left).await?, run::get(db, right).await?);
    let compared = delta::compare(db, &earlier, &later).await?;
    let views = |deltas: Vec<drift::delta::Delta>| deltas.into_iter().take(MOST_LISTED).map(DeltaView::from).collect();
    let Compared { came, went, differ, .. } = &compared;
    let totals = ComparisonTotals { came: came.len(), went: went.len(), differ: differ.len() };
    let view = ComparisonView {
        left,
        right,
        came: views(compared.came),
        went: views(compared.went),
        differ: views(compared.differ),
        same: compared.same,
        totals,
    };
    page::json(&headers, &view, Lasting::Forever)
}

/// What computing a run again gave.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplayView {
    /// The run.
    run: Uuid,
    /// True when the same bytes came out.
    same: bool,
    /// The engine that decided then.
    engine_then: String,
    /// The engine that replayed now.
    engine_now: &'static str,
    /// The decision of the replay.
    #[schema(schema_with = words::decision)]
    decision: Decision,
    /// The score of the replay.
    #[schema(minimum = 0, maximum = 100)]
    score: i32,
}

/// Compute a run again from its rules, facts and commits
#[utoipa::path(post, path = "/api/v1/runs/{run}/replay", operation_id = "replay_run", tag = "runs", security(("token" = ["run"])),
    params(("run" = Uuid, Path, description = "the run's id")),
    responses((status = 200, description = "what came out", body = ReplayView), Problems))]
pub(crate) async fn replay(
    _: Runner,
    State(edge): State<Edge>,
    Path(id): Path<Uuid>,
) -> Result<axum::Json<ReplayView>, Problem> {
    let run = run::get(edge.session().db.reader(), id).await?;
    let target = target(&edge, &run.service_name, &run.environment).await?;
    check_sides(&edge, &run).await?;
    let replayed = replay::replay(edge.session(), &run, &target, edge.fingerprint_key()).await?;
    let certification = &replayed.report.outcome.certification;
    Ok(axum::Json(ReplayView {
        run: run.id,
        same: replayed.same,
        engine_then: run.engine_version.clone(),
        engine_now: drift::engine::ENGINE_VERSION,
        decision: certification.decision,
        score: certification.score,
    }))
}

/// Refused when a side of a run is a folder that callers of the API may not have read.
pub(crate) async fn check_sides(edge: &Edge, run: &Model) -> Result<(), Problem> {
    if run.completed_at.is_none() || run.decision.is_none() {
        return Ok(());
    }
    let (_, bundle) = context_bundle::of_run(edge.session().db.reader(), run.id).await?;
    check_folders(edge, &bundle)
}

/// Refuses sides that stand in folders outside of what may be read.
pub(crate) fn check_folders(edge: &Edge, bundle: &Bundle) -> Result<(), Problem> {
    let folder = |side: &Side| side.path.clone().filter(|_| side.commit.is_none());
    for path in [&bundle.golden, &bundle.candidate].into_iter().filter_map(folder) {
        edge.catalog().check_folder(FilePath::new(&path))?;
    }
    Ok(())
}
