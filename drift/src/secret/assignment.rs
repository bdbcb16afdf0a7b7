//! Secrets by assignment inside a longer text: `db_password = x`, `--token=x`, `"apiKey": "x"`, `the secret is x`.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern::is_harmless;
use super::{MASK, key};

/// What names a value, and the value right behind it. They are matched one after the other, so that a key that names
/// no secret hides none inside its value.
struct Assignment {
    key: Regex,
    value: Regex,
}

static ASSIGNMENTS: LazyLock<Vec<Assignment>> = LazyLock::new(|| {
    let sources = [
        (
            r#"(?P<key>[A-Za-z][A-Za-z0-9_.-]*)\\?["']?(?:\s*(?:=>|:=|[:=])\s*|\s+is\s+)"#,
            r#"^(?:\\"[^"\\\n]+\\"|"(?:[^"\\\n]|\\.)+"|'[^'\n]+'|(?:\$\{[^}\n]*\}|\{\{[^\n]*?\}\})[^\s"',;&}\])]*|[^\s"',;&}\])]+)"#,
        ),
        (
            r"(?:^|[^A-Za-z0-9-])--?(?P<key>[A-Za-z][A-Za-z0-9-]*)(?:\s+|=)",
            r#"^(?:"[^"\n]+"|'[^'\n]+'|[^\s"'-][^\s"']*)"#,
        ),
    ];
    let compiled = sources.into_iter().map(|(key, value)| Some((Regex::new(key).ok()?, Regex::new(value).ok()?)));
    compiled.flatten().map(|(key, value)| Assignment { key, value }).collect()
});

/// The text with the value of every assignment to a secret masked; None without one.
pub(super) fn mask(text: &str) -> Option<String> {
    if !key::speaks(text) {
        return None;
    }
    let mut masked: Option<String> = None;
    for assignment in ASSIGNMENTS.iter() {
        let current = masked.as_deref().unwrap_or(text);
        if let Some(found) = assignment.mask(current) {
            masked = Some(found);
        }
    }
    masked
}

impl Assignment {
    fn mask(&self, text: &str) -> Option<String> {
        let mut masked = String::new();
        let mut kept = 0;
        for found in self.key.captures_iter(text) {
            let names = found.name("key").is_some_and(|key| key::names_secret(key.as_str()));
            let start = found.get(0).map_or(0, |found| found.end());
            // A value that is masked already may hold what looks like a key.
            if !names || start < kept {
                continue;
            }
            let value = text.get(start..).and_then(|rest| self.value.find(rest)).map(|value| value.as_str());
            if let Some(value) = value.filter(|value| !is_harmless(value)) {
                masked.push_str(text.get(kept..start)?);
                masked.push_str(MASK);
                kept = start + value.len();
            }
        }
        (kept > 0).then(|| masked + text.get(kept..).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::{ASSIGNMENTS, mask};

    #[test]
    fn every_assignment_compiles() {
        assert_eq!(ASSIGNMENTS.len(), 2);
    }

    #[test]
    fn a_secret_inside_the_value_of_another_key_is_found() {
        let cases = [
            ("curl -H 'X-Api-Key: abc' https://svc.example", "curl -H 'X-Api-Key: ••••' https://svc.example"),
            ("config: 'api_token: abc'", "config: 'api_token: ••••'"),
            (r#"sh "{\"password\": \"abc\"}""#, r#"sh "{\"password\": ••••}""#),
            ("run --password abc --fast", "run --password •••• --fast"),
        ];
        for (text, masked) in cases {
            assert_eq!(mask(text).as_deref(), Some(masked), "{text}");
        }
        assert_eq!(mask("name: app, token_ttl: 60"), None);
    }
}
