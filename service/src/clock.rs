//! Time and randomness as inputs: the composition root makes the clock, everything else is handed it.

use chrono::{DateTime, SubsecRound, Utc};
use uuid::{Builder, Uuid};

/// A source of time and of random bytes.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// The time now.
    pub read: fn() -> DateTime<Utc>,
    /// Ten random bytes.
    pub random: fn() -> [u8; 10],
}

impl Clock {
    /// The time now, UTC, in whole milliseconds: what every stored time is.
    pub fn now(&self) -> DateTime<Utc> {
        (self.read)().trunc_subsecs(3)
    }

    /// A new UUIDv7 (RFC 9562, section 5.7) from the time now and random bytes.
    pub fn id(&self) -> Uuid {
        let millis = u64::try_from(self.now().timestamp_millis()).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &(self.random)()).into_uuid()
    }
}
