//! The pure engine of Golden Config: bytes, rules and facts in; differences, score, decision and reports out.
//!
//! No async, clock, disk, SQL, network or randomness: the same input gives the same output, byte for byte.

pub mod decision;
pub mod delta;
pub mod document;
pub mod environment;
pub mod facts;
mod file_glob;
pub mod finding;
pub mod format;
pub mod key_glob;
mod key_words;
pub mod limits;
pub mod number;
pub mod outcome;
pub mod policy;
pub mod report;
pub mod risk;
pub mod risk_table;
mod scalars;
pub mod select;
pub mod settings;
mod strict;
pub mod words;
