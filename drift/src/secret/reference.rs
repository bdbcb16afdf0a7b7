//! References: texts that say where a secret is kept, so that nothing in them needs hiding.

use super::{key, template};

/// True when the text refers to a secret that is kept elsewhere: a variable without a default, a vault path,
/// a sealed or encrypted value, a placeholder. Whatever might be a secret with odd punctuation is none.
pub fn is_reference(text: &str) -> bool {
    let text = text.trim();
    let whole = |open: &str, close: &str| {
        text.strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
            .filter(|inner| !inner.is_empty() && !inner.contains(close))
    };
    // Pipelines; a quote may be the start of a text in clear behind `||`.
    if let Some(inner) = whole("${{", "}}") {
        return !inner.contains(['"', '\'', '`']);
    }
    if let Some(inner) = whole("${", "}") {
        let inner = inner.trim();
        return !has_default(inner) && !computes(inner);
    }
    text.strip_prefix('$').is_some_and(is_variable)
        || whole("$(", ")").is_some_and(is_name)
        || whole("{{", "}}").is_some_and(|inner| !template::has_literal(inner))
        || whole("%", "%").is_some_and(|name| is_variable(name) || is_env_call(name) || names_one(name))
        || whole("<", ">").is_some_and(names_one)
        || whole("ENC(", ")").is_some()
        || whole("ENC[", "]").is_some()
        || PREFIXES.iter().any(|prefix| text.starts_with(prefix))
        || (text.starts_with("ref+") && text.contains("://"))
        || (text.chars().count() >= 3 && text.chars().all(|character| matches!(character, '*' | '•' | 'x' | 'X')))
}

/// True for a key whose value says where another one is kept: `valueFrom`, `secretKeyRef`, `password_ref`.
pub(crate) fn names_reference(key: &str) -> bool {
    key == "valueFrom" || key::words(key).last().is_some_and(|word| word == "ref")
}

