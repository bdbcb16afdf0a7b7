//! Orders that make sense: checked when they are made, since the adopted table has no CHECK.

use chrono::NaiveDateTime;

use crate::generated::orders;

/// The types of orders as the table stores them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderType {
    /// At the price of the market.
    Market = 1,
    /// At a price or better.
    Limit = 2,
    /// At the market once a price is reached.
    Stop = 3,
    /// At a price or better once another is reached.
    StopLimit = 4,
    /// A stop that follows the market; new in version 2.
    TrailingStop = 5,
}

impl OrderType {
    const ALL: [Self; 5] = [Self::Market, Self::Limit, Self::Stop, Self::StopLimit, Self::TrailingStop];

    /// The type that a stored number stands for; none when no type has it.
    pub fn of(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|known| *known as i64 == number)
    }

    const fn needs_limit(self) -> bool {
        matches!(self, Self::Limit | Self::StopLimit)
    }

    const fn needs_stop(self) -> bool {
        matches!(self, Self::Stop | Self::StopLimit)
    }
}

/// Why there is no such order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// Nothing, or less.
    #[error("the size of an order is above 0")]
    Size,
    /// More than was ordered, or less than nothing.
    #[error("what is filled of an order is between 0 and its size")]
    Filled,
    /// A limit order without a limit.
    #[error("an order with a limit needs limit_price")]
    LimitPrice,
    /// A stop order without a stop.
    #[error("an order with a stop needs stop_price")]
    StopPrice,
    /// Not above nothing.
    #[error("prices are above 0")]
    Price,
}

/// What an order is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct NewOrder {
    /// Its number at the exchange.
    pub id: i64,
    /// Whose it is.
    pub account_id: i64,
    /// What is bought or sold.
    pub contract_id: String,
    /// How.
    pub order_type: OrderType,
    /// 0 to buy, 1 to sell.
    pub side: i64,
    /// How many.
    pub size: i64,
    /// How many of them are bought or sold already.
    pub filled: i64,
    /// The limit, where the type has one.
    pub limit_price: Option<f64>,
    /// The stop, where the type has one.
    pub stop_price: Option<f64>,
    /// The state as the exchange counts it.
    pub state: i64,
    /// When it was made, UTC.
    pub created_at: NaiveDateTime,
}

impl NewOrder {
    /// The row of the order, or the first rule that it breaks.
    pub fn row(self) -> Result<orders::Model, OrderError> {
        if self.size <= 0 {
            return Err(OrderError::Size);
        }
        if !(0..=self.size).contains(&self.filled) {
            return Err(OrderError::Filled);
        }
        if self.order_type.needs_limit() && self.limit_price.is_none() {
            return Err(OrderError::LimitPrice);
        }
        if self.order_type.needs_stop() && self.stop_price.is_none() {
            return Err(OrderError::StopPrice);
        }
        if [self.limit_price, self.stop_price].into_iter().flatten().any(|price| price.is_nan() || price <= 0.0) {
            return Err(OrderError::Price);
        }
        Ok(orders::Model {
            id: self.id,
            account_id: self.account_id,
            contract_id: self.contract_id,
            r#type: self.order_type as i64,
            side: self.side,
            size: self.size,
            limit_price: self.limit_price,
            stop_price: self.stop_price,
            state: self.state,
            created_at: self.created_at,
            updated_at: Some(self.created_at),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(order_type: OrderType) -> NewOrder {
        NewOrder {
            id: 1,
            account_id: 101,
            contract_id: "CON.F.US.ENQ.Z26".to_owned(),
            order_type,
            side: 0,
            size: 3,
            filled: 3,
            limit_price: None,
            stop_price: None,
            state: 1,
            created_at: NaiveDateTime::default(),
        }
    }

    #[test]
    fn an_order_that_makes_no_sense_is_not_made() {
        let market = order(OrderType::Market);
        assert_eq!(market.clone().row().map(|row| (row.r#type, row.size)), Ok((1, 3)));
        assert_eq!(NewOrder { size: 0, ..market.clone() }.row(), Err(OrderError::Size));
        assert_eq!(NewOrder { filled: 4, ..market.clone() }.row(), Err(OrderError::Filled));
        assert_eq!(NewOrder { filled: -1, ..market.clone() }.row(), Err(OrderError::Filled));
        assert_eq!(NewOrder { limit_price: Some(0.0), ..market }.row(), Err(OrderError::Price));
        assert_eq!(order(OrderType::Limit).row(), Err(OrderError::LimitPrice));
        assert_eq!(order(OrderType::Stop).row(), Err(OrderError::StopPrice));
        let half = NewOrder { limit_price: Some(1.0), ..order(OrderType::StopLimit) };
        assert_eq!(half.clone().row(), Err(OrderError::StopPrice));
        assert!(NewOrder { stop_price: Some(2.0), ..half }.row().is_ok());
        assert!(order(OrderType::TrailingStop).row().is_ok());
    }

    #[test]
    fn every_type_is_read_back_from_its_number() {
        assert_eq!([1, 2, 3, 4, 5].map(OrderType::of), OrderType::ALL.map(Some));
        assert_eq!([0, 6].map(OrderType::of), [None, None]);
    }
}
