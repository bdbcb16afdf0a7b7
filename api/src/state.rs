//! What every handler sees: the session, the limits, who may come in, and the numbers of the process.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use service::catalog::Catalog;
use service::error::ServiceError;
use service::queue::{Queue, QueueOptions};
use service::session::Session;
use service::token;
use tokio::sync::watch;

use crate::metrics::Metrics;

/// Bounds of one server. Each is a key of `[server.limits]` in golden.toml.
#[derive(Clone, Debug)]
pub struct ServerLimits {
    /// Most bytes of a request's body.
    pub body_bytes: usize,
    /// Longest time that a request takes, its body included; streams of events are not bound by it.
    pub request_time: Duration,
    /// Longest time that the head of a request takes.
    pub header_time: Duration,
    /// Requests of one address in a second.
    pub requests_per_second: NonZeroU32,
    /// Requests of one address at once, before the line above counts.
    pub burst: NonZeroU32,
    /// Connections at once; more wait until one is closed.
    pub connections: usize,
    /// Runs that are compared at once.
    pub workers: usize,
    /// Runs that may wait for a worker.
    pub waiting_runs: usize,
    /// Time that runs are given to end when the server is told to.
    pub shutdown_time: Duration,
}

/// How a server is reached.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// True when only this machine reaches it: then nobody needs a token until the first one exists.
    pub loopback: bool,
    /// True behind a proxy that speaks TLS: cookies are for TLS only.
    pub https: bool,
    /// Names that the server answers to, beside `localhost` and addresses.
    pub hosts: Vec<String>,
    /// The user of this machine, who is the caller when no token is needed.
    pub local_user: String,
    /// Bounds.
    pub limits: ServerLimits,
}

/// What every handler sees. Cloning shares it.
#[derive(Clone)]
pub struct Edge(Arc<Shared>);

struct Shared {
    session: Session,
    catalog: Catalog,
    fingerprint_key: Vec<u8>,
    queue: Queue,
    closing: watch::Sender<bool>,
    options: ServerOptions,
    metrics: Metrics,
    rate: DefaultKeyedRateLimiter<IpAddr>,
    has_tokens: AtomicBool,
}

impl Edge {
    /// An edge over an open session: it starts the workers of background runs. It needs a Tokio runtime.
    pub fn new(session: Session, catalog: Catalog, fingerprint_key: Vec<u8>, options: ServerOptions) -> Self {
        let limits = &options.limits;
        let quota = Quota::per_second(limits.requests_per_second).allow_burst(limits.burst);
        let queue_options = QueueOptions { workers: limits.workers, waiting: limits.waiting_runs };
        Self(Arc::new(Shared {
            queue: Queue::start(session.clone(), queue_options),
            session,
            catalog,
            fingerprint_key,
            options,
            metrics: Metrics::new(),
            rate: RateLimiter::keyed(quota),
            has_tokens: AtomicBool::new(false),
            closing: watch::Sender::new(false),
        }))
    }

    /// Ends the streams of events, and every run of this process: in the time that the limits give, or failed.
    pub async fn close(&self) {
        self.0.queue.stop(self.0.options.limits.shutdown_time).await;
        self.0.closing.send_replace(true);
    }

    /// Ends when the server does, for answers that go on for long.
    pub(crate) fn closing(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut closing = self.0.closing.subscribe();
        async move {
            // A sender that is gone means the same.
            drop(closing.wait_for(|closing| *closing).await);
        }
    }

    /// Environments, rules and repositories.
    pub(crate) fn catalog(&self) -> &Catalog {
        &self.0.catalog
    }

    /// The key of secret digests.
    pub(crate) fn fingerprint_key(&self) -> &[u8] {
        &self.0.fingerprint_key
    }

    /// The runs in the background.
    pub(crate) fn queue(&self) -> &Queue {
        &self.0.queue
    }

    /// Database and clock.
    pub(crate) fn session(&self) -> &Session {
        &self.0.session
    }

    /// How the server is reached.
    pub(crate) fn options(&self) -> &ServerOptions {
        &self.0.options
    }

    /// The numbers of the process.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// The rate limiter of addresses.
    pub(crate) fn rate(&self) -> &DefaultKeyedRateLimiter<IpAddr> {
        &self.0.rate
    }

    /// True when a token exists: then nobody comes in without one. Tokens are never deleted, so that a yes is for good.
    pub(crate) async fn needs_token(&self) -> Result<bool, ServiceError> {
        if self.0.has_tokens.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let any = token::any(self.session().db.reader()).await?;
        self.0.has_tokens.store(any, Ordering::Relaxed);
        Ok(any)
    }
}
