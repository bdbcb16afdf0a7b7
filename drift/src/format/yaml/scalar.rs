//! Scalars: their value by the 1.2 core schema, and where YAML 1.1 readers take another one.

use crate::document::Value;
use crate::number::Number;

/// What one version of YAML makes of a plain scalar, as messages name it.
type Reading = &'static str;

const TEXT: Reading = "text";
const BOOLEAN: Reading = "a boolean";
const INTEGER: Reading = "an integer";
const FLOAT: Reading = "a float";

/// The value of a plain scalar without a tag (YAML 1.2.2, 10.3.2 core schema).
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

/// A number of the core schema.
fn number(text: &str) -> Option<Number> {
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

fn sign(text: &str) -> (bool, &str) {
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
        ("timestamp", _) => Some(Value::DateTime(text.to_owned())),
        ("null" | "int" | "float", _) => None,
        _ => Some(Value::String(text.to_owned())),
    }
}

/// The booleans of YAML 1.1 that 1.2 reads as text (<https://yaml.org/type/bool.html>).
fn boolean_word(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// The message for a plain scalar that common YAML 1.1 readers (PyYAML, SnakeYAML, go-yaml 2) take otherwise.
pub(super) fn ambiguity(text: &str) -> Option<String> {
    let (now, before) = readings(text)?;
    Some(format!("YAML 1.2 reads this plain scalar as {now}, YAML 1.1 as {before}; quote it, or write what is meant"))
}

fn readings(text: &str) -> Option<(Reading, Reading)> {
    if boolean_word(text).is_some() {
        return Some((TEXT, BOOLEAN));
    }
    let (_, bare) = sign(text);
    let signed = bare.len() != text.len();
    if !bare.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    if text.starts_with("0o") {
        return number(text).is_some().then_some(("an integer in base 8", TEXT));
    }
    if let Some(digits) = bare.strip_prefix("0x") {
        return (digits_of(digits, 16) && (signed || digits.contains('_'))).then_some((TEXT, "an integer in base 16"));
    }
    if let Some(digits) = bare.strip_prefix("0b") {
        return digits_of(digits, 2).then_some((TEXT, "an integer in base 2"));
    }
    if bare.contains(':') {
        return sexagesimal(bare).then_some((TEXT, "a number in base 60"));
    }
    if bare.contains(['.', 'e', 'E']) { float(bare, signed) } else { integer(bare) }
}

/// Digits with the underscores of YAML 1.1, at least one digit.
fn digits_of(text: &str, base: u32) -> bool {
    text.chars().any(|digit| digit != '_') && text.chars().all(|digit| digit == '_' || digit.is_digit(base))
}

fn integer(bare: &str) -> Option<(Reading, Reading)> {
    if !digits_of(bare, 10) {
        return None;
    }
    let underscored = bare.contains('_');
    if !bare.starts_with('0') || bare == "0" {
        return underscored.then_some((TEXT, INTEGER));
    }
    let octal = digits_of(bare, 8);
    match (underscored, octal) {
        (true, true) => Some((TEXT, "an integer in base 8")),
        (true, false) => None,
        (false, false) => Some(("an integer in base 10", TEXT)),
        // One digit is the same number in both bases.
        (false, true) => {
            (bare.trim_start_matches('0').len() > 1).then_some(("an integer in base 10", "an integer in base 8"))
        }
    }
}

/// YAML 1.1 wants a point, a sign in the exponent, and no sign before a leading point.
fn float(bare: &str, signed: bool) -> Option<(Reading, Reading)> {
    let (mantissa, exponent) = bare.split_once(['e', 'E']).map_or((bare, None), |(left, right)| (left, Some(right)));
    let plain = mantissa.replacen('.', "", 1);
    if !digits_of(&plain, 10) || mantissa.starts_with('_') {
        return None;
    }
    let signed_exponent = exponent.is_none_or(|exponent| exponent.starts_with(['+', '-']));
    if exponent
        .is_some_and(|exponent| !sign(exponent).1.bytes().all(|byte| byte.is_ascii_digit()) || exponent.is_empty())
    {
        return None;
    }
    let before = mantissa.contains('.') && signed_exponent && !(signed && mantissa.starts_with('.'));
    match (mantissa.contains('_'), before) {
        (true, true) => Some((TEXT, FLOAT)),
        (false, false) => Some((FLOAT, TEXT)),
        _ => None,
    }
}

/// `[1-9][0-9_]*(:[0-5]?[0-9])+`, with a fraction at the end from `[0-9]` on.
fn sexagesimal(bare: &str) -> bool {
    let (whole, fraction) = bare.split_once('.').map_or((bare, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or_default();
    let starts =
        first.starts_with(|digit: char| digit.is_ascii_digit()) && (fraction.is_some() || !first.starts_with('0'));
    let sixtieth = |part: &str| match part.as_bytes() {
        [ones] => ones.is_ascii_digit(),
        [tens, ones] => matches!(tens, b'0'..=b'5') && ones.is_ascii_digit(),
        _ => false,
    };
    starts
        && digits_of(first, 10)
        && parts.all(sixtieth)
        && fraction.is_none_or(|digits| digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_'))
}
