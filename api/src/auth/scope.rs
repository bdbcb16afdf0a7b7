//! What a route demands, as the type of its first argument.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use entity::api_tokens::Scope;

use super::Caller;
use crate::problem::Problem;
use crate::state::Edge;

/// Defines an extractor that lets callers of one scope through and nobody else.
macro_rules! demands {
    ($(#[$meta:meta])* $name:ident, $scope:expr) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub(crate) struct $name(pub(crate) Caller);

        impl FromRequestParts<Edge> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, _: &Edge) -> Result<Self, Problem> {
                let caller = parts.extensions.remove::<Caller>();
                let caller = caller.ok_or_else(|| Problem::internal(&"a route stands outside of the authentication"))?;
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
