//! What every page has: its head, its navigation, who is signed in.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::auth::Caller;
use crate::problem::Problem;

/// What the layout needs of a page. Templates extend `layout.html` and hold it as `layout`.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// The title, without the product's name.
    pub(crate) title: String,
    /// The place in the navigation: a path such as `/` or `/runs`.
    pub(crate) place: &'static str,
    /// Who looks; empty before signing in.
    pub(crate) actor: String,
    /// What every form must carry in a field `form_token`; empty where no cookie is at work.
    pub(crate) form_token: String,
    /// True when there is a session to sign out of.
    pub(crate) signed_in: bool,
}

impl Layout {
    /// The layout of a page for a caller.
    pub(crate) fn new(title: impl Into<String>, place: &'static str, caller: &Caller) -> Self {
        Self {
            title: title.into(),
            place,
            actor: caller.actor(),
            form_token: caller.form_token().to_owned(),
            signed_in: matches!(caller, Caller::Session { .. }),
        }
    }

    /// The places of the navigation, with what people call them.
    pub(crate) const fn places(&self) -> [(&'static str, &'static str); 5] {
        [("/", "Overview"), ("/runs", "Runs"), ("/keys", "Keys"), ("/database", "Database"), ("/docs", "API")]
    }

    /// The layout of a page for somebody who has not signed in.
    pub(crate) fn for_anybody(title: impl Into<String>) -> Self {
        Self { title: title.into(), place: "", actor: String::new(), form_token: String::new(), signed_in: false }
    }
}

/// A page, rendered. It is never kept by anybody: it shows what its reader may see now.
pub(crate) fn html(status: StatusCode, page: &impl Template) -> Result<Response, Problem> {
    let text = page.render().map_err(|error| Problem::internal(&error))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((status, headers, text).into_response())
}
