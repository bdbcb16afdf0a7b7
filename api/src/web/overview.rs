//! The first page: services × environments as a heat table, filtered and sorted by its address.

mod heat;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use service::overview::{self, MOST_SERVICES};
use service::registry;

use self::heat::{Heat, Row, Sort};
use super::address::Address;
use super::badge::{Badge, Standing};
use super::{Layout, html};
use crate::auth::Reader;
use crate::extract::Query;
use crate::problem::Problem;
use crate::state::Edge;

/// What the address chooses.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Choice {
    /// A part of the service's name.
    service: String,
    /// Only this environment.
    environment: String,
    /// Only services that stand so somewhere.
    standing: String,
    /// The order of the services.
    sort: String,
    /// Behind this service.
    after: String,
}

/// A number that filters.
struct Tile {
    badge: Badge,
    count: usize,
    address: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    layout: Layout,
    choice: Choice,
    tiles: Vec<Tile>,
    environments: Vec<String>,
    shown: Vec<String>,
    sorts: Vec<(&'static str, &'static str)>,
    rows: Vec<Row>,
    services: usize,
    any: bool,
    clear: bool,
    next: Option<String>,
}

/// The overview.
pub(crate) async fn page(
    Reader(caller): Reader,
    State(edge): State<Edge>,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let db = edge.session().db.reader();
    let after = Some(choice.after.as_str()).filter(|after| !after.is_empty());
    let (services, next) = registry::list(db, after, MOST_SERVICES).await?;
    let names: Vec<String> = services.into_iter().filter(|one| one.is_active).map(|one| one.service_name).collect();
    let environments = edge.environments();
    let cells = overview::cells(db, &names, &environments).await?;
    let heat = Heat::of(&cells, edge.session().clock.now())?;
    let standing = Standing::named(&choice.standing);
    let shown: Vec<String> = match environments.iter().find(|name| **name == choice.environment) {
        Some(name) => vec![name.clone()],
        None => environments.clone(),
    };
    let address = |choice: &Choice| {
        Address::of(&[])
            .with("service", choice.service.as_str())
            .with("environment", choice.environment.as_str())
            .with("standing", choice.standing.as_str())
            .with("sort", choice.sort.as_str())
    };
    let tile = |one: Standing| {
        let chosen = standing == Some(one);
        let word = if chosen { "" } else { one.word() };
        let address = address(&choice).with("standing", word).to_string();
        Tile { badge: one.badge(), count: heat.count(one), address, chosen }
    };
    let tiles = Standing::ALL.into_iter().map(tile).collect();
    let rows = heat.rows(&shown, &choice.service, standing, Sort::named(&choice.sort));
    html(
        StatusCode::OK,
        &Overview {
            layout: Layout::new("Overview", "/", &caller),
            tiles,
            sorts: Sort::ALL.iter().map(|sort| (sort.word(), sort.label())).collect(),
            services: names.len(),
            any: !names.is_empty(),
            clear: address(&choice).to_string() != "/",
            next: next.map(|next| address(&choice).with("after", next).to_string()),
            choice,
            environments,
            shown,
            rows,
        },
    )
}
