//! The problems that any operation may answer with, for the document.

use std::collections::BTreeMap;

use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema, ToSchema};

use crate::problem::{MEDIA_TYPE, Problem};

/// Statuses that stand before every operation or that every operation may have.
const STATUSES: [(&str, &str); 14] = [
    ("400", "a parameter, cursor or body is malformed"),
    ("401", "a token is needed"),
    ("403", "the token lacks the scope, or another site asked"),
    ("404", "there is no such thing"),
    ("406", "none of the accepted media types can be given"),
    ("408", "the request took too long"),
    ("409", "a rule or the state of the thing refuses"),
    ("412", "somebody changed the thing since it was read"),
    ("413", "the body is too large"),
    ("415", "the body is not JSON"),
    ("421", "the Host is not this server's"),
    ("422", "well-formed, and not possible"),
    ("429", "too many requests"),
    ("503", "the server cannot take this now"),
];

/// Statuses of heads that are no request yet: without a problem document.
const OF_HEADS: [(&str, &str); 2] =
    [("414", "the address is too long"), ("431", "the head of the request is too large")];

/// Every problem that an operation may answer with.
pub(crate) struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let of = |(status, description): (&str, &str)| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            let response = ResponseBuilder::new().description(description).content(MEDIA_TYPE, content).build();
            (status.to_owned(), RefOr::T(response))
        };
        let bare = |(status, description): (&str, &str)| {
            (status.to_owned(), RefOr::T(ResponseBuilder::new().description(description).build()))
        };
        STATUSES.into_iter().map(of).chain(OF_HEADS.into_iter().map(bare)).collect()
    }
}

/// The schema of a problem, by name.
pub(crate) fn problem_schema() -> (String, RefOr<utoipa::openapi::schema::Schema>) {
    (Problem::name().into_owned(), Problem::schema())
}
