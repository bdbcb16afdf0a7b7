//! Which values are secrets: by the key that names them and by what stands in the value.

mod key;
mod pattern;

pub(crate) use key::{harmless_below, names_container, names_secret};

use crate::secret::pattern::PATTERNS;

/// What stands in place of a secret.
pub const MASK: &str = "••••";

/// True when the text holds a secret by its own shape: a credential in a URL, a private key, a token of a known issuer.
pub fn holds_secret(text: &str) -> bool {
    PATTERNS.iter().any(|pattern| pattern.finds(text))
}

/// The text with every secret that it holds by shape replaced by [`MASK`]; None when it holds none.
pub fn redact(text: &str) -> Option<String> {
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

/// True when the text refers to a secret that is kept elsewhere, so that nothing in it needs hiding:
/// a variable without a default, a vault path, a sealed or encrypted value, a placeholder.
pub fn is_reference(text: &str) -> bool {
    let text = text.trim();
    let whole = |open: &str, close: &str| {
        text.strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
            .filter(|inner| !inner.is_empty() && !inner.contains(close))
    };
    if let Some(inner) = whole("${", "}") {
        return !has_default(inner);
    }
    let bare_variable = text.strip_prefix('$').is_some_and(|name| {
        !name.is_empty()
            && name.chars().all(|character| character.is_ascii_uppercase() || matches!(character, '_' | '0'..='9'))
    });
    bare_variable
        || whole("$(", ")").is_some()
        || whole("{{", "}}").is_some()
        || whole("%", "%").is_some()
        || whole("<", ">").is_some()
        || whole("ENC(", ")").is_some()
        || whole("ENC[", "]").is_some()
        || REFERENCE_PREFIXES.iter().any(|prefix| text.starts_with(prefix))
        || (!text.is_empty() && text.chars().all(|character| matches!(character, '*' | '•' | 'x' | 'X')))
}

/// Schemes and prefixes under which secret stores are addressed.
const REFERENCE_PREFIXES: [&str; 14] = [
    "vault:",
    "secret://",
    "secretref:",
    "op://",
    "ref+",
    "arn:aws:secretsmanager:",
    "arn:aws:ssm:",
    "aws-ssm:",
    "ssm:",
    "sm://",
    "keyvault:",
    "@Microsoft.KeyVault(",
    "/run/secrets/",
    "file:/",
];

/// `${NAME:default}` and `${NAME:-default}` carry a value in clear.
fn has_default(inner: &str) -> bool {
    match inner.split_once(':') {
        Some(("vault" | "ssm" | "secretsManager" | "env" | "file" | "sm" | "base64", _)) => false,
        Some((_, default)) => !default.trim_start_matches(['-', '=', '?', '+']).is_empty(),
        None => false,
    }
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
            let hidden = in_key && !ends;
            in_key = (in_key || begins) && !ends;
            match redact(line).or_else(|| pattern::mask_telling_line(line)) {
                _ if hidden => (MASK.to_owned(), true),
                Some(masked) => (masked, true),
                None => (line.to_owned(), false),
            }
        })
        .collect()
}
