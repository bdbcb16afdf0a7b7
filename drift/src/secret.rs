//! Which values are secrets: by the key that names them and by what stands in the value.

mod assignment;
mod key;
mod lines;
mod pattern;
mod reference;
mod shape;
mod template;

pub(crate) use key::{harmless_below, names_container, names_key, names_secret};
pub(crate) use lines::{Shown, redact_lines, redact_runs};
pub use reference::is_reference;
pub(crate) use reference::names_reference;

/// What stands in place of a secret.
pub const MASK: &str = "••••";

/// Compiles what every key is asked.
pub(crate) fn prepare_keys() {
    key::prepare();
}

/// Compiles what the first text of some length is asked.
pub(crate) fn prepare_texts() {
    pattern::prepare();
}

/// True when the text holds a secret by its own shape: a credential in a URL, a private key, a token of a known issuer.
pub fn holds_secret(text: &str) -> bool {
    redact(text).is_some()
}

/// True for short words of letters, digits, points, dashes and underscores, which no shape fits: most keys are.
fn is_plain(text: &str) -> bool {
    const SHORTEST_SHAPE: usize = 14;
    text.len() < SHORTEST_SHAPE && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

/// The text with every secret that it holds by shape replaced by [`MASK`]; None when it holds none.
/// Of a text with several lines, what one line says of the next counts too.
pub fn redact(text: &str) -> Option<String> {
    if is_plain(text) {
        return None;
    }
    let redacted = redact_line(text);
    if !text.contains('\n') {
        return redacted;
    }
    let lines = redact_lines(redacted.as_deref().unwrap_or(text).split('\n'));
    if !lines.iter().any(|(_, secret)| *secret) {
        return redacted;
    }
    Some(lines.into_iter().map(|(line, _)| line).collect::<Vec<_>>().join("\n"))
}

/// The text with every secret masked that shows without looking at lines.
fn redact_line(text: &str) -> Option<String> {
    if !pattern::is_suspicious(text) {
        return None;
    }
    let redacted = pattern::mask(text);
    assignment::mask(redacted.as_deref().unwrap_or(text)).or(redacted)
}

/// The 1-based line of the first token of a known issuer or private key in the text. It is meant for rules, which are
/// stored as they are: a pattern for tokens is none.
pub fn token_line(text: &str) -> Option<usize> {
    pattern::token_line(text)
}

/// [`redact`], keeping the text when there is nothing to hide.
pub fn redacted(text: &str) -> std::borrow::Cow<'_, str> {
    redact(text).map_or(std::borrow::Cow::Borrowed(text), std::borrow::Cow::Owned)
}

/// A free text with every secret masked, line by line, tokens on lines that speak of a secret included.
/// NUL, which databases cannot store, becomes a visible sign.
pub fn redact_text(text: &str) -> String {
    let whole = redacted(text).replace('\0', "\u{2400}");
    let lines = redact_lines(whole.split('\n'));
    lines.into_iter().map(|(line, _)| line).collect::<Vec<_>>().join("\n")
}

/// A value with its key: masked whole when the key names a secret, else as a free text.
pub fn mask_named(key: &str, value: &str) -> String {
    if names_secret(key) && !value.is_empty() && !is_reference(value) { MASK.to_owned() } else { redact_text(value) }
}

/// True when a word of a command line is a flag that names a secret, so that the next word is one: `--password`.
pub(crate) fn is_secret_flag(word: &str) -> bool {
    word.starts_with('-') && !word.contains(['=', ' ']) && names_secret(word.trim_start_matches('-'))
}
