//! Secrets by key: words that name a secret, and words behind them that say it is only about one.

use std::sync::LazyLock;

use regex::Regex;

/// A key that names a secret or a container of them holds one of these, whatever its letter case.
pub(super) const STEMS: &str = "(?i:pass|pwd|psk|secret|token|key|cred|authorization|jwt|cookie|signature)";

static SPEAKING: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(STEMS).ok());

/// Compiles what every key is asked.
pub(super) fn prepare() {
    LazyLock::force(&SPEAKING);
}

/// False when no part of the text names a secret: true of most texts, and told without taking words apart.
pub(super) fn speaks(text: &str) -> bool {
    SPEAKING.as_ref().is_none_or(|speaking| speaking.is_match(text))
}

/// Words that name a secret when a key ends with them.
const WORDS: [&str; 27] = [
    "password",
    "passwords",
    "passwd",
    "pwd",
    "pass",
    "passphrase",
    "passcode",
    "psk",
    "secret",
    "secrets",
    "token",
    "tokens",
    "apikey",
    "apikeys",
    "accesskey",
    "secretkey",
    "privatekey",
    "signingkey",
    "encryptionkey",
    "authtoken",
    "accesstoken",
    "clientsecret",
    "credential",
    "credentials",
    "creds",
    "authorization",
    "jwt",
];

/// Two words that name a secret when a key ends with them.
const PAIRS: [[&str; 2]; 26] = [
    ["api", "key"],
    ["api", "keys"],
    ["access", "key"],
    ["secret", "key"],
    ["private", "key"],
    ["signing", "key"],
    ["encryption", "key"],
    ["master", "key"],
    ["account", "key"],
    ["shared", "key"],
    ["storage", "key"],
    ["license", "key"],
    ["auth", "key"],
    ["session", "key"],
    ["hmac", "key"],
    ["service", "key"],
    ["deploy", "key"],
    ["ssh", "key"],
    ["tls", "key"],
    ["crypto", "key"],
    ["aes", "key"],
    ["host", "key"],
    ["sas", "signature"],
    ["secret", "id"],
    ["auth", "cookie"],
    ["session", "cookie"],
];

/// Words behind the secret's name that leave it one: `password_new`, `DB_PASSWORD_1`.
const STILL_SECRET: [&str; 14] = [
    "value",
    "values",
    "old",
    "new",
    "current",
    "previous",
    "next",
    "primary",
    "secondary",
    "base64",
    "b64",
    "data",
    "raw",
    "text",
];

/// Words in front that make `token`, `key` and the like harmless: `max_tokens`, `existingSecret`.
const HARMLESS_BEFORE: [&str; 9] = ["max", "min", "num", "total", "public", "per", "count", "no", "existing"];

/// The lower-case words of a key: split at anything that is not a letter or digit and at camel-case borders;
/// digits stay with their word, and a word of digits alone is dropped.
pub(crate) fn words(key: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let characters: Vec<char> = key.chars().collect();
    for (at, character) in characters.iter().copied().enumerate() {
        let before = at.checked_sub(1).and_then(|at| characters.get(at)).copied();
        let after = characters.get(at + 1).copied();
        let camel = character.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_uppercase() && after.is_some_and(char::is_lowercase))
            });
        if !character.is_alphanumeric() || camel {
            words.push(std::mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
    }
    words.push(word);
    words.retain(|word| word.chars().any(char::is_alphabetic));
    words
}

/// The part of a flat key that names the leaf: `spring.datasource.password` gives `password`.
fn leaf(key: &str) -> &str {
    let key =
        key.trim_end_matches(|character: char| character == ']' || character == '[' || character.is_ascii_digit());
    key.rsplit(['.', '/', ':']).find(|part| !part.is_empty()).unwrap_or(key)
}

/// True when the key says that its value is a secret: `db.password`, `apiKey`, `AUTH_TOKEN_1`; but not `token_ttl`,
/// `passwordFile`, `secretName`, `max_tokens`, `tokenizer`.
pub(crate) fn names_secret(key: &str) -> bool {
    if !speaks(key) {
        return false;
    }
    let mut words = words(leaf(key));
    while words.last().is_some_and(|word| STILL_SECRET.contains(&word.as_str())) && words.len() > 1 {
        words.pop();
    }
    let Some(last) = words.last() else { return false };
    let last = last.trim_end_matches(|character: char| character.is_ascii_digit());
    let before = words.len().checked_sub(2).and_then(|at| words.get(at)).map(String::as_str);
    if before.is_some_and(|word| HARMLESS_BEFORE.contains(&word)) {
        return false;
    }
    WORDS.contains(&last) || before.is_some_and(|before| PAIRS.contains(&[before, last]))
}

