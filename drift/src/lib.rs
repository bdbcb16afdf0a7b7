//! The pure engine of Golden Config: bytes, rules and facts in; differences, score, decision and reports out.
//!
//! No async, clock, disk, SQL, network or randomness: the same input gives the same output, byte for byte.

pub mod decision;
pub mod delta;
pub mod document;
pub mod facts;
pub mod finding;
pub mod format;
pub mod limits;
pub mod number;
pub mod outcome;
mod places;
pub mod report;
pub mod risk;
pub mod settings;
pub mod words;
