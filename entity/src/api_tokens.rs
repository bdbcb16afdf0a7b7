//! Tokens of the API: digests with scopes, an end and perhaps a revocation.

use sea_orm::Select;
use sea_orm::entity::prelude::*;

pub use crate::generated::api_tokens::*;
use crate::page::{Cursor, newest_first};
use crate::stored::{Stored, UnknownText, stored_words};

stored_words! {
    /// What a caller may do. No scope contains another.
    pub enum Scope {
        /// See everything.
        Read = "read",
        /// Start, cancel and replay runs.
        Run = "run",
        /// Certify and revoke.
        Certify = "certify",
        /// Make, change and deactivate services.
        Admin = "admin",
    }
}

impl Entity {
    /// All tokens, newest first, after a cursor.
    pub fn newest(after: Option<Cursor>) -> Select<Self> {
        newest_first(Self::find(), (Column::CreatedAt, Column::Id), after)
    }
}

impl Model {
    /// What the token allows.
    pub fn scopes(&self) -> Result<Vec<Scope>, UnknownText> {
        self.scopes.split(' ').map(|word| Scope::decode(word, "api_tokens", "scopes", self.id)).collect()
    }

    /// True when the token opens anything at a time.
    pub fn is_valid(&self, now: DateTimeUtc) -> bool {
        self.revoked_at.is_none() && self.expires_at > now
    }
}

impl ActiveModelBehavior for ActiveModel {}
