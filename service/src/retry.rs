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

/// Runs `work` until it succeeds, fails for good, or has been tried [`MAX_ATTEMPTS`] times; the last error is returned.
/// The pauses are random, so that those who collided do not collide again.
pub async fn retry<T, E: Transient>(random: Random, work: impl AsyncFn() -> Result<T, E>) -> Result<T, E> {
    let mut longest = FIRST_PAUSE;
    for _ in 1..MAX_ATTEMPTS {
        match work().await {
            Err(error) if error.is_transient() => tracing::debug!("another writer was faster, trying again"),
            done => return done,
        }
        tokio::time::sleep(longest.mul_f64(random())).await;
        longest = LONGEST_PAUSE.min(longest * 2);
    }
    work().await
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

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

    async fn busy_until(good: u32) -> (Result<u32, Fault>, u32) {
        let calls = Cell::new(0);
        let result = retry(
            || 0.0,
            async || {
                calls.set(calls.get() + 1);
                if calls.get() >= good {
                    Ok(calls.get())
                } else {
                    Err(Fault::Busy(calls.get()))
                }
            },
        )
        .await;
        (result, calls.get())
    }

    #[tokio::test]
    async fn the_last_attempt_counts_and_there_is_none_after_it() {
        assert_eq!(busy_until(1).await, (Ok(1), 1));
        assert_eq!(busy_until(MAX_ATTEMPTS).await, (Ok(MAX_ATTEMPTS), MAX_ATTEMPTS));
        assert_eq!(
            busy_until(MAX_ATTEMPTS + 1).await,
            (Err(Fault::Busy(MAX_ATTEMPTS)), MAX_ATTEMPTS)
        );
    }

    #[tokio::test]
    async fn another_fault_is_not_tried_again() {
        let calls = Cell::new(0);
        let result: Result<(), Fault> = retry(
            || 0.0,
            async || {
                calls.set(calls.get() + 1);
                Err(Fault::Broken)
            },
        )
        .await;
        assert_eq!((result, calls.get()), (Err(Fault::Broken), 1));
    }
}
