//! Validation runs: listed and shown.

mod view;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use service::run;
use utoipa::IntoParams;
use uuid::Uuid;

pub(crate) use view::{RunView, time};

use super::answers::Problems;
use crate::auth::Reader;
use crate::extract::{Path, Query};
use crate::page::{self, Lasting, List};
use crate::problem::Problem;
use crate::state::Edge;

/// Which runs to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RunFilter {
    /// Of this service.
    service: Option<String>,
    /// Of this environment or an alias of it, with a service.
    environment: Option<String>,
    /// Most rows.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u64>,
    /// Go on behind this cursor, which is `next` of the page before.
    #[param(max_length = 49, pattern = "^-?[0-9]{1,15}_[0-9a-f]{32}$")]
    after: Option<String>,
}

/// The service and the environment to list, which is named by its aliases as well; 400 for an environment alone, of which
/// no list is in order.
pub(crate) fn place_of<'a>(
    edge: &'a Edge,
    (service, environment): (Option<&'a str>, Option<&'a str>),
) -> Result<(Option<&'a str>, Option<&'a str>), Problem> {
    if environment.is_some() && service.is_none() {
        let detail = "environment needs a service beside it";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "bad-query", detail));
    }
    Ok((service, environment.map(|word| edge.catalog().environment_name(word))))
}

/// Runs, newest first
#[utoipa::path(get, path = "/api/v1/runs", operation_id = "list_runs", tag = "runs", security(("token" = ["read"])), params(RunFilter),
    responses((status = 200, description = "a page of runs", body = List<RunView>), Problems))]
pub(crate) async fn list(
    _: Reader,
    State(edge): State<Edge>,
    Query(filter): Query<RunFilter>,
) -> Result<List<RunView>, Problem> {
    let page = page::page(filter.limit, filter.after.as_deref())?;
    let place = (filter.service.as_deref(), filter.environment.as_deref());
    let (service, environment) = place_of(&edge, place)?;
    let rows = run::list(edge.session().db.reader(), service, environment, page).await?;
    List::of(rows, RunView::of)
}

/// One run; it never changes once it has ended
#[utoipa::path(get, path = "/api/v1/runs/{run}", operation_id = "show_run", tag = "runs", security(("token" = ["read"])),
    params(("run" = Uuid, Path, description = "the run's id")),
    responses((status = 200, description = "the run", body = RunView), (status = 304, description = "known already"), Problems))]
pub(crate) async fn show(
    _: Reader,
    State(edge): State<Edge>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = RunView::of(run::summary(edge.session().db.reader(), id).await?)?;
    page::json(&headers, &view, view.lasting())
}

impl RunView {
    fn lasting(&self) -> Lasting {
        if self.has_ended() { Lasting::Forever } else { Lasting::Passing }
    }
}
