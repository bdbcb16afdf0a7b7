//! Safe migrations on real databases of both backends.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    missing_docs
)]

#[macro_use]
mod fixture;
// The same private server as the tests of the whole product have.
#[path = "../../../tests/it/harness/cluster.rs"]
#[allow(dead_code, reason = "what only other tests use")]
mod cluster;

mod adoption;
mod answer;
mod backups;
mod batches;
mod commands;
mod crash;
mod crowd;
mod disk;
mod files;
mod limits;
mod matrix;
mod ordinary;
mod own;
mod owners;
mod preflight;
mod procedure;
mod recorded;
mod rehearsal;
mod rollback;
mod schema;
mod server;
mod strangers;
mod worker;
