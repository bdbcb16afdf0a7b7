//! API tests: a real server on a free port over a database of its own, asked over HTTP.

mod bad_input;
mod docs;
mod events;
mod golden_branches;
mod keys;
mod killed;
mod left;
mod repositories;
mod restart;
mod retries;
mod routes;
mod runs;
mod security;
pub(crate) mod server;
mod services;
mod sessions;
mod standing;
mod web;
mod web_certify;
mod web_database;
mod web_matrix;
mod web_plans;

pub(crate) use server::Server;
