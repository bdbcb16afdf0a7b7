//! The overview: services × environments with their last run against and what is certified, and the numbers over all.

use axum::extract::State;
use serde::Serialize;
use service::overview::{self, Cell};
use service::registry;
use utoipa::ToSchema;

use super::answers::Problems;
use super::golden_branches::GoldenBranchView;
use super::runs::RunView;
use crate::auth::Reader;
use crate::extract::Query;
use crate::page::{self, List, PageQuery};
use crate::problem::Problem;
use crate::state::Edge;

/// A service in an environment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CellView {
    /// The service.
    pub(crate) service: String,
    /// The environment.
    pub(crate) environment: String,
    /// Its newest run against a golden branch; comparisons with a revision do not count.
    pub(crate) last_run: Option<RunView>,
    /// Its active golden branch.
    pub(crate) golden_branch: Option<GoldenBranchView>,
}

impl CellView {
    /// A cell, told.
    pub(crate) fn of(cell: Cell) -> Result<Self, Problem> {
        Ok(Self {
            service: cell.service,
            environment: cell.environment,
            last_run: cell.last_run.map(RunView::of).transpose()?,
            golden_branch: cell.golden.map(GoldenBranchView::of),
        })
    }
}

/// The cells of a page of active services, and the name to go on from: three queries.
pub(crate) async fn cells(
    edge: &Edge,
    after: Option<&str>,
    limit: u64,
) -> Result<(Vec<CellView>, Option<String>), Problem> {
    let db = edge.session().db.reader();
    let (services, next) = registry::list(db, after, limit.min(overview::MOST_SERVICES)).await?;
    let names: Vec<String> = services.into_iter().filter(|one| one.is_active).map(|one| one.service_name).collect();
    let environments: Vec<String> =
        edge.catalog().environments.configured().iter().map(|environment| environment.name.clone()).collect();
    let cells = overview::cells(db, &names, &environments).await?;
    Ok((cells.into_iter().map(CellView::of).collect::<Result<_, _>>()?, next))
}

/// Services × environments: the last run and the active golden branch of each; a page holds so many services
#[utoipa::path(get, path = "/api/v1/overview", operation_id = "show_overview", tag = "overview", security(("token" = ["read"])), params(PageQuery),
    responses((status = 200, description = "a page of cells", body = List<CellView>), Problems))]
pub(crate) async fn show(
    _: Reader,
    State(edge): State<Edge>,
    Query(query): Query<PageQuery>,
) -> Result<List<CellView>, Problem> {
    let (items, next) = cells(&edge, query.after_name()?, page::limit(query.limit)?).await?;
    Ok(List { items, next })
}

/// Numbers over the first 500 services in all environments, told by their last runs against a golden branch.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Statistics {
    /// False when there are more services than these numbers cover.
    complete: bool,
    /// Active services.
    services: usize,
    /// Services × environments.
    cells: usize,
    /// Cells with an active golden branch.
    certified: usize,
    /// Cells whose last run decided AUTO_MERGE.
    auto_merge: usize,
    /// Cells whose last run decided HUMAN_REVIEW.
    human_review: usize,
    /// Cells whose last run decided BLOCK_MERGE.
    block_merge: usize,
    /// Cells whose last run failed or was cancelled.
    without_decision: usize,
    /// Cells whose last run has not ended.
    under_way: usize,
    /// Cells without any run.
    never_run: usize,
    /// Deltas that no rule allows, of the last runs that have a decision; of the other cells nobody knows.
    open_deltas: i64,
    /// Runs that wait for a worker of this process.
    waiting: usize,
    /// Runs that workers of this process have.
    running: usize,
}

/// Numbers for the overview
#[utoipa::path(get, path = "/api/v1/statistics", operation_id = "show_statistics", tag = "overview", security(("token" = ["read"])),
    responses((status = 200, description = "the numbers", body = Statistics), Problems))]
pub(crate) async fn statistics(_: Reader, State(edge): State<Edge>) -> Result<axum::Json<Statistics>, Problem> {
    use drift::decision::Decision;
    let (cells, next) = cells(&edge, None, overview::MOST_SERVICES).await?;
    let (waiting, running) = edge.queue().load();
    let complete = next.is_none();
    let mut numbers = Statistics { complete, cells: cells.len(), waiting, running, ..Statistics::default() };
    let mut services: Vec<&str> = cells.iter().map(|cell| cell.service.as_str()).collect();
    services.dedup();
    numbers.services = services.len();
    for cell in &cells {
        numbers.certified += usize::from(cell.golden_branch.is_some());
        let Some(run) = &cell.last_run else {
            numbers.never_run += 1;
            continue;
        };
        if run.decision.is_some() {
            let counts = &run.counts;
            numbers.open_deltas += counts.critical + counts.high + counts.medium + counts.low;
        }
        match run.decision {
            Some(Decision::AutoMerge) => numbers.auto_merge += 1,
            Some(Decision::HumanReview) => numbers.human_review += 1,
            Some(Decision::BlockMerge) => numbers.block_merge += 1,
            None if run.has_ended() => numbers.without_decision += 1,
            None => numbers.under_way += 1,
        }
    }
    Ok(axum::Json(numbers))
}
