//! What a route demands, as the type of its first argument.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use entity::api_tokens::Scope;

use super::{Caller, of_program};
use crate::problem::Problem;
use crate::state::Edge;

/// Who calls: for a page they are known already, for anything else they must be a program that may come in.
async fn caller_of(parts: &mut Parts, edge: &Edge) -> Result<Caller, Problem> {
    match parts.extensions.remove::<Caller>() {
        Some(caller) => Ok(caller),
        None => of_program(edge, &parts.method, &parts.headers).await,
    }
}

/// Defines an extractor that lets callers of one scope through and nobody else.
macro_rules! demands {
    ($(#[$meta:meta])* $name:ident, $scope:expr) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub(crate) struct $name(pub(crate) Caller);

        impl FromRequestParts<Edge> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
                let caller = caller_of(parts, edge).await?;
                caller.require($scope)?;
                Ok(Self(caller))
            }
        }
    };
}

demands!(
    /// A caller who may see everything.
    Reader,
    Scope::Read
);
demands!(
    /// A caller who may start, cancel and replay runs.
    Runner,
    Scope::Run
);
demands!(
    /// A caller who may certify and revoke.
    Certifier,
    Scope::Certify
);
demands!(
    /// A caller who may make, change and deactivate services.
    Admin,
    Scope::Admin
);
