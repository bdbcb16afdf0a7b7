//! Version 1 of the API: one file for each resource.

#![allow(unused_qualifications, reason = "utoipa writes out what it finds in `params` and `responses`")]

pub(crate) mod answers;
mod runs;
mod version;
mod words;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use runs::RunView;

use crate::state::Edge;

/// Every route of the version, with what the document says of it.
pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new().routes(routes!(runs::list)).routes(routes!(runs::show)).routes(routes!(version::show))
}
