//! Connections: at most so many, each with a time for the head of a request, all finished when the server ends. Answers
//! are compressed for those who ask for it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt;
use tower_http::compression::Compression;

use crate::state::ServerLimits;

/// Most headers of a request; more are a 431.
const MOST_HEADERS: usize = 100;

/// Most bytes of the head of a request; more are a 431.
const MOST_HEAD_BYTES: usize = 64 * 1024;

/// Pause after the system refused to accept a connection, which is when it has no file handle left.
const REFUSED_PAUSE: Duration = Duration::from_millis(50);

/// Serves connections until `end` is done; then takes none any more and finishes what is under way, as long as a
/// request may take.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: &ServerLimits,
    end: impl Future<Output = ()> + Send,
) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let closing = watch::Sender::new(false);
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.header_time);
    builder.max_headers(MOST_HEADERS).max_buf_size(MOST_HEAD_BYTES);
    tokio::pin!(end);
    loop {
        let accepted = async {
            // More than the limit wait in the queue of the system.
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut end => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let open =
                    Open { router: router.clone(), builder: builder.clone(), closing: closing.subscribe(), peer };
                tokio::spawn(open.talk(stream, place));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(REFUSED_PAUSE).await;
            }
        }
    }
    drop(listener);
    closing.send_replace(true);
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    if tokio::time::timeout(limits.request_time, places.acquire_many(all)).await.is_err() {
        tracing::warn!("some connections were cut off");
    }
}

/// A connection to serve.
struct Open {
    router: Router,
    builder: http1::Builder,
    closing: watch::Receiver<bool>,
    peer: SocketAddr,
}

impl Open {
    /// Answers requests until either side closes; when the server ends, the one under way is the last.
    async fn talk(mut self, stream: TcpStream, place: Result<OwnedSemaphorePermit, AcquireError>) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection may delay small answers");
        }
        // Around the router as a whole: a layer of the router costs every route's answer a box.
        let (routes, peer) = (Compression::new(self.router), self.peer);
        let answers = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            routes.clone().oneshot(request)
        });
        let connection = self.builder.serve_connection(TokioIo::new(stream), answers).with_upgrades();
        let mut connection = std::pin::pin!(connection);
        let closed = tokio::select! {
            closed = connection.as_mut() => closed,
            _ = self.closing.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = closed {
            tracing::debug!(%error, "a connection broke");
        }
        drop(place);
    }
}
