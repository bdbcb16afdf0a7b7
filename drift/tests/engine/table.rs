//! Small pairs of files with the exact deltas and findings that they give.

mod builds;
mod dotenv;
mod infra;
mod ini;
mod json;
mod moves;
mod properties;
mod text;
mod toml;
mod xml;
mod yaml;
mod yaml_documents;
mod yaml_lists;
mod yaml_scalars;

use crate::{Run, edit, shown};

/// One pair: what it shows, golden text, candidate's text, deltas, findings.
type Row = (&'static str, &'static str, &'static str, &'static [&'static str], &'static [&'static str]);

/// Compares every pair under one path and fails with all rows that came out otherwise.
fn check(path: &str, rows: &[Row]) {
    let mut failures = String::new();
    for (name, old, new, deltas, findings) in rows {
        let outcome = Run::production(vec![edit(path, old, new)]).outcome();
        let found_deltas: Vec<String> = outcome.deltas.iter().map(shown::delta).collect();
        let found: Vec<String> = outcome.findings.iter().map(shown::finding).collect();
        if found_deltas != *deltas || found != *findings {
            failures += &format!(
                "\n{path}: {name}\n  expected {deltas:#?} {findings:?}\n  found {found_deltas:#?} {found:?}\n"
            );
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
