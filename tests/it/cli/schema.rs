//! `golden schema`: every schema is one, and golden.toml's and the policy's agree with the readers.

use serde_json::Value;

use super::{Golden, Repo, SHOP};

#[test]
fn every_schema_that_is_listed_is_one() {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::at(&repo.path());
    let names = golden.run("schema").exits(0).stdout.clone();
    assert!(names.lines().count() > 15, "{names}");
    for name in names.lines() {
        let schema: Value = serde_json::from_str(&golden.run(&format!("schema {name}")).exits(0).raw).unwrap();
        jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    golden.run("schema nothing/1").fails(2, "error: there is no schema \"nothing/1\"; `golden schema` lists them\n");
}

#[test]
fn what_init_writes_fits_the_schemas_of_files() {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::at(&repo.path());
    golden.run("init").exits(0);
    let text = std::fs::read_to_string(repo.path().join("golden.toml")).unwrap();
    let file: Value = serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap();
    let schema: Value = serde_json::from_str(&golden.run("schema golden.toml/1").exits(0).raw).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&file), "{file:#}");
    let mut wrong = file;
    wrong["surprise"] = Value::Bool(true);
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn the_schema_of_policies_is_shipped() {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::at(&repo.path());
    let schema: Value = serde_json::from_str(&golden.run("schema golden.policy/1").exits(0).raw).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let rule = serde_json::json!({"id": "a", "description": "b", "severity": "high", "where": {"keys": ["/a"]}, "must": {"forbid_values": [1]}});
    assert!(validator.is_valid(&serde_json::json!({"version": 1, "rules": [rule]})));
    assert!(!validator.is_valid(&serde_json::json!({"version": 1, "rulez": []})));
}
