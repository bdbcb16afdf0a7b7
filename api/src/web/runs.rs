//! Runs of all services, or of one, newest first.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use entity::validation_runs::RunSummary;
use serde::Deserialize;
use service::page::write_cursor;
use service::{chronicle, run};

use super::address::Address;
use super::badge::{Badge, Standing};
use super::when::When;
use super::{Layout, address, html};
use crate::auth::Reader;
use crate::extract::Query;
use crate::page;
use crate::problem::Problem;
use crate::state::Edge;
use crate::v1;

/// Which runs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RunsChoice {
    service: String,
    environment: String,
    after: String,
}

/// A run as a line of a list.
pub(crate) struct RunRow {
    pub(crate) run: RunSummary,
    pub(crate) badge: Badge,
    pub(crate) when: When,
    pub(crate) address: String,
    pub(crate) service: String,
    pub(crate) open: Option<i64>,
}

impl RunRow {
    /// A run.
    pub(crate) fn of(run: RunSummary) -> Result<Self, Problem> {
        Ok(Self {
            badge: Standing::badge_of(&run)?,
            when: When::at(run.created_at),
            address: address::run(run.id).to_string(),
            service: address::service(&run.service_name).to_string(),
            open: run.open(),
            run,
        })
    }
}

#[derive(Template)]
#[template(path = "runs.html")]
struct Runs {
    layout: Layout,
    choice: RunsChoice,
    environments: Vec<String>,
    runs: Vec<RunRow>,
    next: Option<String>,
}

/// The page.
pub(crate) async fn page(
    Reader(caller): Reader,
    State(edge): State<Edge>,
    Query(choice): Query<RunsChoice>,
) -> Result<Response, Problem> {
    let db = edge.session().db.reader();
    let page = page::page(None, Some(choice.after.as_str()).filter(|after| !after.is_empty()))?;
    let environments = edge.environments();
    let chosen = |text: &'_ str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let (service, environment) = (chosen(&choice.service), chosen(&choice.environment));
    let rows = match v1::place_of(&edge, (service.as_deref(), environment.as_deref()))? {
        (Some(service), None) => {
            let places: Vec<_> = environments.iter().map(|one| (service.to_owned(), one.clone())).collect();
            chronicle::runs(db, &places, page).await?
        }
        (service, environment) => run::list(db, service, environment, page).await?,
    };
    let next = rows.next.as_ref().map(|cursor| {
        let address = Address::of(&["runs"]).with("service", choice.service.as_str());
        address.with("environment", choice.environment.as_str()).with("after", write_cursor(cursor)).to_string()
    });
    let runs = rows.rows.into_iter().map(RunRow::of).collect::<Result<_, _>>()?;
    html(StatusCode::OK, &Runs { layout: Layout::new("Runs", "/runs", &caller), choice, environments, runs, next })
}
