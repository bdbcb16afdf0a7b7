//! The integration tests: every store and command test runs on SQLite and on Postgres.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs
)]

#[macro_use]
mod harness;

mod api;
mod brownfield;
mod browser;
mod cli;
mod connections;
mod db;
mod entities;
mod hostile;
mod life;
mod migrations;
mod readme;
mod store;
mod tidy;
mod transfer;
