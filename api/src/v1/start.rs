//! Starting a run, and the key that keeps a request from being made twice.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use drift::facts::Context;
use drift::report::ReportFormat;
use entity::idempotency_keys::Operation;
use entity::validation_runs::{Origin, RunSummary};
use serde::{Deserialize, Serialize};
use service::error::{Refusal, ServiceError};
use service::idempotency::{MOST_KEY_BYTES, RequestKey};
use service::registry::{self, Definition};
use service::run;
use service::secret_text::digest;
use service::target::Target;
use service::validation::{Candidate, Request};
use std::collections::BTreeMap;
use utoipa::ToSchema;

use super::answers::Problems;
use super::runs::RunView;
use crate::auth::{Caller, Runner};
use crate::extract::Json;
use crate::problem::Problem;
use crate::state::Edge;

/// Most bytes of a revision, and of a text that a caller states.
const MOST_REVISION_BYTES: usize = 250;
const MOST_TEXT_BYTES: usize = 10_000;
/// Most tags, and most pieces of evidence.
const MOST_STATED: usize = 100;

/// A run to start.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRun {
    /// The service.
    #[schema(min_length = 1, max_length = 200)]
    service: String,
    /// The environment, or an alias of it.
    #[schema(min_length = 1, max_length = 200)]
    environment: String,
    /// The revision to validate; HEAD without one. Folders and work trees are for the command line.
    #[schema(min_length = 1, max_length = 250)]
    candidate: Option<String>,
    /// A revision to compare with instead of the golden branch; such a run cannot be certified.
    #[schema(min_length = 1, max_length = 250)]
    golden: Option<String>,
    /// The caller's project or merge request.
    #[schema(max_length = 10000)]
    external_ref: Option<String>,
    /// What the caller states about the change; secrets in it are masked before it is stored.
    #[serde(default)]
    context: Stated,
}

/// What the caller states.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Stated {
    /// The ticket.
    #[schema(max_length = 10000)]
    ticket: Option<String>,
    /// Tags.
    #[schema(max_items = 100)]
    tags: Vec<String>,
    /// How to go back.
    #[schema(max_length = 10000)]
    rollback_plan: Option<String>,
    /// Evidence by key.
    evidence: BTreeMap<String, String>,
    /// What the change is about.
    #[schema(max_length = 10000)]
    description: Option<String>,
}

impl NewRun {
    fn check(&self) -> Result<(), Problem> {
        let named = [self.candidate.as_deref().unwrap_or("HEAD"), self.golden.as_deref().unwrap_or("HEAD")];
        if named
            .iter()
            .any(|rev| rev.is_empty() || rev.len() > MOST_REVISION_BYTES || rev.chars().any(char::is_control))
        {
            let detail = format!("a revision has 1 to {MOST_REVISION_BYTES} bytes and no control characters");
            return Err(Problem::invalid(detail));
        }
        let stated = &self.context;
        let single = [&self.external_ref, &stated.ticket, &stated.rollback_plan, &stated.description];
        let texts = single.into_iter().flatten().chain(&stated.tags);
        let mut texts = texts.chain(stated.evidence.iter().flat_map(|(key, value)| [key, value]));
        let is_bad = |text: &String| text.len() > MOST_TEXT_BYTES || text.contains('\0');
        if texts.any(is_bad) || stated.tags.len() > MOST_STATED || stated.evidence.len() > MOST_STATED {
            let detail = format!(
                "texts have at most {MOST_TEXT_BYTES} bytes and no NUL; there are at most {MOST_STATED} tags and pieces of evidence"
            );
            return Err(Problem::invalid(detail));
        }
        Ok(())
    }
}

/// What use cases work on, for a caller of the API: an active service, a repository that may be read.
pub(crate) async fn target(edge: &Edge, service: &str, environment: &str) -> Result<Target, Problem> {
    let definition = definition(edge, service).await?;
    let environment = edge.catalog().environment(environment)?;
    Ok(edge.catalog().allowed_target(service, &definition, environment)?)
}

