//! Problems as people see them: a page in place of the document that programs get.

use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;

use super::{Layout, html};
use crate::auth::Caller;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    layout: Layout,
    status: u16,
    title: String,
    detail: String,
}

/// True when HTML is named among what is accepted; programs name it never, browsers always.
fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|kind| kind.trim_start().starts_with("text/html"))
}

/// After every page: a problem becomes a page for whoever wants one.
pub(crate) async fn as_page(request: Request, next: Next) -> Response {
    let wants_page = wants_page(request.headers());
    let caller = request.extensions().get::<Caller>().cloned();
    let response = next.run(request).await;
    let Some(problem) = response.extensions().get::<Problem>().filter(|_| wants_page) else { return response };
    let title = problem.status().canonical_reason().unwrap_or("Error").to_owned();
    let layout = match &caller {
        Some(caller) => Layout::new(title.clone(), "", caller),
        None => Layout::for_anybody(title.clone()),
    };
    let (status, detail) = (problem.status(), drift::report::escape::visible(problem.detail()));
    html(status, &ProblemPage { layout, status: status.as_u16(), title, detail }).unwrap_or(response)
}
