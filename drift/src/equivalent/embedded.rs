//! JSON and YAML inside of a text: the same tree with other spacing and key order.

use crate::document::{Document, Value};
use crate::equal;
use crate::format;
use crate::limits::Limits;

/// True when both texts are JSON, or both are YAML of several lines, and hold one tree.
pub(super) fn same(old: &str, new: &str) -> bool {
    let is_json = |text: &str| text.trim_start().starts_with(['{', '[']);
    if is_json(old) && is_json(new) {
        return same_tree(json(old), json(new));
    }
    let is_yaml = |text: &str| {
        // A comment may mean something to who reads the text (`#cloud-config`), and one line is a sentence as often.
        !is_json(text) && !text.contains(['#', '%']) && text.trim_end().contains('\n')
    };
    is_yaml(old) && is_yaml(new) && same_tree(yaml(old), yaml(new))
}

fn same_tree(old: Option<Document>, new: Option<Document>) -> bool {
    old.zip(new).is_some_and(|(old, new)| {
        old.roots.len() == new.roots.len() && old.roots.iter().zip(&new.roots).all(|(old, new)| equal::same(old, new))
    })
}

/// Strict JSON only: a comment that came stops most readers.
fn json(text: &str) -> Option<Document> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    clear(format::read("embedded.json", text.as_bytes(), &Limits::default()).ok()?)
}

fn yaml(text: &str) -> Option<Document> {
    clear(format::read("embedded.yaml", text.as_bytes(), &Limits::default()).ok()?)
}

/// A document of maps and lists about which there was nothing to say.
fn clear(document: Document) -> Option<Document> {
    let is_tree = |value: &Value| matches!(value, Value::Map(_) | Value::List(_));
    let clear = document.findings.is_empty()
        && document.lines.is_empty()
        && !document.roots.is_empty()
        && document.roots.iter().all(|root| is_tree(&root.value));
    clear.then_some(document)
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn one_tree_with_other_spacing() {
        for (old, new) in [
            (r#"{"a":1,"b":[2]}"#, "{ \"b\": [2],\n \"a\": 1 }"),
            ("[1,2]", "[1, 2]"),
            ("a: 1\nb: x\n", "a:   1\nb: 'x'\n"),
            ("a:\n- 1\n", "a:\n  - 1\n"),
        ] {
            assert!(same(old, new), "{old} {new}");
        }
        for (old, new) in [
            (r#"{"a":1}"#, r#"{"a":1.0}"#),
            (r#"{"a":1}"#, r#"{"a":"1"}"#),
            (r#"{"a":1}"#, "{a: 1}"),
            (r#"{"a":1}"#, "{\"a\": 1 // one\n}"),
            (r#"{"a":1,"a":2}"#, r#"{"a":2}"#),
            ("[1,2]", "[2,1]"),
            ("[1", "[1 "),
            ("note: x", "note:  x"),
            ("two\nlines", "two\n lines"),
            ("a: 1\nb: 2\n", "#!x\na: 1\nb: 2\n"),
            ("a: no\nb: 2\n", "a:  no\nb: 2\n"),
        ] {
            assert!(!same(old, new), "{old} {new}");
        }
    }
}
