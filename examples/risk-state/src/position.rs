//! Positions that can be held.

use crate::generated::positions;

/// Why there is no such position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PositionError {
    /// Less than nothing.
    #[error("the size of a position is 0 or more")]
    Size,
    /// Not above nothing.
    #[error("the average price of a position is above 0")]
    AveragePrice,
    /// Changed before it was there.
    #[error("a position is not updated before it is created")]
    Updated,
}

/// Says whether a position, as stored or to be stored, makes sense.
pub fn check(position: &positions::Model) -> Result<(), PositionError> {
    if position.size < 0 {
        return Err(PositionError::Size);
    }
    if position.average_price.is_nan() || position.average_price <= 0.0 {
        return Err(PositionError::AveragePrice);
    }
    if position.updated_at.is_some_and(|updated| updated < position.created_at) {
        return Err(PositionError::Updated);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDateTime, TimeDelta};

    use super::*;

    #[test]
    fn a_position_that_makes_no_sense_is_found() {
        let good = positions::Model {
            id: 1,
            account_id: 101,
            contract_id: "CON.F.US.ENQ.Z26".to_owned(),
            r#type: 1,
            size: 0,
            average_price: 0.5,
            created_at: NaiveDateTime::default(),
            updated_at: Some(NaiveDateTime::default()),
        };
        assert_eq!(check(&good), Ok(()));
        assert_eq!(check(&positions::Model { size: -1, ..good.clone() }), Err(PositionError::Size));
        assert_eq!(check(&positions::Model { average_price: 0.0, ..good.clone() }), Err(PositionError::AveragePrice));
        let before = Some(NaiveDateTime::default() - TimeDelta::milliseconds(1));
        assert_eq!(check(&positions::Model { updated_at: before, ..good }), Err(PositionError::Updated));
    }
}
