//! Typed entities of the product's tables: generated from a migrated database, with scopes and words by hand.

/// What `sea-orm-cli` wrote; never edited.
#[allow(missing_docs, unreachable_pub)]
pub mod generated;

use sea_orm::sea_query::TableCreateStatement;
use sea_orm::{DbBackend, Schema};

/// The tables that the entities want, without foreign keys to be relied on: columns, types, nullability, primary keys.
pub fn tables(backend: DbBackend) -> Vec<TableCreateStatement> {
    let schema = Schema::new(backend);
    vec![
        schema.create_table_from_entity(generated::aggregated_results::Entity),
        schema.create_table_from_entity(generated::api_tokens::Entity),
        schema.create_table_from_entity(generated::certifications::Entity),
        schema.create_table_from_entity(generated::config_deltas::Entity),
        schema.create_table_from_entity(generated::config_keys::Entity),
        schema.create_table_from_entity(generated::context_bundles::Entity),
        schema.create_table_from_entity(generated::golden_branches::Entity),
        schema.create_table_from_entity(generated::idempotency_keys::Entity),
        schema.create_table_from_entity(generated::llm_outputs::Entity),
        schema.create_table_from_entity(generated::policy_validations::Entity),
        schema.create_table_from_entity(generated::reports::Entity),
        schema.create_table_from_entity(generated::rule_sets::Entity),
        schema.create_table_from_entity(generated::run_events::Entity),
        schema.create_table_from_entity(generated::services::Entity),
        schema.create_table_from_entity(generated::validation_runs::Entity),
        schema.create_table_from_entity(generated::web_sessions::Entity),
    ]
}

pub mod aggregated_results;
pub mod api_tokens;
pub mod certifications;
pub mod config_deltas;
pub mod config_keys;
pub mod context_bundles;
pub mod golden_branches;
pub mod idempotency_keys;
pub mod llm_outputs;
pub mod page;
pub mod policy_validations;
pub mod reports;
pub mod rule_sets;
pub mod run_events;
mod run_summary;
pub mod services;
pub mod stored;
pub mod validation_runs;
pub mod web_sessions;
