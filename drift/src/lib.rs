//! The pure engine of Golden Config: bytes, rules and facts in; differences, score, decision and reports out.
//!
//! No async, clock, disk, SQL, network or randomness: the same input gives the same output, byte for byte.

pub mod anomaly;
pub mod assess;
pub mod cascade;
pub mod change;
mod compare;
pub mod decision;
pub mod delta;
mod difference;
pub mod document;
pub mod engine;
pub mod environment;
mod equal;
mod equivalent;
pub mod facts;
mod file_glob;
pub mod finding;
pub mod format;
mod hunk;
mod identity;
pub mod json_patch;
pub mod key_glob;
mod key_words;
pub mod limits;
pub mod mask;
pub mod matrix;
mod naming;
pub mod number;
pub mod outcome;
pub mod patch;
pub mod path;
mod places;
pub mod policy;
mod position;
pub mod rename;
pub mod report;
pub mod risk;
pub mod risk_table;
pub mod rules;
mod scalars;
mod score;
pub mod secret;
pub mod select;
pub mod settings;
mod strict;
pub mod words;
