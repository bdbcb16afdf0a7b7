//! Forms of pages, whose fields may stand several times.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;

use crate::auth::{self, Caller};
use crate::problem::Problem;

/// The fields of a form, in order.
#[derive(Clone, Debug)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The fields of an address, of which only these are known.
    pub(crate) fn of_query(pairs: Vec<(String, String)>, known: &[&str]) -> Result<Self, Problem> {
        match pairs.iter().any(|(name, _)| !known.contains(&name.as_str())) {
            true => Err(Problem::new(StatusCode::BAD_REQUEST, "bad-query", "a parameter is unknown")),
            false => Ok(Self(pairs)),
        }
    }

    /// The fields of a body, which must carry the caller's form token. What it held is never told again.
    pub(crate) fn of_body(
        caller: &Caller,
        sent: Result<Form<Vec<(String, String)>>, FormRejection>,
    ) -> Result<Self, Problem> {
        let unreadable = |rejection: FormRejection| Problem::new(rejection.status(), "form", "the form cannot be read");
        let Form(pairs) = sent.map_err(unreadable)?;
        let fields = Self(pairs);
        auth::check_form_token(caller, fields.one("form_token"))?;
        Ok(fields)
    }

    /// The first value of a field; empty without one.
    pub(crate) fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// All values of a field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
