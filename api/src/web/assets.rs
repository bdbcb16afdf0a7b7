//! Styles and scripts, built in; they change with the build only, which is their ETag.

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use crate::auth::Reader;
use crate::extract::Path;
use crate::page::{Lasting, content};
use crate::problem::Problem;

/// Name, media type and text of each file.
const FILES: &[(&str, &str, &str)] = &[
    ("style.css", "text/css; charset=utf-8", include_str!("../../static/style.css")),
    ("icon.svg", "image/svg+xml", include_str!("../../static/icon.svg")),
    ("theme.js", "text/javascript; charset=utf-8", include_str!("../../static/theme.js")),
    ("run.js", "text/javascript; charset=utf-8", include_str!("../../static/run.js")),
    ("page.js", "text/javascript; charset=utf-8", include_str!("../../static/page.js")),
];

/// One file. Anybody may have it: it holds nothing of anybody.
pub(crate) async fn show(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let found = FILES.iter().find(|(known, ..)| *known == name);
    let (_, media_type, text) =
        found.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "no-route", "there is no such file"))?;
    Ok(content(&headers, media_type, *text, Lasting::Forever))
}

/// The OpenAPI document.
pub(crate) async fn document(_: Reader, headers: HeaderMap, text: Arc<String>) -> Response {
    content(&headers, "application/json", text.as_str().to_owned(), Lasting::Forever)
}
