//! Values as a report shows them: one line, nothing unseen, cut where a person stops reading.

use serde_json::Value;

use super::escape::push_visible;
use crate::delta::{Class, Delta};

/// Longest value that text, Markdown, HTML, SARIF and JUnit show, in characters; JSON has all of it.
const VALUE_CHARS: usize = 120;
/// Characters that stay before the first difference of two long values.
const LEAD_CHARS: usize = 20;

/// Both sides of a delta ready to be escaped for a format; None for the side that does not hold the node.
pub(super) struct Sides {
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
}

impl Sides {
    /// The sides of a delta, cut so that two long values show where they differ; None when no value tells the
    /// difference (a plain move, a file that cannot be read).
    pub(super) fn of(delta: &Delta) -> Option<Self> {
        if delta.old == delta.new && (delta.class == Class::Unreadable || (delta.has_old() && delta.has_new())) {
            return None;
        }
        let text = |value: &Value| value_text(value, delta.secret);
        let old = delta.has_old().then(|| text(&delta.old));
        let new = delta.has_new().then(|| text(&delta.new));
        let skip = match (&old, &new) {
            (Some(old), Some(new)) => same_lead(old, new),
            _ => 0,
        };
        Some(Self { old: old.map(|text| cut(&text, skip)), new: new.map(|text| cut(&text, skip)) })
    }

    /// `8080 -> 8090`, with the word `absent` for a side that does not hold the node.
    pub(super) fn arrow(&self) -> String {
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "(absent)".to_owned());
        format!("{} -> {}", side(&self.old), side(&self.new))
    }
}

/// One value on its own, cut where a person stops reading.
pub(super) fn one(value: &Value, secret: bool) -> String {
    cut(&value_text(value, secret), 0)
}

/// Characters that both values share at their start and that need not be shown.
fn same_lead(old: &str, new: &str) -> usize {
    let same = old.chars().zip(new.chars()).take_while(|(a, b)| a == b).count();
    let long = old.chars().count().max(new.chars().count()) > VALUE_CHARS;
    if long && same > VALUE_CHARS / 2 { same - LEAD_CHARS } else { 0 }
}

fn cut(text: &str, skip: usize) -> String {
    let mut rest = text.chars().skip(skip);
    let mut shown: String = if skip > 0 { "…".to_owned() } else { String::new() };
    shown.extend(rest.by_ref().take(VALUE_CHARS));
    if rest.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Compact JSON with unseen characters spelled out. Masks are told by their shape only where a secret is known,
/// so that a value cannot dress up as one.
pub(super) fn value_text(value: &Value, secret: bool) -> String {
    let mut shown = String::new();
    push_value(&mut shown, value, secret);
    shown
}

fn push_value(shown: &mut String, value: &Value, secret: bool) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => shown.push_str(&value.to_string()),
        Value::String(text) => push_quoted(shown, text),
        Value::Array(items) => {
            shown.push('[');
            for (index, item) in items.iter().enumerate() {
                push_comma(shown, index);
                push_value(shown, item, secret);
            }
            shown.push(']');
        }
        Value::Object(map) => {
            if let Some(mask) = mask(value).filter(|_| secret) {
                shown.push_str(&mask);
                return;
            }
            shown.push('{');
            for (index, (key, item)) in map.iter().enumerate() {
                push_comma(shown, index);
                push_quoted(shown, key);
                shown.push(':');
                push_value(shown, item, secret);
            }
            shown.push('}');
        }
    }
}

fn push_comma(shown: &mut String, index: usize) {
    if index > 0 {
        shown.push(',');
    }
}

fn push_quoted(shown: &mut String, text: &str) {
    shown.push('"');
    for c in text.chars() {
        match c {
            '"' => shown.push_str("\\\""),
            '\\' => shown.push_str("\\\\"),
            _ => push_visible(shown, c),
        }
    }
    shown.push('"');
}

/// `•••• (hmac:ab12cd34…)` for `{"masked":"••••","digest":"hmac:KEY:…"}`; the digest only tells same from different.
fn mask(value: &Value) -> Option<String> {
    let map = value.as_object()?;
    let masked = map.get("masked")?.as_str()?;
    let mut shown = String::new();
    masked.chars().for_each(|c| push_visible(&mut shown, c));
    let Some(digest) = map.get("digest") else {
        return (map.len() == 1).then_some(shown);
    };
    let last = digest.as_str()?.rsplit(':').next()?;
    let short: String = last.chars().filter(char::is_ascii_hexdigit).take(8).collect();
    (map.len() == 2).then(|| format!("{shown} (hmac:{short}…)"))
}
