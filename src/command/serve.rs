//! `golden serve`: the API on this machine.

use std::net::SocketAddr;

use service::token;
use tokio::net::TcpListener;

use crate::args::{self, Global};
use crate::context::{Context, local_user};
use crate::exit::{Failure, Verdict};

/// Runs `golden serve` until it is interrupted.
pub(crate) async fn run(global: &Global, serve: &args::Serve) -> Result<Verdict, Failure> {
    let context = Context::new(global, None)?;
    let address = SocketAddr::new(
        serve.bind.unwrap_or(context.config.file.server.bind),
        serve.port.unwrap_or(context.config.file.server.port),
    );
    let session = context.open().await?;
    // Whoever reaches it over a network needs a token, and without one nobody could come in.
    if !address.ip().is_loopback() && !token::any(session.db.reader()).await? {
        let message = format!(
            "{} is reached from other machines, and no token exists; `golden token create` makes one",
            address.ip()
        );
        return Err(Failure::Usage(message));
    }
    let listener = TcpListener::bind(address).await.map_err(|cause| Failure::Listen { address, cause })?;
    context.output.print(&format!("listening on http://{}", listener.local_addr()?))?;
    let user = local_user().unwrap_or_else(|| "unknown".to_owned());
    let edge = api::Edge::new(session, context.config.file.server.options(address.ip(), user));
    api::serve(listener, edge, interrupted()).await?;
    Ok(Verdict::Yes)
}

/// Ends when the user interrupts, or when a CI system or supervisor ends the process in its polite way (SIGTERM).
/// Without a signal handler it never ends, and the system ends the process instead.
pub(crate) async fn interrupted() {
    tokio::select! {
        () = from_keyboard() => {}
        () = terminated() => {}
    }
}

async fn from_keyboard() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => drop(terminate.recv().await),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}
