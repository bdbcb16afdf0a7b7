//! What handlers take from a request, with a problem for everything that does not fit.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// A JSON body: 400 when malformed, 413 when too large, 415 when something else, 422 when it does not fit.
#[derive(Clone, Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|kind| {
                let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
                kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
            });
        if !is_json {
            let detail = "the body must be JSON, with Content-Type: application/json";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", detail));
        }
        let unread = |rejection: BytesRejection| Problem::new(rejection.status(), "body", rejection.body_text());
        let bytes = Bytes::from_request(request, state).await.map_err(unread)?;
        match axum::Json::<T>::from_bytes(&bytes) {
            // Sequences would be taken for the fields of an object in their order.
            Ok(_) if bytes.trim_ascii_start().first() != Some(&b'{') => {
                Err(Problem::invalid("the body must be an object"))
            }
            Ok(_) if holds_nul(&bytes) => Err(Problem::invalid("a NUL is part of no text")),
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(of_body(&rejection)),
        }
    }
}

/// True when a string of a JSON text holds an escaped NUL, which Postgres cannot store. A raw one is malformed.
fn holds_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escaped = rest.get(at + 1..).unwrap_or_default();
        if escaped.starts_with(b"u0000") {
            return true;
        }
        rest = escaped.get(1..).unwrap_or_default();
    }
    false
}

fn of_body(rejection: &JsonRejection) -> Problem {
    let detail = told(&rejection.body_text());
    match rejection {
        JsonRejection::JsonDataError(_) => Problem::invalid(detail),
        JsonRejection::JsonSyntaxError(_) => Problem::new(StatusCode::BAD_REQUEST, "malformed-json", detail),
        other => Problem::new(other.status(), "body", detail),
    }
}

/// The parameters behind the question mark: 400 when one is unknown or does not fit.
#[derive(Clone, Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let rejected = |rejection: QueryRejection| {
            Problem::new(StatusCode::BAD_REQUEST, "bad-query", told(&rejection.body_text()))
        };
        let axum::extract::Query(query) =
            axum::extract::Query::<T>::from_request_parts(parts, state).await.map_err(rejected)?;
        Ok(Self(query))
    }
}

/// The parameters of the path: 400 when one does not fit.
#[derive(Clone, Debug)]
pub(crate) struct Path<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let rejected =
            |rejection: PathRejection| Problem::new(StatusCode::BAD_REQUEST, "bad-path", told(&rejection.body_text()));
        let axum::extract::Path(path) =
            axum::extract::Path::<T>::from_request_parts(parts, state).await.map_err(rejected)?;
        Ok(Self(path))
    }
}

/// Longest message of a parser that is passed on.
const MESSAGE_CHARS: usize = 300;

/// A parser may quote what it read, which may be long and may be a secret.
fn told(message: &str) -> String {
    drift::report::escape::brief(&drift::secret::redact_text(message), MESSAGE_CHARS)
}
