//! `/healthz` says that the process answers, `/readyz` that its database does.

use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use service::schema::{self, SchemaState};

use crate::State;

/// The answer of both routes.
#[derive(Debug, Serialize)]
struct Health {
    status: &'static str,
}

/// The health routes.
pub(crate) fn routes() -> Router<State> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready))
}

async fn alive() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// 503 when the database does not answer or has another schema. The cause is logged and not told: it may name hosts.
async fn ready(Extract(state): Extract<State>) -> (StatusCode, Json<Health>) {
    match schema::status(&state.db).await {
        Ok(SchemaState::UpToDate) => (StatusCode::OK, Json(Health { status: "ok" })),
        Ok(other) => {
            tracing::warn!(?other, "the schema is not the one that this build knows");
            (StatusCode::SERVICE_UNAVAILABLE, Json(Health { status: "schema" }))
        }
        Err(error) => {
            tracing::warn!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, Json(Health { status: "database" }))
        }
    }
}
