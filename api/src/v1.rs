//! Version 1 of the API: one file for each resource.
#![allow(unused_qualifications, reason = "utoipa writes out what it finds in `params` and `responses`")]

pub(crate) mod answers;
mod certifying;
mod deltas;
mod events;
mod golden_branches;
mod keys;
mod overview;
mod policies;
mod reports;
mod run_actions;
mod runs;
mod services;
mod start;
mod version;
mod words;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use deltas::word;
pub(crate) use events::EventView;
pub(crate) use golden_branches::revoke_branch;
pub(crate) use run_actions::check_folders;
pub(crate) use runs::place_of;
pub(crate) use start::{definition, target};

use crate::state::Edge;

/// Every route of the version, with what the document says of it.
pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(overview::show))
        .routes(routes!(overview::statistics))
        .routes(routes!(services::list, services::create))
        .routes(routes!(services::show, services::change))
        .routes(routes!(keys::search))
        .routes(routes!(keys::history))
        .routes(routes!(runs::list, start::start))
        .routes(routes!(runs::show))
        .routes(routes!(run_actions::cancel))
        .routes(routes!(run_actions::compare))
        .routes(routes!(run_actions::replay))
        .routes(routes!(deltas::list))
        .routes(routes!(deltas::explain))
        .routes(routes!(reports::show))
        .routes(routes!(events::stream))
        .routes(routes!(events::socket))
        .routes(routes!(golden_branches::list, golden_branches::certify))
        .routes(routes!(golden_branches::show))
        .routes(routes!(golden_branches::active))
        .routes(routes!(golden_branches::revoke))
        .routes(routes!(policies::check))
        .routes(routes!(version::show))
}