/// What is known of a service; refused when it is deactivated, 404 for one that nobody defined.
pub(crate) async fn definition(edge: &Edge, service: &str) -> Result<Definition, Problem> {
    let stored = registry::find(edge.session().db.reader(), service).await?;
    match stored {
        Some(row) if !row.is_active => {
            Err(ServiceError::from(Refusal::ServiceInactive { service: service.to_owned() }).into())
        }
        Some(row) => Ok(Definition::of(&row)?),
        None if edge.catalog().open && drift::environment::valid_service_name(service) => Ok(Definition::default()),
        None => Err(Problem::missing("service", service)),
    }
}

/// The caller's key for a request, if it sent one.
pub(crate) fn request_key(
    edge: &Edge,
    headers: &HeaderMap,
    (caller, operation): (&Caller, Operation),
    request: &impl Serialize,
) -> Result<Option<RequestKey>, Problem> {
    let Some(sent) = headers.get("idempotency-key") else { return Ok(None) };
    let is_visible = |key: &&str| key.bytes().all(|byte| byte.is_ascii_graphic());
    let key = sent.to_str().ok().filter(|key| (1..=MOST_KEY_BYTES).contains(&key.len())).filter(is_visible);
    let malformed = || {
        let detail = format!("Idempotency-Key has 1 to {MOST_KEY_BYTES} visible characters");
        Problem::new(StatusCode::BAD_REQUEST, "bad-header", detail)
    };
    let request = serde_json::to_string(request).map_err(|error| Problem::internal(&error))?;
    Ok(Some(RequestKey {
        id: edge.session().clock.id(),
        actor: caller.actor(),
        operation,
        key: key.ok_or_else(malformed)?.to_owned(),
        request_digest: digest(&request),
    }))
}

/// Start a run; it waits for a worker, and its events tell how it goes
#[utoipa::path(post, path = "/api/v1/runs", operation_id = "start_run", tag = "runs", security(("token" = ["run"])),
    params(("idempotency-key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[!-~]+$", description = "the same key with the same request starts one run")),
    request_body = NewRun,
    responses((status = 202, description = "taken; Location names the run", body = RunView), Problems))]
pub(crate) async fn start(
    Runner(caller): Runner,
    State(edge): State<Edge>,
    headers: HeaderMap,
    Json(sent): Json<NewRun>,
) -> Result<Response, Problem> {
    sent.check()?;
    let key = request_key(&edge, &headers, (&caller, Operation::StartRun), &sent)?;
    // Whatever has become of the service and of this server since: the run that the key names was taken.
    if let Some(key) = &key
        && let Some(run) = key.find(edge.session().db.reader()).await?
    {
        return taken(run::summary(edge.session().db.reader(), run).await?);
    }
    let target = target(&edge, &sent.service, &sent.environment).await?;
    let Stated { ticket, tags, rollback_plan, evidence, description } = sent.context;
    let request = Request {
        id: edge.session().clock.id(),
        folder: target.repo.clone(),
        target,
        candidate: Candidate::Revision(sent.candidate.unwrap_or_else(|| "HEAD".to_owned())),
        golden: sent.golden,
        stated: Context { ticket, tags, rollback_plan, evidence, description },
        origin: Origin::Api,
        requested_by: Some(caller.actor()),
        external_ref: sent.external_ref,
        format: ReportFormat::Json,
        key: edge.fingerprint_key().to_vec(),
    };
    let run = edge.queue().submit(request, key).await?;
    taken(run.into())
}

fn taken(run: RunSummary) -> Result<Response, Problem> {
    let place =
        HeaderValue::from_str(&format!("/api/v1/runs/{}", run.id)).map_err(|error| Problem::internal(&error))?;
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, place)], axum::Json(RunView::of(run)?)).into_response())
}
