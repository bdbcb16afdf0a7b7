//! Who calls, and what they may do: a token, a session of the dashboard, or the user of this machine.

pub(crate) mod cookie;
mod scope;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use entity::api_tokens::{self, Scope};
use entity::stored::Stored;
use service::{token, web_session};
use subtle::ConstantTimeEq;
use uuid::Uuid;

pub(crate) use scope::{Admin, Certifier, Reader, Runner};

use crate::problem::Problem;
use crate::state::Edge;

/// The header in which scripts of the dashboard send what forms send in a field.
pub(crate) const FORM_TOKEN_HEADER: &str = "x-form-token";

/// Who calls.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    /// The user of this machine, while no token exists.
    Local {
        /// Their name.
        user: String,
    },
    /// A program with a token.
    Token(Holder),
    /// A person who signed in with a token.
    Session {
        /// The token.
        holder: Holder,
        /// The session's row.
        session: Uuid,
        /// What forms must carry.
        form_token: String,
    },
}

/// What a token says of its holder.
#[derive(Clone, Debug)]
pub(crate) struct Holder {
    name: String,
    scopes: Vec<Scope>,
}

impl Holder {
    fn of(token: &api_tokens::Model) -> Result<Self, Problem> {
        let scopes = token.scopes().map_err(|error| Problem::internal(&error))?;
        Ok(Self { name: token.name.clone(), scopes })
    }
}

impl Caller {
    /// The name under which everything that they write is kept.
    pub(crate) fn actor(&self) -> String {
        match self {
            Self::Local { user } => format!("local:{user}"),
            Self::Token(holder) | Self::Session { holder, .. } => format!("api:{}", holder.name),
        }
    }

    /// True when they may do it.
    pub(crate) fn may(&self, scope: Scope) -> bool {
        match self {
            Self::Local { .. } => true,
            Self::Token(holder) | Self::Session { holder, .. } => holder.scopes.contains(&scope),
        }
    }

    /// What forms must carry; empty for callers without a cookie, whom no other site can make call.
    pub(crate) fn form_token(&self) -> &str {
        match self {
            Self::Session { form_token, .. } => form_token,
            Self::Local { .. } | Self::Token(_) => "",
        }
    }

    fn require(&self, scope: Scope) -> Result<(), Problem> {
        if self.may(scope) {
            return Ok(());
        }
        let detail = format!("{} lacks the scope {}", self.actor(), scope.stored());
        Err(Problem::new(StatusCode::FORBIDDEN, "scope", detail))
    }
}

/// True for methods that change nothing.
pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Finds out who calls; None when nobody that may come in.
pub(crate) async fn find_caller(edge: &Edge, headers: &HeaderMap) -> Result<Option<Caller>, Problem> {
    let (session, db) = (edge.session(), edge.session().db.reader());
    let now = session.clock.now();
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let secret = value.to_str().ok().and_then(bearer);
        let Some(secret) = secret else { return Ok(None) };
        let found = token::find_valid(db, secret, now).await?;
        return found.map(|token| Ok(Caller::Token(Holder::of(&token)?))).transpose();
    }
    if let Some(secret) = cookie::session_of(headers) {
        let found = web_session::find_valid(db, &secret, now).await?;
        if let Some((session, token)) = found {
            let (holder, form_token) = (Holder::of(&token)?, web_session::form_token(&secret));
            return Ok(Some(Caller::Session { holder, session: session.id, form_token }));
        }
    }
    if !edge.options().loopback || edge.needs_token().await? {
        return Ok(None);
    }
    Ok(Some(Caller::Local { user: edge.options().local_user.clone() }))
}

/// The scheme is compared without letter case (RFC 9110, section 11.1).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, secret) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

/// The caller of a route that is no page: 401 for nobody, and 403 for a script that lacks the session's form token.
async fn of_program(edge: &Edge, method: &Method, headers: &HeaderMap) -> Result<Caller, Problem> {
    let Some(caller) = find_caller(edge, headers).await? else {
        let problem = Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "a valid token is needed");
        return Err(problem.remedy("send `Authorization: Bearer TOKEN`; `golden token create` makes one"));
    };
    if !is_safe(method) && matches!(caller, Caller::Session { .. }) {
        let sent = headers.get(FORM_TOKEN_HEADER).and_then(|value| value.to_str().ok());
        check_form_token(&caller, sent.unwrap_or_default())?;
    }
    Ok(caller)
}

/// Before every page: whoever may not come in is sent to sign in, and back afterwards.
pub(crate) async fn of_person(State(edge): State<Edge>, mut request: Request, next: Next) -> Result<Response, Problem> {
    match find_caller(&edge, request.headers()).await? {
        Some(caller) => {
            request.extensions_mut().insert(caller);
            Ok(next.run(request).await)
        }
        None if is_safe(request.method()) => {
            let back = request.uri().path_and_query().map_or("/", |path| path.as_str());
            Ok(Redirect::to(&format!("/sign-in?next={}", cookie::escaped(back))).into_response())
        }
        None => Err(Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "sign in first")),
    }
}

/// 403 unless a form of a session carries the session's form token. Other callers have no cookie to be abused.
pub(crate) fn check_form_token(caller: &Caller, sent: &str) -> Result<(), Problem> {
    if bool::from(caller.form_token().as_bytes().ct_eq(sent.as_bytes())) || caller.form_token().is_empty() {
        return Ok(());
    }
    let detail = "the form token is missing or belongs to another session";
    Err(Problem::new(StatusCode::FORBIDDEN, "form-token", detail).remedy("load the page again and send it again"))
}
