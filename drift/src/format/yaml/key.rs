//! Keys of maps: their text, whatever their type, and the merge key.

use std::fmt::Write;

use crate::document::{Node, Text, Value};

/// The text of a key that is an alias, a list or a map: a scalar by itself, else compact and like JSON.
pub(super) fn spelled(node: &Node) -> Text {
    let mut text = Text::default();
    match node.value.scalar_text() {
        Some(scalar) => text.push_str(&scalar),
        None => spell(node, &mut text),
    }
    tagged(node.tag.as_deref(), text)
}

/// The text of a key with the tag that makes it another key.
pub(super) fn tagged(tag: Option<&Text>, text: Text) -> Text {
    match tag {
        Some(tag) => format!("{tag} {text}").into(),
        None => text,
    }
}

fn spell(node: &Node, text: &mut Text) {
    match &node.value {
        Value::String(string) => {
            // Writing to a text cannot fail.
            let _ = write!(text, "{}", serde_json::Value::from(string.as_str()));
        }
        Value::List(items) => {
            text.push('[');
            for (number, item) in items.iter().enumerate() {
                text.push_str(if number == 0 { "" } else { "," });
                spell(item, text);
            }
            text.push(']');
        }
        Value::Map(map) => {
            text.push('{');
            for (number, entry) in map.entries().iter().enumerate() {
                text.push_str(if number == 0 { "" } else { "," });
                // Bare: escaping would double the length of keys in keys at each level.
                text.push_str(&entry.key);
                text.push(':');
                spell(&entry.node, text);
            }
            text.push('}');
        }
        scalar => text.push_str(&scalar.scalar_text().unwrap_or_default()),
    }
}
