//! Running a whole unit of work again when another writer was faster.

use std::time::Duration;

use sea_orm::{DbErr, RuntimeErr};

/// How often a unit of work is tried, the first time included.
pub const MAX_ATTEMPTS: u32 = 8;

/// The longest pause before the second attempt; it doubles with every further one.
const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// SQLite: busy, locked, and the extended forms for recovery, shared cache, snapshot and time-out.
const SQLITE_BUSY: [&str; 6] = ["5", "6", "261", "262", "517", "773"];

/// Postgres: serialization failure, deadlock, lock not available.
const POSTGRES_BUSY: [&str; 3] = ["40001", "40P01", "55P03"];

/// Numbers in `0.0..1.0` from the caller's source of randomness.
pub type Random = fn() -> f64;

/// An error that can say whether the same work may succeed when it is done again from its start.
pub trait Transient {
    /// True when another writer was in the way and nothing else was wrong.
    fn is_transient(&self) -> bool;
}

impl Transient for DbErr {
    fn is_transient(&self) -> bool {
        database_code(self)
            .is_some_and(|code| SQLITE_BUSY.contains(&code.as_str()) || POSTGRES_BUSY.contains(&code.as_str()))
    }
}

/// The code that the database gave to an error: SQLSTATE on Postgres, the extended result code on SQLite.
pub fn database_code(error: &DbErr) -> Option<String> {
    let (DbErr::Conn(RuntimeErr::SqlxError(cause))
    | DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
    else {
        return None;
    };
    Some(cause.as_database_error()?.code()?.into_owned())
}

/// The attempts at one unit of work, [`MAX_ATTEMPTS`] in all, with random pauses between them so that those who
/// collided do not collide again.
///
/// It is a counter that a loop asks, and no function that is given the work: a future that runs borrowed async
/// closures is not `Send`, and then no server could write.
#[derive(Clone, Debug)]
pub struct Attempts {
    random: Random,
    failed: u32,
    longest: Duration,
}

impl Attempts {
    /// None made yet.
    pub const fn new(random: Random) -> Self {
        Self { random, failed: 0, longest: FIRST_PAUSE }
    }

    /// Pauses before the next attempt, or gives the error back when it will not help or was the last attempt's.
    pub async fn after<E: Transient>(&mut self, error: E) -> Result<(), E> {
        self.failed += 1;
        if self.failed >= MAX_ATTEMPTS || !error.is_transient() {
            return Err(error);
        }
        tracing::debug!(attempt = self.failed, "another writer was faster, trying again");
        tokio::time::sleep(self.longest.mul_f64((self.random)())).await;
        self.longest = LONGEST_PAUSE.min(self.longest * 2);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Fault {
        Busy(u32),
        Broken,
    }

    impl Transient for Fault {
        fn is_transient(&self) -> bool {
            matches!(self, Self::Busy(_))
        }
    }

    /// Work that succeeds with its `good`-th call.
    async fn busy_until(good: u32) -> Result<u32, Fault> {
        let mut attempts = Attempts::new(|| 0.0);
        let mut calls = 0;
        loop {
            calls += 1;
            if calls >= good {
                return Ok(calls);
            }
            attempts.after(Fault::Busy(calls)).await?;
        }
    }

    #[tokio::test]
    async fn the_last_attempt_counts_and_there_is_none_after_it() {
        assert_eq!(busy_until(1).await, Ok(1));
        assert_eq!(busy_until(MAX_ATTEMPTS).await, Ok(MAX_ATTEMPTS));
        assert_eq!(busy_until(MAX_ATTEMPTS + 1).await, Err(Fault::Busy(MAX_ATTEMPTS)));
    }

    #[tokio::test]
    async fn another_fault_is_not_tried_again() {
        let mut attempts = Attempts::new(|| 0.0);
        assert_eq!(attempts.after(Fault::Busy(1)).await, Ok(()));
        assert_eq!(attempts.after(Fault::Broken).await, Err(Fault::Broken));
    }
}
