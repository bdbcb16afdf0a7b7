//! Whether any token exists, without asking the database for every request.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use service::error::ServiceError;
use service::session::Session;
use service::token;

/// What is known of tokens. They are never deleted, so that a yes is for good; a no is believed for a bounded time,
/// because `golden token create` is another process.
pub(crate) struct Tokens {
    started: Instant,
    believed: Duration,
    exist: OnceLock<()>,
    /// Milliseconds from the start to when there was none for sure, and one more; 0 when nobody looked.
    none_at: AtomicU64,
}

impl Tokens {
    /// Nobody looked yet.
    pub(crate) fn new(believed: Duration) -> Self {
        Self { started: Instant::now(), believed, exist: OnceLock::new(), none_at: AtomicU64::new(0) }
    }

    /// True when a token exists. The answer is no older than the time that it is believed for.
    pub(crate) async fn exist(&self, session: &Session) -> Result<bool, ServiceError> {
        if self.exist.get().is_some() {
            return Ok(true);
        }
        // Before the query: a token that is made while it runs may not be seen by it.
        let now = self.millis();
        let none_at = self.none_at.load(Ordering::Relaxed);
        let believed = u64::try_from(self.believed.as_millis()).unwrap_or(u64::MAX);
        if none_at > 0 && now.saturating_sub(none_at) < believed {
            return Ok(false);
        }
        if token::any(session.db.reader()).await? {
            self.exist.get_or_init(|| ());
            return Ok(true);
        }
        self.none_at.store(now, Ordering::Relaxed);
        Ok(false)
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
    }
}
