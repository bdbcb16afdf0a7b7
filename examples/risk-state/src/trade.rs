//! Trades that can have happened.

use chrono::NaiveDateTime;

/// Why there is no such trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TradeError {
    /// Nothing, or less.
    #[error("the quantity of a trade is above 0")]
    Quantity,
    /// Later than now.
    #[error("a trade does not lie in the future")]
    Future,
}

/// Says whether a trade of this quantity at this time, UTC, can have happened by `now`.
pub fn check(quantity: i64, timestamp: NaiveDateTime, now: NaiveDateTime) -> Result<(), TradeError> {
    match (quantity, timestamp) {
        (..=0, _) => Err(TradeError::Quantity),
        (_, time) if time > now => Err(TradeError::Future),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trade_is_of_something_and_not_of_tomorrow() {
        let now = NaiveDateTime::default();
        let later = now + chrono::TimeDelta::milliseconds(1);
        assert_eq!(check(1, now, now), Ok(()));
        assert_eq!(check(0, now, now), Err(TradeError::Quantity));
        assert_eq!(check(1, later, now), Err(TradeError::Future));
    }
}
