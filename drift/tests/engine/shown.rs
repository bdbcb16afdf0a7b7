//! Deltas and findings as one line each, so that a table states them exactly.

use drift::delta::{Delta, Kind};
use drift::finding::Finding;
use serde_json::Value;

/// `kind class path [(key path)] old -> new`, with `#n` in front for a later document and `from=` for moves and renames.
pub(crate) fn delta(delta: &Delta) -> String {
    let document = if delta.document == 0 { String::new() } else { format!("#{} ", delta.document) };
    let path = if delta.path.is_empty() { "." } else { &delta.path };
    let named = if delta.key_path == delta.path { String::new() } else { format!(" ({})", delta.key_path) };
    let from = delta.from_file.as_ref().or(delta.from_path.as_ref()).map_or_else(String::new, |from| {
        format!(" from={from} {}%", delta.similarity.map_or_else(|| "?".to_owned(), |percent| percent.to_string()))
    });
    let values = match delta.kind {
        _ if delta.from_path.is_some() && delta.old == delta.new => value(&delta.new),
        Kind::Added => format!("-> {}", value(&delta.new)),
        Kind::Removed => format!("{} ->", value(&delta.old)),
        _ => format!("{} -> {}", value(&delta.old), value(&delta.new)),
    };
    format!("{document}{} {} {path}{named}{from} {values}", delta.kind, delta.class)
}

/// `code line:column`.
pub(crate) fn finding(finding: &Finding) -> String {
    format!("{} {}:{}", finding.code, finding.line, finding.column)
}

/// JSON, with what is masked in braces.
fn value(json: &Value) -> String {
    match json {
        Value::Object(map) if map.len() == 1 && map.contains_key("masked") => {
            format!("{{{}}}", map["masked"].as_str().unwrap())
        }
        Value::Object(map) => {
            let entries: Vec<String> = map.iter().map(|(key, json)| format!("{key}:{}", value(json))).collect();
            format!("{{{}}}", entries.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(value).collect::<Vec<_>>().join(",")),
        Value::String(text) => format!("{text:?}"),
        other => other.to_string(),
    }
}