/// Schemes and prefixes under which secret stores are addressed.
const PREFIXES: [&str; 13] = [
    "vault:",
    "secret://",
    "secretref:",
    "op://",
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

/// The name of a variable as environments spell it: `DB_PASSWORD`, `TOKEN`. Digits need an underscore beside them,
/// since `$SUMMER2024` is a password as people choose them.
fn is_variable(name: &str) -> bool {
    let fits = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let starts = name.starts_with(|first: char| first.is_ascii_uppercase() || first == '_');
    fits && starts && (name.contains('_') || !name.bytes().any(|b| b.is_ascii_digit()))
}

/// A name without blanks, as pipelines and Kubernetes write it between `$(` and `)`; a command may hold a secret.
fn is_name(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

fn is_env_call(name: &str) -> bool {
    name.strip_prefix("env(").is_some_and(|rest| rest.ends_with(')'))
}

/// Words of placeholders, beside the names of secrets.
const PLACEHOLDERS: [&str; 10] =
    ["your", "placeholder", "changeme", "change", "replace", "redacted", "masked", "hidden", "insert", "here"];

/// A placeholder names the secret or says that one belongs here: `<your-password>`, `%database_password%`.
fn names_one(name: &str) -> bool {
    let says = || key::words(name).iter().any(|word| PLACEHOLDERS.contains(&word.as_str()));
    !name.bytes().any(|b| b.is_ascii_digit()) && (key::names_secret(&name.replace(' ', "_")) || says())
}

/// Calls that read what they name.
const LOOKUPS: [&str; 6] = ["credentials", "getenv", "environmentVariable", "findProperty", "gradleProperty", "file"];

/// True for an expression that may hold a value itself: a number, a text in quotes that is no index, or a call that is no
/// lookup: `${coalesce(var.password,"hunter2")}`.
fn computes(inner: &str) -> bool {
    let before = |at: usize| inner.get(..at).unwrap_or_default();
    let looks_up = |before: &str| {
        LOOKUPS.iter().any(|name| {
            before.strip_suffix(name).is_some_and(|rest| !rest.ends_with(|letter: char| letter.is_alphanumeric()))
        })
    };
    let call = |at: usize| !looks_up(before(at));
    let mut open = false;
    let quoted = inner.match_indices(['"', '\'', '`']).any(|(at, _)| {
        open = !open;
        let before = before(at);
        open && !before.ends_with('[') && !before.strip_suffix('(').is_some_and(looks_up)
    });
    quoted
        || inner.starts_with(|first: char| first.is_ascii_digit())
        || inner.match_indices('(').any(|(at, _)| call(at))
}

/// Sources that a variable may be read from; what follows their colon is an address.
const SOURCES: [&str; 5] = ["vault", "ssm", "secretsManager", "file", "sm"];

/// `${NAME:default}`, `${NAME:-default}` and `${NAME-default}` carry a value in clear; the text of `${NAME:?text}`
/// is a message.
fn has_default(inner: &str) -> bool {
    match inner.split_once(':') {
        Some((name, _)) if SOURCES.contains(&name) => false,
        Some(("env", rest)) => has_default(rest),
        Some((name, default)) if default.starts_with('?') => shell_default(name),
        Some((name, default)) => shell_default(name) || !default.trim_start_matches(['-', '=', '+']).is_empty(),
        None => shell_default(inner),
    }
}

/// The default of a shell variable without a colon: `${NAME-default}`. A dash in a name of lower case is part of it.
fn shell_default(inner: &str) -> bool {
    let name = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(inner.len());
    let (name, rest) = inner.split_at(name);
    match rest.chars().next() {
        Some('=' | '+') => rest.len() > 1,
        Some('-') => rest.len() > 1 && !name.bytes().any(|b| b.is_ascii_lowercase()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_reference;

    #[test]
    fn what_names_a_secret_is_no_secret() {
        for text in [
            "${DB_PASSWORD}",
            "${db-password}",
            "${db.password}",
            "${env:DB_PASSWORD}",
            "${DB_PASSWORD:?must be set}",
            "${var.passwords[\"db\"]}",
            "${credentials('deploy')}",
            "${System.getenv(\"DB_PASSWORD\")}",
            "$DB_PASSWORD",
            "$DB_PASSWORD_2",
            "$TOKEN",
            "$(DB_PASSWORD)",
            "$(db.password)",
            "{{ .Values.secret }}",
            "{{ secrets['db'] }}",
            "${{ secrets.DB_PASSWORD }}",
            "%DB_PASSWORD%",
            "%env(DB_PASSWORD)%",
            "%database_password%",
            "<your-password>",
            "<password>",
            "<API key>",
            "ENC[AES256,data:abc=]",
            "vault:secret/data/db#password",
            "ref+vault://secret/db#password",
            "xxxx",
            "********",
        ] {
            assert!(is_reference(text), "{text}");
        }
    }

    #[test]
    fn odd_punctuation_makes_no_reference() {
        for text in [
            "hunter2",
            "${DB_PASSWORD:hunter2}",
            "${DB_PASSWORD:-hunter2}",
            "${DB_PASSWORD-hunter2}",
            "${DB_PASSWORD=hunter2}",
            "${env:DB_PASSWORD:-hunter2}",
            "${base64:aHVudGVyMg==}",
            "${A}hunter2${B}",
            "${coalesce(var.password,\"hunter2\")}",
            "${\"hunter2\"+x}",
            "${12345678+0}",
            "${decode(hunter2)}",
            "${var.a[\"x\"]+\"hunter2\"}",
            "$123456",
            "$SUMMER2024",
            "$hunter2",
            "$(echo hunter2)",
            "{{ \"hunter2\" }}",
            "${{ secrets.DB_PASSWORD || 'hunter2' }}",
            "{{ .Values.password | default \"hunter2\" }}",
            "%hunter2%",
            "<hunter2>",
            "<hunter>",
            "ref+hunter2",
            "x",
            "",
        ] {
            assert!(!is_reference(text), "{text}");
        }
    }
}
