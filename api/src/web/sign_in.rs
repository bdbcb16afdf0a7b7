//! Signing in with a token, and out again.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use service::error::ServiceError;
use service::{token, web_session};

use super::{Layout, html};
use crate::auth::{self, Caller, Reader, cookie};
use crate::extract::Query;
use crate::problem::Problem;
use crate::state::Edge;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    layout: Layout,
    next: String,
    refused: bool,
}

/// Where to go on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Next {
    #[serde(default)]
    next: String,
}

/// The form of the page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignInForm {
    token: String,
    #[serde(default)]
    next: String,
}

/// The form of signing out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignOutForm {
    #[serde(default)]
    form_token: String,
}

/// The page.
pub(crate) async fn page(Query(next): Query<Next>) -> Result<Response, Problem> {
    shown(StatusCode::OK, &next.next, false)
}

fn shown(status: StatusCode, next: &str, refused: bool) -> Result<Response, Problem> {
    let next = cookie::local_path(next).to_owned();
    html(status, &SignIn { layout: Layout::for_anybody("Sign in"), next, refused })
}

/// A form of a page, or the problem with it. What it held is never told again.
pub(crate) fn form<T>(form: Result<Form<T>, FormRejection>) -> Result<T, Problem> {
    let Form(form) = form.map_err(|rejection| Problem::new(rejection.status(), "form", "the form cannot be read"))?;
    Ok(form)
}

/// Opens a session for a good token; 403 with the page again for any other.
pub(crate) async fn submit(
    State(edge): State<Edge>,
    sent: Result<Form<SignInForm>, FormRejection>,
) -> Result<Response, Problem> {
    let sent = form(sent)?;
    let session = edge.session();
    let found = token::find_valid(session.db.reader(), sent.token.trim(), session.clock.now()).await?;
    let Some(found) = found else { return shown(StatusCode::FORBIDDEN, &sent.next, true) };
    let clock = &session.clock;
    let opened = session.db.write(|transaction| async move {
        let (secret, _) = web_session::open(&transaction, found.id, clock).await?;
        Ok::<_, ServiceError>((transaction, secret))
    });
    let secret = opened.await?;
    tracing::info!(token = %found.name, "signed in");
    Ok(with_cookie(cookie::set(edge.options(), secret.expose()), cookie::local_path(&sent.next)))
}

/// Ends the session.
pub(crate) async fn out(
    Reader(caller): Reader,
    State(edge): State<Edge>,
    sent: Result<Form<SignOutForm>, FormRejection>,
) -> Result<Response, Problem> {
    let sent = form(sent)?;
    auth::check_form_token(&caller, &sent.form_token)?;
    if let Caller::Session { session: id, .. } = caller {
        let (session, now) = (edge.session(), edge.session().clock.now());
        let ended = session.db.write(|transaction| async move {
            web_session::end(&transaction, id, now).await?;
            Ok::<_, ServiceError>((transaction, ()))
        });
        ended.await?;
    }
    Ok(with_cookie(cookie::set(edge.options(), ""), "/sign-in"))
}

fn with_cookie(cookie: Option<HeaderValue>, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}
