//! Cross-origin requests (the Fetch standard, <https://fetch.spec.whatwg.org/#http-cors-protocol>): none, unless golden.toml
//! names the sites whose pages may call the API with a token.

use std::time::Duration;

use axum::Router;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, Uri, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::guard::REQUEST_ID;
use crate::openapi::PREFIX;
use crate::state::Edge;

/// How long a browser may remember what it may send.
const REMEMBERED: Duration = Duration::from_secs(600);

/// True for `scheme://host[:port]` of HTTP as browsers write it: in lower case, without a path.
pub fn is_origin(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return false };
    matches!(scheme, "http" | "https")
        && text == format!("{scheme}://{authority}").to_ascii_lowercase()
        && !authority.as_str().contains('@')
}

/// True when a page of one of these sites asks for something of the API; pages of ours are for nobody else to read.
pub(crate) fn is_allowed(origins: &[String], origin: Option<&HeaderValue>, path: &str) -> bool {
    path.starts_with(PREFIX) && origin.is_some_and(|origin| origins.iter().any(|known| known.as_bytes() == origin))
}

/// Lets pages of these sites read what the routes answer. Cookies are not theirs to send.
pub(crate) fn allowing(routes: Router<Edge>, origins: &[String]) -> Router<Edge> {
    if origins.is_empty() {
        return routes;
    }
    let origins = origins.to_vec();
    let of_site = move |origin: &HeaderValue, asked: &Parts| is_allowed(&origins, Some(origin), asked.uri.path());
    let sent = [
        header::AUTHORIZATION,
        header::CONTENT_TYPE,
        header::IF_MATCH,
        header::IF_NONE_MATCH,
        HeaderName::from_static("idempotency-key"),
        HeaderName::from_static("last-event-id"),
        REQUEST_ID,
    ];
    let read = [header::ETAG, header::LOCATION, header::RETRY_AFTER, REQUEST_ID];
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(of_site))
        .allow_methods([Method::GET, Method::POST, Method::PATCH])
        .allow_headers(sent)
        .expose_headers(read)
        .max_age(REMEMBERED);
    routes.layer(layer)
}
