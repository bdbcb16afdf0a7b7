//! The HTTP edge as a library: the router and its handlers.

mod health;

use axum::Router;
use service::database::Database;
use tokio::net::TcpListener;

/// What every handler sees.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) db: Database,
}

/// All routes.
pub fn router(db: Database) -> Router {
    Router::new().merge(health::routes()).with_state(State { db })
}

/// Serves until `end` is done, then finishes what is under way.
pub async fn serve(
    listener: TcpListener,
    db: Database,
    end: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router(db)).with_graceful_shutdown(end).await
}
