//! `/healthz` says that the process answers, `/readyz` that its database does.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use service::schema::{self, SchemaState};

use crate::state::Edge;

/// The answer of both routes.
#[derive(Debug, Serialize)]
pub(crate) struct Health {
    status: &'static str,
}

/// 200 as long as the process answers.
pub(crate) async fn alive() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// 503 when the database does not answer or has another schema. The cause is logged and not told: it may name hosts.
pub(crate) async fn ready(State(edge): State<Edge>) -> (StatusCode, Json<Health>) {
    match schema::status(&edge.session().db).await {
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
