//! Use cases and transactions; the only crate that writes.

pub mod database;
pub mod retry;
pub mod schema;
