//! The first page: services × environments with their last run and what is certified.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use service::overview::MOST_SERVICES;

use super::{Layout, html};
use crate::auth::Reader;
use crate::problem::Problem;
use crate::state::Edge;
use crate::v1::{self, CellView};

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    layout: Layout,
    cells: Vec<CellView>,
}

/// The overview.
pub(crate) async fn page(Reader(caller): Reader, State(edge): State<Edge>) -> Result<Response, Problem> {
    let (cells, _) = v1::cells(&edge, None, MOST_SERVICES).await?;
    html(StatusCode::OK, &Overview { layout: Layout::new("Overview", "/", &caller), cells })
}
