//! The product's own migrations through the whole procedure, with the real command.

mod command;
mod crash;
mod quiet;
mod snapshots;
