//! The schema that we ship and the reader agree on structure.

use drift::document::{Node, Value};
use drift::limits::Limits;
use drift::policy::Policy;

const SCHEMA: &str = include_str!("../../../schemas/policy.1.json");

/// A rule of every sort with every key.
const FULL: &str = "
version: 1
rules:
  - id: no-debug-in-production
    description: debug output shows customer data
    severity: critical
    where:
      files: ['*.yml', 'config/**/*.json']
      keys: ['/**/debug', '/env/name=*/value']
      environments: [production, prd]
      tiers: [production, staging]
      changes: [added, changed, moved, renamed, removed]
    must:
      forbid_values: [true, 1, 'yes', null]
      require_values: [false, 0.5]
      forbid_patterns: ['^on$']
      allow_patterns: ['^off$']
      semver: {max: minor}
    then: violation
  - {id: frozen, severity: low}
  - {id: allowed, then: allow, allow_removals: true, allow_over: [no-debug-in-production, reference_to_clear]}
  - {id: lowered, then: {set_risk: low}, where: {}}
";

const STRUCTURALLY_BAD: [&str; 20] = [
    "[]",
    "rules: []",
    "version: 1",
    "{version: 2, rules: []}",
    "{version: '1', rules: []}",
    "{version: 1, rules: {}}",
    "{version: 1, rules: [], rule: []}",
    "{version: 1, rules: [{severity: low}]}",
    "{version: 1, rules: [{id: 'a b', severity: low}]}",
    "{version: 1, rules: [{id: a}]}",
    "{version: 1, rules: [{id: a, severity: worst}]}",
    "{version: 1, rules: [{id: a, then: allow, severity: low}]}",
    "{version: 1, rules: [{id: a, severity: low, allow_over: [b]}]}",
    "{version: 1, rules: [{id: a, then: {set_risk: allowed}}]}",
    "{version: 1, rules: [{id: a, severity: low, where: {tiers: []}}]}",
    "{version: 1, rules: [{id: a, severity: low, where: {keys: [server]}}]}",
    "{version: 1, rules: [{id: a, severity: low, where: {changes: [gone]}}]}",
    "{version: 1, rules: [{id: a, severity: low, must: {}}]}",
    "{version: 1, rules: [{id: a, severity: low, must: {forbid_values: [[1]]}}]}",
    "{version: 1, rules: [{id: a, severity: low, must: {semver: {max: major}}}]}",
];

fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => (*flag).into(),
        Value::Number(number) => number.to_json(),
        Value::String(text) | Value::DateTime(text) => text.as_str().into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(map) => map.entries().iter().map(|entry| (entry.key.clone(), json(&entry.node))).collect(),
    }
}

fn is_valid(yaml: &str) -> bool {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let document = drift::format::read("policy.yml", yaml.as_bytes(), &Limits::default()).unwrap();
    jsonschema::validator_for(&schema).unwrap().is_valid(&json(&document.roots[0]))
}

#[test]
fn a_policy_with_every_key_is_valid_for_both() {
    assert!(is_valid(FULL));
    let policy = Policy::parse("policy.yml", FULL).unwrap();
    let ids: Vec<_> = policy.rules().iter().map(|rule| (rule.id.as_str(), rule.at.line)).collect();
    assert_eq!(ids, [("no-debug-in-production", 4), ("frozen", 20), ("allowed", 21), ("lowered", 22)]);
    assert_eq!(policy.rules()[0].description, "debug output shows customer data");
}

#[test]
fn structurally_bad_policies_are_refused_by_both() {
    for yaml in STRUCTURALLY_BAD {
        assert!(!is_valid(yaml), "the schema accepts {yaml}");
        assert!(Policy::parse("policy.yml", yaml).is_err(), "the reader accepts {yaml}");
    }
}
