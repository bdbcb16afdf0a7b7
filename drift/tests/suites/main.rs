//! Published test suites, read from the folder that `GOLDEN_SUITES` names; without it each test says so and passes.
//!
//! The folder holds checkouts by these names; nothing of them is kept here:
//!
//! | folder | repository | version |
//! | --- | --- | --- |
//! | `yaml-test-suite` | yaml/yaml-test-suite | tag `data-2022-01-17` |
//! | `toml-test` | toml-lang/toml-test | default branch |
//! | `JSONTestSuite` | nst/JSONTestSuite | default branch |
//! | `json-patch-tests` | json-patch/json-patch-tests | default branch |
//!
//! Each test prints how many cases passed; cases that are read otherwise on purpose, or by a fault of a library, stand
//! in a table with the reason. A case that is not in its table and fails, or is in it and passes, fails the test.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "what helpers of tests assert fails the test"
)]

mod json;
mod json_patch;
mod toml;
mod yaml;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use drift::document::{Document, Node, Value};
use drift::finding::FindingCode;
use drift::format::read;
use drift::limits::Limits;
use drift::number::Number;
use serde_json::Value as Json;

/// The folder of a suite; None, with a line that says so, when it is not there.
fn suite(name: &str) -> Option<PathBuf> {
    let found = std::env::var_os("GOLDEN_SUITES").map(|folder| Path::new(&folder).join(name));
    let found = found.filter(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("skipped: GOLDEN_SUITES names no folder with {name}");
    }
    found
}

/// What became of the cases of one suite.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: BTreeSet<String>,
    reasons: Vec<String>,
}

impl Tally {
    fn note(&mut self, case: &str, outcome: Result<(), String>) {
        match outcome {
            Ok(()) => self.passed += 1,
            Err(reason) => {
                self.failed.insert(case.to_owned());
                self.reasons.push(format!("{case}: {reason}"));
            }
        }
    }

    /// Prints the rate, and holds the failures to the known ones.
    fn conclude(self, name: &str, known: &[(&str, &[&str])]) {
        let all = self.passed + self.failed.len();
        eprintln!("{name}: {} of {all} as the suite has it", self.passed);
        let known: BTreeSet<String> =
            known.iter().flat_map(|(_, cases)| cases.iter()).map(|case| (*case).to_owned()).collect();
        let new: Vec<&String> =
            self.reasons.iter().filter(|line| !known.contains(line.split(": ").next().unwrap())).collect();
        let gone: Vec<&String> = known.difference(&self.failed).collect();
        assert!(new.is_empty() && gone.is_empty(), "{name}: new failures {new:#?}, known ones that pass {gone:#?}");
        assert!(all > 0, "{name}: no cases");
    }
}

/// Reads a file that must be taken.
fn taken(path: &str, bytes: &[u8]) -> Result<Document, String> {
    let document = read(path, bytes, &Limits::default()).map_err(|error| format!("refused: {error}"))?;
    if is_text(&document) { Err("read as text".to_owned()) } else { Ok(document) }
}

/// Reads a file that must be refused, or told by a finding and compared as text.
fn refused(path: &str, bytes: &[u8]) -> Result<(), String> {
    match read(path, bytes, &Limits::default()) {
        Err(_) => Ok(()),
        Ok(document) if is_text(&document) => Ok(()),
        Ok(_) => Err("taken".to_owned()),
    }
}

fn is_text(document: &Document) -> bool {
    document.findings.iter().any(|finding| finding.code == FindingCode::Template)
}

/// True when a node means this JSON.
fn means(node: &Node, json: &Json) -> bool {
    match (&node.value, json) {
        (Value::Null, Json::Null) => true,
        (Value::Bool(left), Json::Bool(right)) => left == right,
        (Value::Number(left), Json::Number(right)) => {
            Number::decimal(&right.to_string()).is_some_and(|right| left.same_value(&right))
        }
        (Value::String(left) | Value::DateTime(left), Json::String(right)) => left == right,
        (Value::List(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| means(left, right))
        }
        (Value::Map(left), Json::Object(right)) => {
            left.entries().len() == right.len()
                && left
                    .entries()
                    .iter()
                    .all(|entry| right.get(entry.key.as_str()).is_some_and(|json| means(&entry.node, json)))
        }
        _ => false,
    }
}

/// Every file below a folder with this name or extension, sorted.
fn files(folder: &Path, fits: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, fits));
        } else if fits(&path) {
            found.push(path);
        }
    }
    found.sort();
    found
}
