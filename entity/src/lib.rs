//! Typed entities of the product's tables: generated from a migrated database, with scopes and words by hand.

/// What `sea-orm-cli` wrote; never edited.
#[allow(missing_docs, unreachable_pub)]
pub mod generated;

pub mod aggregated_results;
pub mod certifications;
pub mod config_deltas;
pub mod context_bundles;
pub mod golden_branches;
pub mod llm_outputs;
pub mod page;
pub mod policy_validations;
pub mod reports;
pub mod rule_sets;
pub mod stored;
pub mod validation_runs;
