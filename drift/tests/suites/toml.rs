//! toml-test: documents with their typed values, and documents that are invalid, by the list of TOML 1.1.

use std::path::Path;

use drift::document::{Node, Value};
use drift::number::Number;
use serde_json::Value as Json;

use super::{Tally, refused, suite, taken};

/// Cases that are read otherwise, by reason.
const KNOWN: &[(&str, &[&str])] = &[("UTF-16 with a mark is read, with a finding", &["invalid/encoding/utf16-bom"])];

#[test]
fn toml_documents_are_read_as_the_suite_has_them() {
    let Some(folder) = suite("toml-test") else { return };
    let tests = folder.join("tests");
    let mut tally = Tally::default();
    for case in std::fs::read_to_string(tests.join("files-toml-1.1.0")).unwrap().lines() {
        let Some(name) = case.strip_suffix(".toml") else { continue };
        let bytes = std::fs::read(tests.join(case)).unwrap();
        let outcome = if name.starts_with("valid/") {
            reads_as(&bytes, &tests.join(format!("{name}.json")))
        } else {
            refused("a.toml", &bytes)
        };
        tally.note(name, outcome);
    }
    tally.conclude("toml-test", KNOWN);
}

fn reads_as(bytes: &[u8], expected: &Path) -> Result<(), String> {
    let document = taken("a.toml", bytes)?;
    let wanted: Json = serde_json::from_str(&std::fs::read_to_string(expected).unwrap()).unwrap();
    let [root] = document.roots.as_slice() else { return Err("not one root".to_owned()) };
    if is(root, &wanted) { Ok(()) } else { Err(format!("{root:?} is not {wanted}")) }
}

/// The suite writes a scalar as `{"type": "integer", "value": "1"}`.
fn is(node: &Node, json: &Json) -> bool {
    match (&node.value, json) {
        (Value::List(nodes), Json::Array(items)) => {
            nodes.len() == items.len() && nodes.iter().zip(items).all(|(node, item)| is(node, item))
        }
        (Value::Map(map), Json::Object(object)) => {
            map.entries().len() == object.len()
                && map
                    .entries()
                    .iter()
                    .all(|entry| object.get(entry.key.as_str()).is_some_and(|json| is(&entry.node, json)))
        }
        (scalar, Json::Object(object)) => {
            let text = |key| object.get(key).and_then(Json::as_str).unwrap_or_default();
            is_scalar(scalar, text("type"), text("value"))
        }
        _ => false,
    }
}

fn is_scalar(scalar: &Value, kind: &str, text: &str) -> bool {
    match (scalar, kind) {
        (Value::String(found), "string") => found == text,
        (Value::Bool(found), "bool") => found.to_string() == text,
        (Value::Number(found), "integer") => {
            !found.is_float() && Number::decimal(text).is_some_and(|wanted| found.same_value(&wanted))
        }
        (Value::Number(found), "float") => found.is_float() && is_float(found, text),
        (Value::DateTime(found), "datetime" | "datetime-local" | "date-local" | "time-local") => same_time(found, text),
        _ => false,
    }
}

fn is_float(found: &Number, text: &str) -> bool {
    match text.trim_start_matches('+') {
        "inf" => found.same_value(&Number::infinity("inf", false)),
        "-inf" => found.same_value(&Number::infinity("-inf", true)),
        "nan" => found.same_value(&Number::nan("nan")),
        decimal => Number::decimal(decimal).is_some_and(|wanted| found.same_value(&wanted)),
    }
}

/// The same moment as written, but for the letter between date and time, seconds left out and zeros that end a fraction.
fn same_time(found: &str, wanted: &str) -> bool {
    let plain = |text: &str| {
        let text = text.to_uppercase().replace('T', " ").replace("+00:00", "Z");
        let (clock, zone) = match text.char_indices().skip(11).find(|(_, letter)| matches!(letter, 'Z' | '+' | '-')) {
            Some((at, _)) => (text[..at].to_owned(), text[at..].to_owned()),
            None => (text, String::new()),
        };
        let minutes = clock.matches(':').count() == 1;
        let clock = if minutes { format!("{clock}:00") } else { clock };
        let clock = if clock.contains('.') { clock.trim_end_matches('0').trim_end_matches('.') } else { &clock };
        format!("{clock}{zone}")
    };
    plain(found) == plain(wanted)
}
