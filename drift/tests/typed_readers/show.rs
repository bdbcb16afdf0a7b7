//! Trees and findings as one line each, so that a test states them exactly.

use drift::document::{Document, Node, Value};
use drift::format::{Unreadable, read};
use drift::limits::Limits;

/// What a file is read as with the default limits.
pub(crate) fn document(path: &str, text: &str) -> Document {
    read(path, text.as_bytes(), &Limits::default()).unwrap()
}

/// Why a file cannot be read with the default limits.
pub(crate) fn unreadable(path: &str, text: &str) -> Unreadable {
    read(path, text.as_bytes(), &Limits::default()).unwrap_err()
}

/// The trees of a file.
pub(crate) fn trees(path: &str, text: &str) -> Vec<String> {
    document(path, text).roots.iter().map(tree).collect()
}

/// The findings of a file: `code line:column message`.
pub(crate) fn findings(path: &str, text: &str) -> Vec<String> {
    let document = document(path, text);
    document.findings.iter().map(|f| format!("{} {}:{} {}", f.code, f.at.line, f.at.column, f.message)).collect()
}

/// A tree without places: floats end in `f`, date-times start with `@`, text is quoted.
pub(crate) fn tree(node: &Node) -> String {
    let value = match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => format!("{}{}", number.to_json(), if number.is_float() { "f" } else { "" }),
        Value::String(text) => format!("{text:?}"),
        Value::DateTime(text) => format!("@{text}"),
        Value::List(items) => format!("[{}]", items.iter().map(tree).collect::<Vec<_>>().join(" ")),
        Value::Map(map) => {
            let entries: Vec<_> = map.entries().iter().map(|e| format!("{}={}", e.key, tree(&e.node))).collect();
            format!("{{{}}}", entries.join(" "))
        }
    };
    node.tag.as_deref().map_or(value.clone(), |tag| format!("{tag} {value}"))
}

/// Every place of a tree, depth first: `key line:column value line:column`.
pub(crate) fn places(node: &Node) -> Vec<String> {
    let mut shown = vec![format!("{}:{}", node.at.line, node.at.column)];
    match &node.value {
        Value::List(items) => shown.extend(items.iter().flat_map(places)),
        Value::Map(map) => {
            for entry in map.entries() {
                shown.push(format!("{}@{}:{}", entry.key, entry.at.line, entry.at.column));
                shown.extend(places(&entry.node));
            }
        }
        _ => {}
    }
    shown
}
