//! A run as a report, in the format that the caller accepts.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use drift::report::{Layout, ReportFormat, render};
use serde::Deserialize;
use service::{report, run};
use utoipa::IntoParams;
use uuid::Uuid;

use super::answers::Problems;
use super::deltas::word;
use super::words;
use crate::auth::Reader;
use crate::extract::{Path, Query};
use crate::page::{self, Lasting};
use crate::problem::Problem;
use crate::state::Edge;

/// The report holds its own styles, and nothing in it may run or load anything.
const OWN_STYLES: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'; sandbox";

/// Columns of a text report.
const WIDTH: u16 = 100;

/// Which format; without one the Accept header says.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FormatQuery {
    /// The format.
    #[param(schema_with = words::report_format)]
    format: Option<String>,
}

/// The media types of each format, the first of which is answered with.
const MEDIA_TYPES: [(&[&str], ReportFormat); 6] = [
    (&["application/json"], ReportFormat::Json),
    (&["text/html; charset=utf-8"], ReportFormat::Html),
    (&["text/markdown; charset=utf-8"], ReportFormat::Markdown),
    (&["text/plain; charset=utf-8"], ReportFormat::Text),
    (&["application/sarif+json"], ReportFormat::Sarif),
    (&["application/xml", "text/xml"], ReportFormat::Junit),
];

/// A run as a report: JSON, HTML, Markdown, text, SARIF or JUnit XML
#[utoipa::path(get, path = "/api/v1/runs/{run}/report", operation_id = "show_report", tag = "runs", security(("token" = ["read"])),
    params(("run" = Uuid, Path, description = "the run's id"), FormatQuery),
    responses((status = 200, description = "the report", content(
        (serde_json::Value = "application/json"), (String = "text/html"), (String = "text/markdown"),
        (String = "text/plain"), (serde_json::Value = "application/sarif+json"), (String = "application/xml"))),
        (status = 304, description = "known already"), Problems))]
pub(crate) async fn show(
    _: Reader,
    State(edge): State<Edge>,
    Path(id): Path<Uuid>,
    Query(query): Query<FormatQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let chosen = word::<ReportFormat>("format", query.format.as_deref())?;
    let format = match chosen {
        Some(format) => format,
        None => accepted(&headers)?,
    };
    let db = edge.session().db.reader();
    let run = run::get(db, id).await?;
    let report = report::rebuild(db, &run).await?;
    let most_deltas = edge.catalog().settings.limits.report_deltas as usize;
    let layout = Layout { color: false, width: WIDTH, most_deltas };
    let media_type = MEDIA_TYPES.iter().find(|(_, known)| *known == format);
    let media_type = media_type.and_then(|(types, _)| types.first()).copied().unwrap_or("text/plain; charset=utf-8");
    let mut response = page::content(&headers, media_type, render(&report, format, &layout), Lasting::Forever);
    if format == ReportFormat::Html {
        let policy = HeaderValue::from_static(OWN_STYLES);
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-golden-format"), HeaderValue::from_static(format.as_str()));
    Ok(response)
}

/// The format that the caller likes best, of those with the same weight the first one above; 406 for none.
fn accepted(headers: &HeaderMap) -> Result<ReportFormat, Problem> {
    let values: Vec<&str> = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    if values.is_empty() {
        return Ok(ReportFormat::Json);
    }
    let ranges: Vec<(&str, f32)> = values.iter().flat_map(|value| value.split(',')).map(range).collect();
    let weight = |types: &[&str]| types.iter().map(|known| weight_of(&ranges, known)).fold(0.0, f32::max);
    let mut best: Option<(f32, ReportFormat)> = None;
    for (types, format) in MEDIA_TYPES {
        let weight = weight(types);
        if weight > best.map_or(0.0, |(best, _)| best) {
            best = Some((weight, format));
        }
    }
    let none = || {
        let detail = "none of the accepted media types is one of a report";
        Problem::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", detail).remedy(
            "accept application/json, text/html, text/markdown, text/plain, application/sarif+json or application/xml",
        )
    };
    best.map(|(_, format)| format).ok_or_else(none)
}

/// A range of an Accept header and its weight.
fn range(text: &str) -> (&str, f32) {
    let mut parts = text.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default();
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    (media_type, weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0)))
}

/// The weight of a media type: that of the most specific range that it is in (RFC 9110, section 12.5.1).
fn weight_of(ranges: &[(&str, f32)], known: &str) -> f32 {
    let known = known.split(';').next().unwrap_or_default();
    let group = known.split('/').next().unwrap_or_default();
    let of =
        |wanted: &str| ranges.iter().find(|(range, _)| range.eq_ignore_ascii_case(wanted)).map(|(_, weight)| *weight);
    of(known).or_else(|| of(&format!("{group}/*"))).or_else(|| of("*/*")).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn gives(accept: &str, format: Option<ReportFormat>) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_str(accept).unwrap());
        assert_eq!(accepted(&headers).ok(), format, "{accept}");
    }

    #[test]
    fn the_format_is_the_one_that_is_liked_best() {
        gives("text/markdown", Some(ReportFormat::Markdown));
        gives("text/xml", Some(ReportFormat::Junit));
        gives("*/*", Some(ReportFormat::Json));
        gives("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some(ReportFormat::Html));
        gives("application/json;q=0, */*;q=0.1", Some(ReportFormat::Html));
        gives("text/*;q=0.5, application/sarif+json;q=0.4", Some(ReportFormat::Html));
        gives("image/png", None);
        gives("application/json;q=0", None);
        assert_eq!(accepted(&HeaderMap::new()).ok(), Some(ReportFormat::Json));
    }
}
