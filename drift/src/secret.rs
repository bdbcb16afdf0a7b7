//! Which values are secrets: by the key that names them and by what stands in the value.

mod key;
mod pattern;
mod reference;

pub(crate) use key::{harmless_below, names_container, names_key, names_secret};
pub use reference::is_reference;

use crate::secret::pattern::PATTERNS;

/// What stands in place of a secret.
pub const MASK: &str = "••••";

/// True when the text holds a secret by its own shape: a credential in a URL, a private key, a token of a known issuer.
pub fn holds_secret(text: &str) -> bool {
    !is_plain(text) && PATTERNS.iter().any(|pattern| pattern.finds(text))
}

/// True for short words of letters, digits, points, dashes and underscores, which no shape fits: most keys are.
fn is_plain(text: &str) -> bool {
    const SHORTEST_SHAPE: usize = 14;
    text.len() < SHORTEST_SHAPE && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

/// The text with every secret that it holds by shape replaced by [`MASK`]; None when it holds none.
pub fn redact(text: &str) -> Option<String> {
    if is_plain(text) {
        return None;
    }
    let mut redacted: Option<String> = None;
    for pattern in PATTERNS.iter() {
        let current = redacted.as_deref().unwrap_or(text);
        if let Some(masked) = pattern.mask(current) {
            redacted = Some(masked);
        }
    }
    redacted
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

/// Lines of a text with every secret masked, line by line; the blocks of private keys are followed across lines.
/// Each line comes with whether something was masked.
pub(crate) fn redact_lines<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<(String, bool)> {
    let mut in_key = false;
    lines
        .map(|line| {
            let begins = line.contains("-----BEGIN ") && line.contains("PRIVATE KEY");
            let ends = line.contains("-----END ");
            let hidden = in_key && !line.starts_with("-----END ");
            in_key = (in_key || begins) && !ends;
            match redact(line).or_else(|| pattern::mask_telling_line(line)) {
                _ if hidden => (MASK.to_owned(), true),
                Some(masked) => (masked, true),
                None => (line.to_owned(), false),
            }
        })
        .collect()
}
