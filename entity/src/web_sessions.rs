//! Sessions of the dashboard: digests of cookies, each bound to the token that opened it.

use sea_orm::entity::prelude::*;

pub use crate::generated::web_sessions::*;

impl Model {
    /// True when the session opens anything at a time.
    pub fn is_valid(&self, now: DateTimeUtc) -> bool {
        self.ended_at.is_none() && self.expires_at > now
    }
}

impl ActiveModelBehavior for ActiveModel {}
