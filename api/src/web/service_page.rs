//! The page of a service: its environments with what is certified and how the score went, and its history.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use entity::golden_branches;
use entity::services::ServiceOrigin;
use entity::validation_runs::RunSummary;
use service::page::Page;
use service::{chronicle, overview, registry};

use super::address::Address;
use super::badge::{Badge, Standing};
use super::chart::Trend;
use super::golden_branch::BranchRow;
use super::runs::RunRow;
use super::when::{When, ago, days, days_ago};
use super::{Layout, html};
use crate::auth::Reader;
use crate::extract::Path;
use crate::problem::Problem;
use crate::state::Edge;

/// Runs of a trend.
const TREND_RUNS: u64 = 30;
/// Runs of the history.
const HISTORY_RUNS: u64 = 15;
/// Golden branches of the history.
const HISTORY_BRANCHES: u64 = 15;

/// The service in one environment.
struct Place {
    environment: String,
    badge: Badge,
    last: Option<RunRow>,
    ran: String,
    active: Option<BranchRow>,
    certified: String,
    trend: Option<Trend>,
}

#[derive(Template)]
#[template(path = "service.html")]
struct ServicePage {
    layout: Layout,
    name: String,
    from_file: bool,
    is_active: bool,
    changed: When,
    changed_by: String,
    places: Vec<Place>,
    runs: Vec<RunRow>,
    all_runs: String,
    branches: Vec<BranchRow>,
    keys: String,
    matrix: Option<String>,
}

/// The page: four queries, however many environments there are.
pub(crate) async fn page(
    Reader(caller): Reader,
    State(edge): State<Edge>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let db = edge.session().db.reader();
    let stored = registry::get(db, &name).await?;
    let pairs: Vec<chronicle::Place> =
        edge.environments().into_iter().map(|environment| (name.clone(), environment)).collect();
    let runs = chronicle::newest_of_each(db, &pairs, (TREND_RUNS, HISTORY_RUNS)).await?;
    let branches = chronicle::branches(db, &pairs, Page { after: None, limit: HISTORY_BRANCHES }).await?.rows;
    let active = overview::active(db, &pairs).await?;
    let now = edge.session().clock.now();
    let place = |(_, environment): &chronicle::Place| place(environment, &runs, &active, now);
    let places = pairs.iter().map(place).collect::<Result<_, _>>()?;
    let page = ServicePage {
        layout: Layout::new(name.clone(), "/", &caller),
        from_file: stored.origin().map_err(|error| Problem::internal(&error))? == ServiceOrigin::File,
        is_active: stored.is_active,
        changed: When::at(stored.changed_at),
        changed_by: stored.changed_by,
        places,
        all_runs: Address::of(&["runs"]).with("service", name.as_str()).to_string(),
        keys: Address::of(&["keys"]).with("service", name.as_str()).to_string(),
        matrix: (pairs.len() > 1).then(|| Address::of(&["services", &name, "matrix"]).to_string()),
        branches: branches.into_iter().map(|branch| BranchRow::of(branch, None)).collect(),
        runs: runs.into_iter().zip(0..HISTORY_RUNS).map(|(run, _)| RunRow::of(run)).collect::<Result<_, _>>()?,
        name,
    };
    html(StatusCode::OK, &page)
}

fn place(
    environment: &str,
    runs: &[RunSummary],
    active: &[golden_branches::Model],
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Place, Problem> {
    let own: Vec<&RunSummary> = runs.iter().filter(|run| run.environment == environment && run.certifiable).collect();
    let last = own.first().copied();
    let active = active.iter().find(|branch| branch.environment == environment);
    Ok(Place {
        environment: environment.to_owned(),
        badge: last.map_or_else(|| Ok(Standing::Never.badge()), Standing::badge_of)?,
        ran: last.map_or_else(|| "no run against a golden branch yet".to_owned(), |run| ago(run.created_at, now)),
        last: last.cloned().map(RunRow::of).transpose()?,
        certified: active.map_or_else(String::new, |branch| days_ago(days(branch.created_at, now))),
        active: active.cloned().map(|branch| BranchRow::of(branch, None)),
        trend: Trend::of(&own)?,
    })
}
