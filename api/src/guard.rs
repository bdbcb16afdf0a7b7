//! What stands before every route: request ids, logs, numbers, host and origin, rate, time and size, and the headers
//! of every answer.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};

use crate::auth::is_safe;
use crate::cors;
use crate::problem::Problem;
use crate::state::{Edge, ServerOptions};

/// The header of a request's id.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest request id that a caller may choose.
const REQUEST_ID_BYTES: usize = 100;

/// What a page carries unless its route says otherwise: no inline script, no inline style, nothing from another host, no
/// frame.
static OF_PAGES: [(HeaderName, HeaderValue); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
    ),
    NO_SNIFF,
    NO_FRAME,
    NO_EMBEDDING,
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
];

/// What any other answer carries: should a browser show it as a page, it loads and runs nothing.
static OF_DATA: [(HeaderName, HeaderValue); 4] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    NO_SNIFF,
    NO_FRAME,
    NO_EMBEDDING,
];

const NO_SNIFF: (HeaderName, HeaderValue) = (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
const NO_FRAME: (HeaderName, HeaderValue) = (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
const NO_EMBEDDING: (HeaderName, HeaderValue) =
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));

/// Puts everything that stands before a route around all routes: one layer, for each costs every request.
pub(crate) fn around(routes: Router<Edge>, edge: &Edge) -> Router<Edge> {
    routes.layer(from_fn_with_state(edge.clone(), observed))
}

/// The answer of the routes to a request that may come in, in the time that it may take.
async fn answered(edge: &Edge, mut request: Request, next: Next) -> Response {
    if let Err(problem) = not_too_often(edge, &request).and_then(|()| from_here(edge.options(), &request)) {
        return problem.into_response();
    }
    let limits = &edge.options().limits;
    DefaultBodyLimit::max(limits.body_bytes).apply(&mut request);
    let time = limits.request_time;
    match tokio::time::timeout(time, next.run(request)).await {
        Ok(response) => response,
        // It took too long, be it that its body came too slowly.
        Err(_) => {
            let detail = format!("the request took longer than {} s", time.as_secs_f64());
            Problem::new(StatusCode::REQUEST_TIMEOUT, "too-slow", detail).into_response()
        }
    }
}

/// 400 for a NUL, which Postgres cannot store; 421 for a foreign host (DNS rebinding), 403 for a change that another
/// site asks for.
fn from_here(options: &ServerOptions, request: &Request) -> Result<(), Problem> {
    if request.uri().path().contains("%00") {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "bad-path", "a NUL is part of no name"));
    }
    if request.uri().query().is_some_and(|query| query.contains("%00")) {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "bad-query", "a NUL is part of no text"));
    }
    let host = host(request);
    if !host.is_some_and(|host| is_ours(options, host)) {
        let detail = "the Host of the request is none of this server's; golden.toml names them under server.hosts";
        return Err(Problem::new(StatusCode::MISDIRECTED_REQUEST, "host", detail));
    }
    if is_of_another_site(request.headers(), host.unwrap_or_default())
        && !cors::is_allowed(&options.origins, request.headers().get(header::ORIGIN), request.uri().path())
        && (!is_safe(request.method()) || request.headers().contains_key(header::UPGRADE))
    {
        let detail = "the Origin of the request is another site";
        return Err(Problem::new(StatusCode::FORBIDDEN, "origin", detail));
    }
    Ok(())
}

fn host(request: &Request) -> Option<&str> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next(), hosts.next(), request.uri().authority()) {
        (Some(host), None, None) => host.to_str().ok(),
        (Some(host), None, Some(authority)) if host.as_bytes() == authority.as_str().as_bytes() => {
            Some(authority.as_str())
        }
        (None, None, Some(authority)) => Some(authority.as_str()),
        _ => None,
    }
}

/// An address, `localhost`, or a name of golden.toml. Only a name can be made to point elsewhere.
fn is_ours(options: &ServerOptions, host: &str) -> bool {
    if host.parse::<SocketAddr>().is_ok() || host.parse::<IpAddr>().is_ok() {
        return true;
    }
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<IpAddr>().is_ok();
    }
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.parse::<u16>().is_ok() => name,
        Some(_) => return false,
        None => host,
    };
    name.eq_ignore_ascii_case("localhost") || options.hosts.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Browsers say where a request comes from; programs say nothing.
fn is_of_another_site(headers: &HeaderMap, host: &str) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if matches!(site, Some(b"cross-site" | b"same-site")) {
        return true;
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return false };
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    !origin.is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
}

/// 429 for an address that asks too often.
fn not_too_often(edge: &Edge, request: &Request) -> Result<(), Problem> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let ConnectInfo(peer) = peer.ok_or_else(|| Problem::internal(&"a request came without its address"))?;
    if edge.rate().is_within(peer.ip()) {
        return Ok(());
    }
    let limits = &edge.options().limits;
    let detail = format!(
        "more than {} requests in a second, or {} at once, from one address",
        limits.requests_per_second, limits.burst
    );
    Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many", detail))
}

/// Gives every request an id, writes it into the log and counts it, and puts the headers of safety on every answer.
async fn observed(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let chosen = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let is_plain = |id: &&str| {
        (1..=REQUEST_ID_BYTES).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    let id = chosen.filter(is_plain).map_or_else(|| edge.session().clock.id().to_string(), str::to_owned);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let began = Instant::now();
    let span = tracing::info_span!("request", id = %id, %method, route = %route);
    #[cfg(feature = "otel")]
    crate::trace_context::go_on(&span, request.headers());
    let mut response = tracing::Instrument::instrument(answered(&edge, request, next), span.clone()).await;
    let (status, took) = (response.status(), began.elapsed());
    span.in_scope(|| tracing::info!(status = status.as_u16(), microseconds = took.as_micros(), "answered"));
    // Methods are anybody's words: only known ones are labels.
    let is_known = [Method::GET, Method::HEAD, Method::POST, Method::PATCH, Method::OPTIONS].contains(&method);
    edge.metrics().answered(if is_known { method.as_str() } else { "other" }, route, status.as_str(), took);
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert(REQUEST_ID, id);
    }
    if let Some(strict) = edge.options().https.then(|| HeaderValue::from_static("max-age=31536000")) {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, strict);
    }
    let is_page = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let safety = if is_page { OF_PAGES.as_slice() } else { OF_DATA.as_slice() };
    headers.reserve(safety.len());
    for (name, value) in safety {
        headers.entry(name).or_insert_with(|| value.clone());
    }
    response
}
