//! Lists on the wire: a page by key with a cursor, and ETags for what does not change.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use service::page::{Cursor, MOST_ROWS, Page, Rows, read_cursor, write_cursor};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;

/// Rows of a page, unless told otherwise.
pub(crate) const DEFAULT_ROWS: u64 = 50;

/// The media type of JSON.
const JSON: &str = "application/json";

/// Bytes of a row as JSON, or of a thing, unless it is an unusual one: text that grows is copied again and again.
const USUAL_BYTES: usize = 2 * 1024;

/// Headers of an answer with an ETag, those of safety included.
const USUAL_HEADERS: usize = 12;

/// Where a page starts and how long it is.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// Most rows.
    #[serde(default)]
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub(crate) limit: Option<u64>,
    /// Go on behind this cursor, which is `next` of the page before.
    #[serde(default)]
    #[param(max_length = 2000)]
    pub(crate) after: Option<String>,
}

/// Longest cursor of all lists.
const MOST_CURSOR: usize = 2_000;

impl PageQuery {
    /// The name behind which a list by name goes on; 400 for what is longer than any cursor.
    pub(crate) fn after_name(&self) -> Result<Option<&str>, Problem> {
        match self.after.as_deref() {
            Some(name) if name.chars().count() > MOST_CURSOR => {
                Err(Problem::new(StatusCode::BAD_REQUEST, "bad-cursor", "the cursor is not one that a list printed"))
            }
            after => Ok(after),
        }
    }
}

/// The number of rows that a page may have; 400 when it is none or too many.
pub(crate) fn limit(limit: Option<u64>) -> Result<u64, Problem> {
    match limit.unwrap_or(DEFAULT_ROWS) {
        rows @ 1..=MOST_ROWS => Ok(rows),
        rows => {
            let detail = format!("limit is {rows}; it must be 1 to {MOST_ROWS}");
            Err(Problem::new(StatusCode::BAD_REQUEST, "bad-query", detail))
        }
    }
}

/// 400 for a text of more characters than the document allows.
pub(crate) fn at_most(name: &str, text: &str, characters: usize) -> Result<(), Problem> {
    if text.chars().count() <= characters {
        return Ok(());
    }
    let detail = format!("{name} is longer than {characters} characters");
    Err(Problem::new(StatusCode::BAD_REQUEST, "bad-query", detail))
}

/// A page of things that are ordered by time.
pub(crate) fn page(rows: Option<u64>, after: Option<&str>) -> Result<Page, Problem> {
    Ok(Page { after: after.map(read_cursor).transpose()?, limit: limit(rows)? })
}

/// A page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// The rows, in the order of the list.
    pub(crate) items: Vec<T>,
    /// The cursor of the next page; null at the end.
    pub(crate) next: Option<String>,
}

impl<T> List<T> {
    /// A page of what a use case listed, each row told by `view`.
    pub(crate) fn of<R>(rows: Rows<R>, view: impl Fn(R) -> Result<T, Problem>) -> Result<Self, Problem> {
        let next = rows.next.as_ref().map(|cursor: &Cursor| write_cursor(cursor));
        let mut items = Vec::with_capacity(rows.rows.len());
        for row in rows.rows {
            items.push(view(row)?);
        }
        Ok(Self { items, next })
    }
}

impl<T: Serialize> IntoResponse for List<T> {
    fn into_response(self) -> Response {
        match encoded(&self, self.items.len() * USUAL_BYTES) {
            Ok(text) => ([(header::CONTENT_TYPE, JSON)], text).into_response(),
            Err(problem) => problem.into_response(),
        }
    }
}

/// How long a thing stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// For ever: it has an ETag, and 304 answers who has it already.
    Forever,
    /// It may be another one at any time.
    Passing,
}

/// JSON, with an ETag when it will never change.
pub(crate) fn json<T: Serialize>(headers: &HeaderMap, body: &T, lasting: Lasting) -> Result<Response, Problem> {
    Ok(content(headers, JSON, encoded(body, USUAL_BYTES)?, lasting))
}

/// JSON that has about so many bytes.
fn encoded(body: &impl Serialize, bytes: usize) -> Result<Vec<u8>, Problem> {
    let mut text = Vec::with_capacity(bytes);
    serde_json::to_writer(&mut text, body).map_err(|error| Problem::internal(&error))?;
    Ok(text)
}

/// The ETag of a text: the first half of its SHA-256, in quotes.
fn tag_of(text: &[u8]) -> String {
    let digest = Sha256::digest(text);
    format!("\"{:032x}\"", digest.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte)))
}

/// Text of a media type, with an ETag when it will never change.
pub(crate) fn content(
    headers: &HeaderMap,
    media_type: &'static str,
    text: impl Into<Bytes>,
    lasting: Lasting,
) -> Response {
    let (media_type, text) = (HeaderValue::from_static(media_type), text.into());
    if lasting == Lasting::Passing {
        let no_store = HeaderValue::from_static("no-store");
        return ([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, no_store)], text).into_response();
    }
    let tag = tag_of(&text);
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let is_known = known.flat_map(|value| value.split(',')).any(|known| {
        let known = known.trim();
        known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag
    });
    let mut response = Response::new(if is_known { Body::empty() } else { Body::from(text) });
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let answered = response.headers_mut();
    answered.reserve(USUAL_HEADERS);
    answered.insert(header::CONTENT_TYPE, media_type);
    // What is shown depends on who asks: it may be kept by the caller alone, and is asked for again.
    answered.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    answered.insert(header::VARY, HeaderValue::from_static("accept, authorization, cookie"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answered.insert(header::ETAG, tag);
    }
    response
}
