//! The first page: the newest runs of all services.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use service::page::Page;
use service::run;

use super::{Layout, html};
use crate::auth::Reader;
use crate::problem::Problem;
use crate::state::Edge;
use crate::v1::RunView;

/// Runs on the page.
const ROWS: u64 = 50;

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    layout: Layout,
    runs: Vec<RunView>,
}

/// The overview.
pub(crate) async fn page(Reader(caller): Reader, State(edge): State<Edge>) -> Result<Response, Problem> {
    let page = Page { after: None, limit: ROWS };
    let rows = run::list(edge.session().db.reader(), None, None, page).await?;
    let runs = rows.rows.iter().map(RunView::of).collect::<Result<_, _>>()?;
    html(StatusCode::OK, &Overview { layout: Layout::new("Overview", "/", &caller), runs })
}
