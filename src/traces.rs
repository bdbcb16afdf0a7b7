//! Traces: the spans of requests and runs, sent over OTLP to the collector that the standard variables name.

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;

/// Of which one must be set: <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/// What sends the spans.
#[derive(Default)]
pub(crate) struct Traces {
    provider: Option<SdkTracerProvider>,
}

impl Traces {
    /// Sends spans when the environment names a collector; the error says why that cannot be done. Call it outside of the
    /// runtime, for it sends from a thread of its own.
    #[expect(clippy::disallowed_methods, reason = "the composition root reads the environment")]
    pub(crate) fn start() -> Result<Self, String> {
        if ENDPOINTS.into_iter().all(|name| std::env::var_os(name).is_none_or(|value| value.is_empty())) {
            return Ok(Self::default());
        }
        let exporter = SpanExporter::builder().with_http().build();
        let exporter = exporter.map_err(|error| format!("traces cannot be sent: {error}"))?;
        opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
        // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say otherwise.
        let resource = Resource::builder_empty()
            .with_service_name("golden")
            .with_detector(Box::new(opentelemetry_sdk::resource::EnvResourceDetector::new()))
            .with_detector(Box::new(opentelemetry_sdk::resource::SdkProvidedResourceDetector))
            .build();
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();
        Ok(Self { provider: Some(provider) })
    }

    /// What hands spans of ours over; statements of the database are none of them, for they may carry values.
    pub(crate) fn layer<S>(&self) -> Option<impl Layer<S> + use<S>>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let ours = ["api", "service", "golden"].map(|target| (target, LevelFilter::INFO));
        let tracer = self.provider.as_ref()?.tracer("golden");
        Some(tracing_opentelemetry::layer().with_tracer(tracer).with_filter(Targets::new().with_targets(ours)))
    }

    /// Sends what is left.
    pub(crate) fn finish(self) {
        if let Some(Err(error)) = self.provider.map(|provider| provider.shutdown()) {
            tracing::warn!("the last traces could not be sent: {error}");
        }
    }
}