/// True when the secret that the key names is itself a key: `apiKeys`, `signing_key`.
pub(crate) fn names_key(key: &str) -> bool {
    words(leaf(key)).last().is_some_and(|word| word.trim_end_matches('s').ends_with("key"))
}

/// Words that make a container of secrets, whatever its keys are called.
const CONTAINERS: [&str; 9] =
    ["secret", "secrets", "credential", "credentials", "creds", "passwords", "password", "tokens", "apikeys"];

/// Leaf words under a container that are not secrets themselves.
const HARMLESS_BELOW: [&str; 52] = [
    "name",
    "namespace",
    "ref",
    "key",
    "type",
    "kind",
    "enabled",
    "path",
    "file",
    "filename",
    "ttl",
    "url",
    "uri",
    "host",
    "port",
    "version",
    "id",
    "description",
    "provider",
    "engine",
    "store",
    "mount",
    "policy",
    "length",
    "role",
    "region",
    "optional",
    "expiry",
    "expires",
    "rotation",
    "interval",
    "algorithm",
    "issuer",
    "audience",
    "scope",
    "scopes",
    "username",
    "user",
    "mode",
    "backend",
    "min",
    "max",
    "timeout",
    "size",
    "count",
    "limit",
    "retries",
    "lifetime",
    "duration",
    "seconds",
    "minutes",
    "days",
];

/// True when everything below the key is secret unless [`harmless_below`] says otherwise: `secrets`, `db_credentials`.
pub(crate) fn names_container(key: &str) -> bool {
    if !speaks(key) {
        return false;
    }
    match words(leaf(key)).as_slice() {
        [.., before, _] if HARMLESS_BEFORE.contains(&before.as_str()) => false,
        [.., word] => CONTAINERS.contains(&word.as_str()),
        [] => false,
    }
}

/// True when a leaf below a container of secrets says by its key that it is none.
pub(crate) fn harmless_below(key: &str) -> bool {
    words(leaf(key)).last().is_some_and(|word| HARMLESS_BELOW.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::{CONTAINERS, PAIRS, SPEAKING, WORDS, names_container, names_secret, speaks};

    #[test]
    fn every_word_that_names_a_secret_holds_a_stem() {
        assert!(SPEAKING.is_some());
        for word in WORDS.iter().chain(&CONTAINERS) {
            assert!(speaks(word) && speaks(&word.to_uppercase()), "{word}");
        }
        for pair in PAIRS {
            assert!(speaks(&pair.join("-")), "{pair:?}");
        }
    }

    #[test]
    fn keys_that_name_secrets() {
        for key in [
            "password",
            "db.password",
            "DB_PASSWORD",
            "spring.datasource.password",
            "dbPassword",
            "apiKey",
            "API_KEY",
            "clientSecret",
            "aws_secret_access_key",
            "AUTH_TOKEN_1",
            "token",
            "privateKey",
            "password2",
            "smtp-pass",
            "x-api-key",
            "encryption_key",
            "passwords[0]",
            "secret_value",
            "GITHUB_TOKEN",
        ] {
            assert!(names_secret(key), "{key}");
        }
    }

    #[test]
    fn keys_that_only_look_like_it() {
        for key in [
            "token_ttl",
            "passwordFile",
            "secretName",
            "max_tokens",
            "tokenizer",
            "secretary",
            "monkey",
            "author",
            "password.min.length",
            "keyboard",
            "publicKey",
            "secretKeyRef",
            "token-endpoint",
            "passwordEncoder",
            "key",
            "bypass",
            "compass",
            "primary_key",
            "passthrough",
            "credentialsProvider",
            "token_uri",
            "existingSecret",
        ] {
            assert!(!names_secret(key), "{key}");
        }
        assert!(names_container("db_credentials") && !names_container("secretary"));
    }
}
