//! What handlers take from a request, with a problem for everything that does not fit.

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// A JSON body: 400 when malformed, 413 when too large, 415 when something else, 422 when it does not fit.
#[derive(Clone, Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(of_body(&rejection)),
        }
    }
}

fn of_body(rejection: &JsonRejection) -> Problem {
    let detail = told(&rejection.body_text());
    match rejection {
        JsonRejection::JsonDataError(_) => Problem::invalid(detail),
        JsonRejection::JsonSyntaxError(_) => Problem::new(StatusCode::BAD_REQUEST, "malformed-json", detail),
        JsonRejection::MissingJsonContentType(_) => Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media-type",
            "the body must be JSON, with Content-Type: application/json",
        ),
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
