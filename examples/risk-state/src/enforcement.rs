//! How long an enforcement may take.

/// From this time on, in milliseconds, an enforcement is slow.
pub const WARN_MS: i64 = 500;

/// From this time on, in milliseconds, it is far too slow.
pub const CRITICAL_MS: i64 = 2_000;

/// From this time on, in milliseconds, it counts as failed.
pub const FAILED_MS: i64 = 5_000;

/// What the time of an enforcement means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pace {
    /// In time.
    Good,
    /// Slow: worth a warning.
    Warn,
    /// Far too slow.
    Critical,
    /// As if it had not happened.
    Failed,
}

impl Pace {
    /// What a time in milliseconds means.
    pub const fn of(milliseconds: i64) -> Self {
        match milliseconds {
            FAILED_MS.. => Self::Failed,
            CRITICAL_MS.. => Self::Critical,
            WARN_MS.. => Self::Warn,
            _ => Self::Good,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_belongs_to_what_is_worse() {
        let paces = [0, 499, 500, 1_999, 2_000, 4_999, 5_000].map(Pace::of);
        use Pace::{Critical, Failed, Good, Warn};
        assert_eq!(paces, [Good, Good, Warn, Warn, Critical, Critical, Failed]);
    }
}
