//! What every handler sees: the session, the limits, who may come in, and the numbers of the process.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use service::catalog::Catalog;
use service::error::ServiceError;
use service::queue::{Queue, QueueOptions};
use service::session::Session;
use tokio::sync::watch;

use crate::ledger::{AskLedger, Ledger};
use crate::metrics::Metrics;
use crate::rate::Rate;
use crate::tokens::Tokens;
use crate::under_way::UnderWay;

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
    /// Other sites whose pages may call the API with a token of their own (CORS), as `scheme://host[:port]`.
    pub origins: Vec<String>,
    /// Longest time that "no token exists" is believed: a token that another process makes closes the door for those
    /// without one no later than this. That one exists is believed for good.
    pub token_check: Duration,
    /// The user of this machine, who is the caller when no token is needed.
    pub local_user: String,
    /// Bounds.
    pub limits: ServerLimits,
}

/// What every handler sees. Cloning shares it.
#[derive(Clone)]
pub struct Edge {
    shared: Arc<Shared>,
    ledger: Option<AskLedger>,
}

struct Shared {
    session: Session,
    catalog: Catalog,
    fingerprint_key: Vec<u8>,
    queue: Queue,
    under_way: UnderWay,
    closing: watch::Sender<bool>,
    options: ServerOptions,
    metrics: Metrics,
    rate: Rate,
    tokens: Tokens,
}

impl Edge {
    /// An edge over an open session: it starts the workers of background runs. It needs a Tokio runtime.
    pub fn new(session: Session, catalog: Catalog, fingerprint_key: Vec<u8>, options: ServerOptions) -> Self {
        let limits = &options.limits;
        let queue_options = QueueOptions { workers: limits.workers, waiting: limits.waiting_runs };
        let shared = Shared {
            queue: Queue::start(session.clone(), queue_options),
            session,
            catalog,
            fingerprint_key,
            metrics: Metrics::new(),
            rate: Rate::new(limits.requests_per_second, limits.burst),
            tokens: Tokens::new(options.token_check),
            options,
            under_way: UnderWay::new(),
            closing: watch::Sender::new(false),
        };
        Self { shared: Arc::new(shared), ledger: None }
    }

    /// With a way to read the ledger of migrations and the backups; without it no page tells of them.
    #[must_use]
    pub fn with_ledger(mut self, ledger: AskLedger) -> Self {
        self.ledger = Some(ledger);
        self
    }

    /// What the ledger says now, or why it says nothing.
    pub(crate) async fn ledger(&self) -> Result<Ledger, String> {
        match &self.ledger {
            Some(ask) => ask().await,
            None => Err("this server was started without a way to read them".to_owned()),
        }
    }

    /// Ends the streams of events, and every run of this process: in the time that the limits give, or failed. What is
    /// certified or revoked is waited for in the same time.
    pub async fn close(&self) {
        let time = self.shared.options.limits.shutdown_time;
        tokio::join!(self.shared.queue.stop(time), self.shared.under_way.close(time));
        self.shared.closing.send_replace(true);
    }

    /// Ends when the server does, for answers that go on for long.
    pub(crate) fn closing(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut closing = self.shared.closing.subscribe();
        async move {
            // A sender that is gone means the same.
            drop(closing.wait_for(|closing| *closing).await);
        }
    }

    /// Environments, rules and repositories.
    pub(crate) fn catalog(&self) -> &Catalog {
        &self.shared.catalog
    }

    /// The names of the environments, the strictest tier first.
    pub(crate) fn environments(&self) -> Vec<String> {
        let mut configured: Vec<_> = self.catalog().environments.configured().iter().collect();
        configured.sort_by_key(|environment| environment.tier);
        configured.into_iter().map(|environment| environment.name.clone()).collect()
    }

    /// The key of secret digests.
    pub(crate) fn fingerprint_key(&self) -> &[u8] {
        &self.shared.fingerprint_key
    }

    /// The runs in the background.
    pub(crate) fn queue(&self) -> &Queue {
        &self.shared.queue
    }

    /// The work that goes on when its caller leaves.
    pub(crate) fn under_way(&self) -> &UnderWay {
        &self.shared.under_way
    }

    /// Database and clock.
    pub(crate) fn session(&self) -> &Session {
        &self.shared.session
    }

    /// How the server is reached.
    pub(crate) fn options(&self) -> &ServerOptions {
        &self.shared.options
    }

    /// The numbers of the process.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// The rate limiter of addresses.
    pub(crate) fn rate(&self) -> &Rate {
        &self.shared.rate
    }

    /// True when a token exists: then nobody comes in without one.
    pub(crate) async fn needs_token(&self) -> Result<bool, ServiceError> {
        self.shared.tokens.exist(self.session()).await
    }
}
