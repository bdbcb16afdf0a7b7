//! The state database on both backends: its entities, its whole procedure, and its tutorial.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stderr,
    missing_docs
)]

mod database;
mod entities;
mod procedure;
mod readme;

#[path = "../../../../tests/it/harness/cluster.rs"]
#[allow(dead_code)]
mod cluster;
