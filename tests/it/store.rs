//! The tables: what can be stored and read back, and what the database refuses.

mod aggregated_results;
mod certifications;
mod config_deltas;
mod context_bundles;
mod edge;
pub(crate) mod edge_rows;
mod golden_branches;
mod llm_outputs;
pub(crate) mod plans;
mod policy_validations;
mod refusal;
mod reports;
pub(crate) mod rows;
mod rule_sets;
mod validation_runs;
mod words;
