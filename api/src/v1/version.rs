//! Which build answers.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::Problems;
use crate::auth::Reader;

/// Which build answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Version {
    /// The version of the product.
    version: &'static str,
    /// The version of the engine: runs of one version can be replayed by it.
    engine_version: &'static str,
    /// The version of this API.
    api: &'static str,
}

/// Which build answers
#[utoipa::path(get, path = "/api/v1/version", tag = "server", security(("token" = ["read"])),
    responses((status = 200, description = "the versions", body = Version), Problems))]
pub(crate) async fn show(_: Reader) -> Json<Version> {
    Json(Version { version: env!("CARGO_PKG_VERSION"), engine_version: drift::engine::ENGINE_VERSION, api: "v1" })
}
