//! The HTTP edge as a library: the router, its wire types, problem details, and the pages.

mod auth;
mod cors;
mod extract;
mod guard;
mod health;
mod ledger;
mod listen;
mod metrics;
mod openapi;
mod page;
mod problem;
mod rate;
mod state;
mod tokens;
#[cfg(feature = "otel")]
mod trace_context;
mod under_way;
mod v1;
mod web;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

pub use cors::is_origin;
pub use ledger::{AskLedger, Attempt, Backup, Ledger};
pub use openapi::{document, route_list};
pub use state::{Edge, ServerLimits, ServerOptions};

/// All routes with everything that stands before them.
pub fn router(edge: Edge) -> Router {
    let (api, document) = openapi::api_router();
    let routes = Router::new()
        .merge(api)
        .route("/metrics", get(metrics::show))
        .merge(web::routes(&edge, document))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed);
    guard::around(cors::allowing(routes, &edge.options().origins), &edge).with_state(edge)
}

/// Serves until `end` is done. Then nothing new is taken, what is under way is finished within its limits, and no run
/// of this process is left unfinished.
pub async fn serve(listener: TcpListener, edge: Edge, end: impl Future<Output = ()> + Send + 'static) {
    let (router, limits) = (router(edge.clone()), edge.options().limits.clone());
    let closed = async move {
        end.await;
        edge.close().await;
    };
    listen::serve(listener, router, &limits, closed).await;
}
