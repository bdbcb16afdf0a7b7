//! API tests: a real server on a free port over a database of its own, asked over HTTP.

mod bad_input;
mod docs;
mod events;
mod golden_branches;
mod keys;
mod killed;
mod routes;
mod runs;
mod security;
mod server;
mod services;
mod sessions;

pub(crate) use server::Server;
