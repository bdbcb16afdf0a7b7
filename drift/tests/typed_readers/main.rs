//! The readers of YAML, JSON and TOML: exact trees, exact findings, limits, and hostile bytes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what helpers of tests assert fails the test")]

mod json;
mod mutation;
mod show;
mod toml;
mod yaml;
mod yaml_limits;
mod yaml_scalars;
