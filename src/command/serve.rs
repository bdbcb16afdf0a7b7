//! `golden serve`: the API on this machine.

use std::net::{IpAddr, SocketAddr};

use tokio::net::TcpListener;

use crate::args::{self, Global};
use crate::context::Context;
use crate::exit::{Failure, Verdict};

/// Runs `golden serve` until it is interrupted.
pub(crate) async fn run(global: &Global, serve: &args::Serve) -> Result<Verdict, Failure> {
    let context = Context::new(global, None)?;
    let address = SocketAddr::new(
        serve.bind.unwrap_or(context.config.file.server.bind),
        serve.port.unwrap_or(context.config.file.server.port),
    );
    if !is_loopback(address.ip()) {
        let message = format!("{} is not an address of this machine only; the API has no tokens yet", address.ip());
        return Err(Failure::Usage(message));
    }
    let session = context.open().await?;
    let listener = TcpListener::bind(address).await.map_err(|cause| Failure::Listen { address, cause })?;
    context.output.print(&format!("listening on http://{}", listener.local_addr()?))?;
    api::serve(listener, session.db, interrupted()).await?;
    Ok(Verdict::Yes)
}

fn is_loopback(address: IpAddr) -> bool {
    address.is_loopback()
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
