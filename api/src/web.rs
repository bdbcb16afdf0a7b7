//! The pages: server-rendered from the same service views as the API, with our own styles and scripts.

mod address;
mod assets;
mod badge;
mod certify;
mod chart;
mod compare;
mod database;
mod docs;
mod form;
mod golden_branch;
mod keys;
mod layout;
mod matrix;
mod overview;
mod problem_page;
mod run;
mod runs;
mod service_page;
mod sign_in;
mod when;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use utoipa::openapi::OpenApi;

use crate::auth;
use crate::state::Edge;

pub(crate) use layout::{Layout, html};

/// Pages, styles and scripts, and the document of the API.
pub(crate) fn routes(edge: &Edge, document: OpenApi) -> Router<Edge> {
    let document = serde_json::to_value(&document).unwrap_or_default();
    let shown = Arc::new(docs::Shown::of(&document));
    let document = Arc::new(format!("{document:#}"));
    let open = Router::new()
        .route("/sign-in", get(sign_in::page).post(sign_in::submit))
        .route("/static/{name}", get(assets::show));
    let pages = Router::new()
        .route("/", get(overview::page))
        .route("/runs", get(runs::page))
        .route("/runs/{run}", get(run::page))
        .route("/runs/{run}/certify", get(certify::page).post(certify::submit))
        .route("/runs/{run}/compare", get(compare::choose))
        .route("/runs/{run}/compare/{other}", get(compare::page))
        .route("/services/{service}", get(service_page::page))
        .route("/services/{service}/matrix", get(matrix::page))
        .route("/golden-branches/{branch}", get(golden_branch::page))
        .route("/golden-branches/{branch}/revoke", post(golden_branch::revoke))
        .route("/keys", get(keys::search))
        .route("/keys/{fingerprint}", get(keys::history))
        .route("/database", get(database::page))
        .route("/docs", get(move |reader| docs::page(reader, shown.clone())))
        .route("/sign-out", post(sign_in::out))
        .route_layer(from_fn(problem_page::as_page))
        .route_layer(from_fn_with_state(edge.clone(), auth::of_person));
    let described = get(move |reader, headers| assets::document(reader, headers, document.clone()));
    open.merge(pages).route("/api/openapi.json", described)
}
