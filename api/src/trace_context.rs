//! The trace that a request belongs to, as its caller tells it (<https://www.w3.org/TR/trace-context/>).

use axum::http::{HeaderMap, HeaderName};
use opentelemetry::global::get_text_map_propagator;
use opentelemetry::propagation::Extractor;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

struct Headers<'h>(&'h HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

/// Makes a span that has not been entered part of the caller's trace. Headers that say nothing, or nothing well formed,
/// leave it the first span of a trace of its own.
pub(crate) fn go_on(span: &Span, headers: &HeaderMap) {
    let context = get_text_map_propagator(|propagator| propagator.extract(&Headers(headers)));
    if let Err(error) = span.set_parent(context) {
        // No span at this level, or nobody who is sent traces.
        tracing::trace!(%error, "the trace of a caller is not taken up");
    }
}
