//! `golden serve`: the API on this machine.

use std::net::SocketAddr;

use service::error::ServiceError;
use service::registry::{self, Definition};
use service::session::Session;
use service::token;
use tokio::net::TcpListener;

use crate::args::{self, Global};
use crate::context::{Context, local_user};
use crate::exit::{Failure, Verdict};

/// Runs `golden serve` until it is interrupted.
pub(crate) async fn run(global: &Global, serve: &args::Serve) -> Result<Verdict, Failure> {
    let context = Context::new(global, None)?;
    let server = &context.config.file.server;
    let address = SocketAddr::new(serve.bind.unwrap_or(server.bind), serve.port.unwrap_or(server.port));
    let session = context.open_to_serve().await?;
    serve_at(&context, session, address).await?;
    Ok(Verdict::Yes)
}

/// Serves over an open database until interrupted.
pub(crate) async fn serve_at(context: &Context, session: Session, address: SocketAddr) -> Result<(), Failure> {
    // Whoever reaches it over a network needs a token, and without one nobody could come in.
    let server = &context.config.file.server;
    if !server.is_for_this_machine(address.ip()) && !token::any(session.db.reader()).await? {
        let why = match address.ip().is_loopback() {
            true => "server.https and server.hosts say that others reach it".to_owned(),
            false => format!("{} is reached from other machines", address.ip()),
        };
        return Err(Failure::Usage(format!("{why}, and no token exists; `golden token create` makes one")));
    }
    let catalog = context.catalog(None)?;
    keep_services(context, &session).await?;
    let key = context.fingerprint_key()?;
    let listener = TcpListener::bind(address).await.map_err(|cause| Failure::Listen { address, cause })?;
    let bound = listener.local_addr()?;
    let user = local_user().unwrap_or_else(|| "unknown".to_owned());
    let edge = api::Edge::new(session, catalog, key, server.options(bound.ip(), user)).with_ledger(context.ledger()?);
    context.output.print(&format!("listening on http://{bound}"))?;
    api::serve(listener, edge, interrupted()).await;
    Ok(())
}

/// Makes the services of golden.toml known, or those that runs know where it names none.
async fn keep_services(context: &Context, session: &Session) -> Result<(), Failure> {
    let services: Vec<(String, Definition)> =
        context.config.file.service.iter().map(|service| (service.name.clone(), service.definition())).collect();
    let (clock, services) = (&session.clock, services.as_slice());
    let kept = session.db.write(|transaction| async move {
        let by = (clock, "golden.toml");
        let replaced = match services {
            [] => registry::keep_seen_services(&transaction, by).await.map(|()| Vec::new())?,
            _ => registry::keep_file_services(&transaction, services, by).await?,
        };
        Ok::<_, ServiceError>((transaction, replaced))
    });
    for service in kept.await? {
        tracing::warn!(service, "golden.toml defines a service that was defined otherwise through the API");
    }
    Ok(())
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
