//! The report for a program: pretty JSON, two spaces, one line end after the last brace.

use serde::Serialize;

use super::wire::{DiffJson, ValidateJson};
use super::{Report, escape};

/// `golden.validate/1` for a run, `golden.diff/1` for a comparison that is not stored.
pub(super) fn render(report: &Report) -> String {
    match &report.run {
        Some(run) => pretty(&ValidateJson::of(report, run)),
        None => pretty(&DiffJson::of(report)),
    }
}

/// Pretty JSON with a line end. Our wire types have text keys and finite numbers only and so always serialize;
/// were one not to, the reader gets an object that no schema of ours accepts instead of a report.
pub(super) fn pretty(wire: &impl Serialize) -> String {
    let mut text = match serde_json::to_string_pretty(wire) {
        Ok(text) => escape::json(&text),
        Err(error) => serde_json::Value::from_iter([("error", error.to_string())]).to_string(),
    };
    text.push('\n');
    text
}
