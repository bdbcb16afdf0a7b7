//! Problem details (RFC 9457) for every error, made from one exhaustive match over what a use case can say.

use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use service::error::{Refusal, ServiceError};
use utoipa::ToSchema;

/// The media type of a problem.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request was not answered as it was meant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// A name that stays: `urn:golden:problem:` and a word.
    #[serde(rename = "type")]
    kind: String,
    /// The status in words.
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What, which and why.
    detail: String,
    /// What to do about it, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

impl Problem {
    /// A problem of a status with a word for programs and a sentence for people, which must not quote secrets.
    pub(crate) fn new(status: StatusCode, word: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:golden:problem:{word}"),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            remedy: None,
        }
    }

    /// With what to do about it.
    pub(crate) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// 422: well-formed, and not possible.
    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail)
    }

    /// 404 for a thing of a name.
    pub(crate) fn missing(what: &str, id: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", format!("{what} {id} does not exist"))
    }

    /// 500. The cause is logged and not told: it may name hosts and files.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(cause = %drift::secret::redacted(&cause.to_string()), "a request failed");
        let detail = "the server could not do this; its log says why, under the request id of this answer";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
    }

    /// What, which and why.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        self.detail = drift::report::escape::visible(&self.detail);
        let body = match serde_json::to_string(&self) {
            Ok(body) => body,
            Err(error) => {
                tracing::error!(%error, "a problem could not be written");
                String::new()
            }
        };
        let mut response = (self.status(), body).into_response();
        // Pages tell it to people in another form.
        response.extensions_mut().insert(self.clone());
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self.status() {
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"golden\""));
            }
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        response
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        let detail = drift::secret::redacted(&error.to_string()).into_owned();
        let (status, word) = match &error {
            ServiceError::NotFound { .. } => (StatusCode::NOT_FOUND, "not-found"),
            ServiceError::Ambiguous { .. } => (StatusCode::CONFLICT, "ambiguous"),
            ServiceError::NoGoldenBranch { .. } => (StatusCode::CONFLICT, "no-golden-branch"),
            ServiceError::Cursor(_) => (StatusCode::BAD_REQUEST, "bad-cursor"),
            ServiceError::RunStatus { .. } => (StatusCode::CONFLICT, "run-status"),
            ServiceError::EmptySignature | ServiceError::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
            ServiceError::Rules(_) => (StatusCode::UNPROCESSABLE_ENTITY, "rules"),
            ServiceError::Source(_) => (StatusCode::UNPROCESSABLE_ENTITY, "source"),
            ServiceError::Refused(refusal) => of_refusal(refusal),
            ServiceError::Connect(_)
            | ServiceError::Schema(_)
            | ServiceError::Database(_)
            | ServiceError::GoldenRef(_)
            | ServiceError::NotPushed { .. }
            | ServiceError::RefLeft { .. }
            | ServiceError::Row(_)
            | ServiceError::Document { .. }
            | ServiceError::Transfer(_)
            | ServiceError::Worker(_) => return Self::internal(&error),
        };
        Self::new(status, word, detail)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        ServiceError::from(refusal).into()
    }
}

fn of_refusal(refusal: &Refusal) -> (StatusCode, &'static str) {
    match refusal {
        Refusal::NotCertifiable { .. } => (StatusCode::CONFLICT, "not-certifiable"),
        Refusal::OtherTarget { .. } => (StatusCode::CONFLICT, "other-target"),
        Refusal::GoldenMoved { .. } => (StatusCode::CONFLICT, "golden-moved"),
        Refusal::AlreadyCertified { .. } => (StatusCode::CONFLICT, "already-certified"),
        Refusal::Patch(_) => (StatusCode::CONFLICT, "no-patch"),
        Refusal::SecretInPatch { .. } => (StatusCode::CONFLICT, "secret-in-patch"),
        Refusal::NoDocument(_) => (StatusCode::CONFLICT, "no-document"),
        Refusal::NothingAccepted => (StatusCode::CONFLICT, "nothing-accepted"),
        Refusal::NameBlocking { .. } => (StatusCode::CONFLICT, "name-blocking"),
        Refusal::NeedsOverride { .. } => (StatusCode::CONFLICT, "needs-override"),
        Refusal::CandidateChanged { .. } => (StatusCode::CONFLICT, "candidate-changed"),
        Refusal::NothingToRevoke { .. } => (StatusCode::CONFLICT, "nothing-to-revoke"),
        Refusal::CannotReactivate { .. } => (StatusCode::CONFLICT, "cannot-reactivate"),
        Refusal::LostRace { .. } => (StatusCode::CONFLICT, "lost-race"),
        Refusal::QueueFull { .. } => (StatusCode::SERVICE_UNAVAILABLE, "queue-full"),
        Refusal::ShuttingDown => (StatusCode::SERVICE_UNAVAILABLE, "shutting-down"),
        Refusal::RepositoryNotAllowed => (StatusCode::UNPROCESSABLE_ENTITY, "repository-not-allowed"),
        Refusal::TokenExists { .. } => (StatusCode::CONFLICT, "token-exists"),
        Refusal::ServiceExists { .. } => (StatusCode::CONFLICT, "service-exists"),
        Refusal::ServiceOfFile { .. } => (StatusCode::CONFLICT, "service-of-file"),
        Refusal::ServiceChanged { .. } => (StatusCode::PRECONDITION_FAILED, "service-changed"),
        Refusal::ServiceInactive { .. } => (StatusCode::CONFLICT, "service-inactive"),
        Refusal::NotActive { .. } => (StatusCode::CONFLICT, "not-active"),
        Refusal::KeyOfAnotherRequest => (StatusCode::UNPROCESSABLE_ENTITY, "key-of-another-request"),
        Refusal::KeyUnderWay => (StatusCode::CONFLICT, "key-under-way"),
    }
}

/// 404 for a path that no route has.
pub(crate) async fn not_found(uri: Uri) -> Problem {
    let path: String = uri.path().chars().take(200).collect();
    Problem::new(StatusCode::NOT_FOUND, "no-route", format!("no route has the path {path}"))
}

/// 405 for a path that has no such method; `Allow` names those that it has.
pub(crate) async fn method_not_allowed() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method",
        "this path does not take the method; `Allow` names those that it does",
    )
}
