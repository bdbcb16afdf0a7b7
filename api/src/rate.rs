//! How often an address may ask.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Requests between two looks at how many addresses are remembered: to count them takes every lock of the table.
const REQUESTS: u64 = 1_024;

/// Addresses that are remembered before those with nothing to remember are forgotten.
const ADDRESSES: usize = 10_000;

/// The rates of all addresses.
pub(crate) struct Rate {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    asked: AtomicU64,
}

impl Rate {
    /// So many requests of one address in a second, and so many at once.
    pub(crate) fn new(per_second: NonZeroU32, burst: NonZeroU32) -> Self {
        let quota = Quota::per_second(per_second).allow_burst(burst);
        Self { limiter: RateLimiter::keyed(quota), asked: AtomicU64::new(0) }
    }

    /// Counts a request; false when the address asks too often.
    pub(crate) fn is_within(&self, address: IpAddr) -> bool {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        if asked.is_multiple_of(REQUESTS) && self.limiter.len() > ADDRESSES {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&address).is_ok()
    }
}
