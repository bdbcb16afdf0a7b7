//! Scalars: their value by the YAML 1.2 core schema.

use crate::document::Value;
use crate::number::Number;

/// The value of a plain scalar without a tag (YAML 1.2.2, 10.3.2 core schema).
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    number(text).map_or_else(|| Value::String(text.into()), Value::Number)
}

/// A number of the core schema.
pub(super) fn number(text: &str) -> Option<Number> {
    if !text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | '.')) {
        return None;
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return unsigned(text, digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return unsigned(text, digits, 16);
    }
    let (negative, bare) = sign(text);
    match bare {
        ".inf" | ".Inf" | ".INF" => Some(Number::infinity(text, negative)),
        ".nan" | ".NaN" | ".NAN" if bare == text => Some(Number::nan(text)),
        _ => Number::decimal(text),
    }
}

/// Digits only: a sign after the prefix is no digit.
fn unsigned(source: &str, digits: &str, base: u32) -> Option<Number> {
    let all = !digits.is_empty() && digits.bytes().all(|byte| char::from(byte).is_digit(base));
    if all { Number::radix(source, false, digits, base) } else { None }
}

/// True for a minus, and the text without its sign.
pub(super) fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(bare) => (true, bare),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// The value of a scalar with a tag of the core schema or of the YAML 1.1 repository (`int` for `!!int`);
/// None when the text does not fit it.
pub(super) fn tagged(tag: &str, text: &str) -> Option<Value> {
    match (tag, plain(text)) {
        ("null", value @ Value::Null) => Some(value),
        ("bool", value @ Value::Bool(_)) => Some(value),
        ("bool", _) => boolean_word(text).map(Value::Bool),
        ("int", Value::Number(number)) if !number.is_float() => Some(Value::Number(number)),
        ("float", Value::Number(number)) if number.is_float() => Some(Value::Number(number)),
        // The point makes it a float in kind.
        ("float", Value::Number(_)) => Number::decimal(&format!("{text}.0")).map(Value::Number),
        ("timestamp", _) => Some(Value::DateTime(text.into())),
        ("null" | "int" | "float", _) => None,
        _ => Some(Value::String(text.into())),
    }
}

/// The booleans of YAML 1.1 that 1.2 reads as text (<https://yaml.org/type/bool.html>).
pub(super) fn boolean_word(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}
