//! Answers against the schemas that the command ships.

use std::collections::HashMap;
use std::process::Command;
use std::sync::{Mutex, OnceLock};

use jsonschema::Validator;
use serde_json::Value;

/// Checks an answer against the schema that it names.
#[track_caller]
pub(crate) fn check(answer: &Value) {
    static KNOWN: OnceLock<Mutex<HashMap<String, Validator>>> = OnceLock::new();
    let name = answer["schema"].as_str().expect("the answer names its schema");
    let mut known = KNOWN.get_or_init(Mutex::default).lock().unwrap();
    let validator = known.entry(name.to_owned()).or_insert_with(|| jsonschema::validator_for(&shipped(name)).unwrap());
    let faults: Vec<String> =
        validator.iter_errors(answer).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{name} does not allow its answer:\n{}\n{answer:#}", faults.join("\n"));
}

/// What `golden schema NAME` prints.
fn shipped(name: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_golden")).args(["schema", name]).output().unwrap();
    assert!(output.status.success(), "there is no schema {name}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
