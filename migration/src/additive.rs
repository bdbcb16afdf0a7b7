//! Which migrations only add to the schema, so that rows and older builds are safe from them.

/// Migrations that create tables with what belongs into them, nullable columns or indexes, and touch nothing else.
const ADDITIVE: &[&str] = &[
    "m20261121_000001_rule_sets",
    "m20261121_000002_validation_runs",
    "m20261121_000003_context_bundles",
    "m20261121_000004_config_deltas",
    "m20261121_000005_llm_outputs",
    "m20261121_000006_policy_validations",
    "m20261121_000007_certifications",
    "m20261121_000008_golden_branches",
    "m20261121_000009_aggregated_results",
    "m20261121_000010_reports",
    "m20261122_000001_services",
    "m20261122_000002_api_tokens",
    "m20261122_000003_web_sessions",
    "m20261122_000004_idempotency_keys",
    "m20261122_000005_run_events",
    "m20261122_000006_config_keys",
    "m20261122_000007_newest_of_a_service",
];

/// True when the migration of that name is listed as only adding to the schema; an unlisted one may do anything.
pub fn only_adds(migration: &str) -> bool {
    ADDITIVE.contains(&migration)
}
