//! Values written otherwise that mean the same. In doubt they do not: two different things are never called one.

mod embedded;
mod plain;
mod quantity;
mod url;

use crate::document::Value;
use crate::format::Spelling;
use crate::path::tokens;

/// Keys of amounts of a resource, and the maps that hold them.
const RESOURCES: [&str; 5] = ["cpu", "cpus", "memory", "storage", "ephemeral-storage"];
const AMOUNTS: [&str; 3] = ["limits", "requests", "hard"];

/// True when two different scalars mean the same at a key path of a format with this spelling.
pub(crate) fn equivalent(old: &Value, new: &Value, spelling: Spelling, key_path: &str) -> bool {
    if is_resource(key_path) {
        let amount = |value: &Value| match value {
            Value::String(text) => Some(text.as_str().to_owned()),
            Value::Number(number) => Some(number.source().to_owned()),
            _ => None,
        };
        // A duration has no place here: `1000m` is one core, and no time.
        return amount(old).zip(amount(new)).is_some_and(|(old, new)| quantity::same_resource(&old, &new));
    }
    match (old, new) {
        (Value::Number(old), Value::Number(new)) => old.same_value(new),
        (Value::String(old), Value::String(new)) => {
            quantity::same(old, new)
                || url::same(old, new)
                || embedded::same(old, new)
                || plain::same(old, new, spelling, key_path)
        }
        _ => false,
    }
}

fn is_resource(key_path: &str) -> bool {
    let is_one_of = |words: &[&str], token: Option<String>| token.is_some_and(|token| words.contains(&token.as_str()));
    let last = key_path.rsplit('/').next().unwrap_or_default();
    if !RESOURCES.contains(&last) {
        return false;
    }
    let tokens: Vec<String> = tokens(key_path).collect();
    is_one_of(&AMOUNTS, tokens.iter().rev().nth(1).cloned())
}
