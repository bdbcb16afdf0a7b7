//! `/metrics`: the numbers of this process in the text format of Prometheus.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use prometheus::{Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};

use crate::auth::Reader;
use crate::problem::Problem;
use crate::state::Edge;

/// Upper ends of the time buckets, in seconds.
const BUCKETS: [f64; 9] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0];

/// The numbers of one server. Labels are routes, methods and statuses: closed sets, whatever callers send.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Option<IntCounterVec>,
    seconds: Option<HistogramVec>,
    waiting: Option<IntGauge>,
    running: Option<IntGauge>,
}

impl Metrics {
    /// All at zero.
    pub(crate) fn new() -> Self {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("golden_http_requests_total", "requests that were answered"),
            &["method", "route", "status"],
        );
        let times = HistogramOpts::new("golden_http_request_seconds", "seconds until an answer began");
        let seconds = HistogramVec::new(times.buckets(BUCKETS.to_vec()), &["route"]);
        let waiting = IntGauge::new("golden_runs_waiting", "runs that wait for a worker of this process");
        let running = IntGauge::new("golden_runs_running", "runs that workers of this process have");
        Self {
            requests: registered(&registry, requests),
            seconds: registered(&registry, seconds),
            waiting: registered(&registry, waiting),
            running: registered(&registry, running),
            registry,
        }
    }

    /// Counts an answer.
    pub(crate) fn answered(&self, method: &str, route: &str, status: &str, after: Duration) {
        if let Some(requests) = &self.requests {
            requests.with_label_values(&[method, route, status]).inc();
        }
        if let Some(seconds) = &self.seconds {
            seconds.with_label_values(&[route]).observe(after.as_secs_f64());
        }
    }

    fn text(&self) -> Result<Vec<u8>, prometheus::Error> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(text)
    }
}

/// A number that cannot be registered is missing from the answer; the names above are distinct and well-formed.
fn registered<C: prometheus::core::Collector + Clone + 'static>(
    registry: &Registry,
    made: Result<C, prometheus::Error>,
) -> Option<C> {
    let made = made.and_then(|collector| registry.register(Box::new(collector.clone())).map(|()| collector));
    made.inspect_err(|error| tracing::error!(%error, "a number cannot be counted")).ok()
}

/// Answers `/metrics`.
pub(crate) async fn show(_: Reader, State(edge): State<Edge>) -> Result<Response, Problem> {
    let metrics = edge.metrics();
    let (waiting, running) = edge.queue().load();
    for (gauge, count) in [(&metrics.waiting, waiting), (&metrics.running, running)] {
        if let Some(gauge) = gauge {
            gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }
    let text = metrics.text().map_err(|error| Problem::internal(&error))?;
    let media_type = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, media_type)], text).into_response())
}
