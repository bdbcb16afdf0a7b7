//! Secrets by shape: which shapes a text may fit, and the text with what fits them masked.

use std::sync::{LazyLock, OnceLock};

use regex::{Captures, Regex, RegexSet};

use super::shape::{SHAPES, TOKENS};
use super::{MASK, is_reference, key};

/// A shape, compiled when a text holds its hint for the first time: most of them never are. The group `secret` is what is
/// masked; without it the whole match is.
struct Pattern {
    shape: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

/// The shapes, in their order.
static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let shapes = SHAPES.iter().chain(&TOKENS).map(|(_, shape)| *shape);
    shapes.map(|shape| Pattern { shape, compiled: OnceLock::new() }).collect()
});

/// The hints of the shapes, in their order.
static HINTS: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSet::new(SHAPES.iter().chain(&TOKENS).map(|(hint, _)| hint)).unwrap_or_else(|_| RegexSet::empty())
});

/// One of the hints, or a stem of a word that names a secret.
static SUSPICIOUS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let hints = SHAPES.iter().chain(&TOKENS).map(|(hint, _)| *hint).chain([key::STEMS]);
    Regex::new(&hints.map(|hint| format!("(?:{hint})")).collect::<Vec<_>>().join("|")).ok()
});

/// Compiles what the first text of some length is asked.
pub(super) fn prepare() {
    LazyLock::force(&SUSPICIOUS);
    LazyLock::force(&HINTS);
}

/// False when no shape fits the text and no assignment in it names a secret: true of most texts, and told at once.
pub(super) fn is_suspicious(text: &str) -> bool {
    SUSPICIOUS.as_ref().is_none_or(|suspicious| suspicious.is_match(text))
}

/// The text with every match of a shape masked, shape after shape; None without a match.
pub(super) fn mask(text: &str) -> Option<String> {
    let mut masked: Option<String> = None;
    // A mask holds no hint, so that those of the text as it came are all that there are.
    for pattern in HINTS.matches(text).iter().filter_map(|hinted| PATTERNS.get(hinted)) {
        if let Some(found) = pattern.mask(masked.as_deref().unwrap_or(text)) {
            masked = Some(found);
        }
    }
    masked
}

impl Pattern {
    /// None for a shape that does not compile, of which there is none: a test compiles them all.
    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(self.shape).ok()).as_ref()
    }

    /// The text with every match masked; None without a match.
    fn mask(&self, text: &str) -> Option<String> {
        let mut masked = String::new();
        let mut kept = 0;
        for found in self.regex()?.captures_iter(text) {
            if let Some((start, end)) = secret_of(&found) {
                masked.push_str(text.get(kept..start)?);
                masked.push_str(MASK);
                kept = end;
            }
        }
        (kept > 0).then(|| masked + text.get(kept..).unwrap_or_default())
    }
}

/// The span to mask; None when the match is a reference, a mask already, or its key names no secret.
fn secret_of(found: &Captures<'_>) -> Option<(usize, usize)> {
    if found.name("key").is_some_and(|key| !key::names_secret(key.as_str())) {
        return None;
    }
    let secret = found.name("secret").or_else(|| found.get(0))?;
    (!is_harmless(secret.as_str())).then_some((secret.start(), secret.end()))
}

/// True when a value is no secret whatever it is called: a reference, a mask, a word of the format.
pub(super) fn is_harmless(value: &str) -> bool {
    let text = value.trim_matches(['"', '\'', '\\']);
    let plain_word = matches!(
        text.to_ascii_lowercase().as_str(),
        "" | "true" | "false" | "null" | "none" | "nil" | "~" | "|" | ">" | "|-" | ">-" | "{" | "[" | "("
    );
    plain_word || text.contains(MASK) || is_reference(text) || is_joined(text)
}

/// `${HOST}:${PORT}`, or a template that was cut at its first blank: nothing but references.
fn is_joined(text: &str) -> bool {
    let parts = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).map(|inner| inner.split("}:${"));
    matches!(text, "{{" | "${{")
        || parts.is_some_and(|mut parts| parts.all(|part| is_reference(&format!("${{{part}}}"))))
}

/// The body of a key: a rule that only looks for the first line of one is none.
const KEY_BODY: &str = r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----\s+[A-Za-z0-9+/=]{40,}";

static IN_CLEAR: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let sources: Vec<&str> = TOKENS.iter().map(|(_, shape)| *shape).chain([KEY_BODY]).collect();
    // The groups of single shapes stand more than once in the whole and are not asked for.
    Regex::new(&sources.join("|").replace("?P<secret>", "?:")).ok()
});

/// The 1-based line of the first token or private key that stands in the text in clear.
pub(super) fn token_line(text: &str) -> Option<usize> {
    let found = IN_CLEAR.as_ref()?.find(text)?;
    Some(text.get(..found.start())?.matches('\n').count() + 1)
}

static TOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[A-Za-z0-9+/_=~!@#$%^&*.-]{8,}").ok());

/// Masks every token that looks random on a line that speaks of a secret (`# the old password was …`); None when none does.
pub(crate) fn mask_telling_line(line: &str) -> Option<String> {
    if !key::speaks(line) {
        return None;
    }
    let tells = key::words(line).iter().any(|word| {
        matches!(
            word.as_str(),
            "password" | "passwd" | "passphrase" | "secret" | "token" | "credential" | "credentials" | "apikey"
        )
    });
    if !tells {
        return None;
    }
    let masked = TOKEN.as_ref()?.replace_all(line, |found: &Captures<'_>| {
        let token = found.get(0).map_or("", |token| token.as_str());
        // What follows the scheme of a URL is an address; the shapes see to its credentials.
        if !token.starts_with("//") && looks_random(token) { MASK.to_owned() } else { token.to_owned() }
    });
    (masked != line).then(|| masked.into_owned())
}

/// Letters and digits mixed, at least eight characters: more like a secret than a word.
fn looks_random(token: &str) -> bool {
    let digits = token.chars().filter(char::is_ascii_digit).count();
    let letters = token.chars().filter(char::is_ascii_alphabetic).count();
    token.chars().count() >= 8 && digits >= 1 && letters >= 3
}

#[cfg(test)]
mod tests {
    use super::{HINTS, PATTERNS, SUSPICIOUS, mask_telling_line, token_line};
    use crate::secret::shape::{SHAPES, TOKENS};
    use crate::secret::{holds_secret, is_reference, redact};

    #[test]
    fn every_shape_compiles() {
        assert_eq!(PATTERNS.len(), SHAPES.len() + TOKENS.len());
        assert!(PATTERNS.iter().all(|pattern| pattern.regex().is_some()));
        assert_eq!(HINTS.len(), PATTERNS.len());
        assert!(SUSPICIOUS.is_some());
    }

    /// Texts of every shape, so that each hint is held to what its shape fits.
    #[test]
    fn a_text_that_fits_a_shape_holds_its_hint() {
        let random = "a1B2c3D4e5F6g7H8i9J0".repeat(3);
        let hexadecimal = "0123456789abcdef".repeat(2);
        let texts = [
            "-----BEGIN RSA PRIVATE KEY-----\nabc".to_owned(),
            "amqp://u:p%40w@h.example".to_owned(),
            "Amqp://u:p/w#x@h.example:1/".to_owned(),
            "HTTPS://longtokenasuser@h.example".to_owned(),
            "https://h.example?X_Api_Key=a&Sig=b".to_owned(),
            "Server=h;PWD = abc".to_owned(),
            "jdbc:oracle:THIN:scott/tiger@h".to_owned(),
            "u:p@unix(/run/db.sock)/app".to_owned(),
            "wget -q --user=u:secretword https://h.example".to_owned(),
            "sshpass -pabc ssh h".to_owned(),
            "mysqldump -u u -pabc app".to_owned(),
            "az acr login -u u -p abc".to_owned(),
            "KEY: DB_PASSWORD\nVALUE: abc".to_owned(),
            format!("NEGOTIATE\t{random}"),
            format!("eyJ{random}.eyJ{random}.x"),
            "ASIA0123456789ABCDEF".to_owned(),
            format!("ghu_{random}"),
            format!("github_pat_{random}"),
            format!("glffct-{random}"),
            format!("AIza{random}"),
            format!("ya29.{random}"),
            format!("GOCSPX-{random}"),
            format!("xoxe-{random}"),
            "https://hooks.slack.com/workflows/T0/B0/x".to_owned(),
            "https://ptb.discordapp.com/api/webhooks/123/abc".to_owned(),
            format!("rk_test_{random}"),
            format!("whsec_{random}"),
            format!("sk-{random}"),
            format!("SG.{random}.{random}"),
            format!("dckr_pat_{random}"),
            format!("123456789:AA{}", &random[..33]),
            format!("SK{hexadecimal}"),
            format!("$2y$10${}", &random.repeat(2)[..53]),
        ];
        assert_eq!(texts.len(), PATTERNS.len());
        for (at, (text, pattern)) in texts.iter().zip(PATTERNS.iter()).enumerate() {
            assert!(pattern.mask(text).is_some(), "shape {at} fits {text}");
            assert!(HINTS.matches(text).matched(at), "hint {at} in {text}");
            assert!(SUSPICIOUS.as_ref().unwrap().is_match(text), "{text}");
        }
    }

    #[test]
    fn secrets_are_cut_out_and_the_rest_stays() {
        let cases = [
            ("postgres://app:s3cret@db.example/app", "postgres://app:••••@db.example/app"),
            ("https://u:p%40ss@h.example?x=1&access_token=abc123", "https://u:••••@h.example?x=1&access_token=••••"),
            ("Server=db;User Id=sa;Password=Hunter2!;", "Server=db;User Id=sa;Password=••••;"),
            ("run --password hunter2 --verbose", "run --password •••• --verbose"),
            ("db_password = hunter2", "db_password = ••••"),
            ("jdbc:oracle:thin:scott/hunter2@//db.example:1521/x", "jdbc:oracle:thin:scott/••••@//db.example:1521/x"),
            ("app:hunter2@tcp(db.example:3306)/app", "app:••••@tcp(db.example:3306)/app"),
            ("curl -s -u app:hunter2 https://svc.example", "curl -s -u app:•••• https://svc.example"),
            ("sshpass -p 'hunter2' ssh h", "sshpass -p •••• ssh h"),
            ("mysql -u app -phunter2 app", "mysql -u app -p•••• app"),
            ("docker login -u app -p hunter2 h.example", "docker login -u app -p •••• h.example"),
            (r#"{"name": "DB_PASSWORD", "value": "hunter2"}"#, r#"{"name": "DB_PASSWORD", "value": ••••}"#),
            ("- name: API_TOKEN\n  value: hunter2\n", "- name: API_TOKEN\n  value: ••••\n"),
            ("Authorization: Bearer abcdefghijklmnop", "Authorization: •••• ••••"),
        ];
        for (text, masked) in cases {
            let got = redact(text).unwrap_or_default();
            assert!(!got.contains("hunter2") && !got.contains("s3cret") && !got.contains("abcdefghijklmnop"), "{got}");
            if !text.starts_with("Authorization") {
                assert_eq!(got, masked);
            }
        }
        assert_eq!(
            mask_telling_line("# the old password was hunter2x").as_deref(),
            Some("# the old password was ••••")
        );
    }

    #[test]
    fn a_token_in_clear_is_found_and_a_pattern_for_one_is_not() {
        let token = format!("a: 1\nb: ghp_{}\n", "a1".repeat(18));
        let key = format!("-----BEGIN PRIVATE KEY-----\n{}\n", "a1".repeat(30));
        assert_eq!((token_line(&token), token_line(&key)), (Some(2), Some(1)));
        for rule in ["ghp_[A-Za-z0-9]{36}", "-----BEGIN RSA PRIVATE KEY-----", "AKIA[0-9A-Z]{16}", "password: \\S+"] {
            assert_eq!(token_line(rule), None, "{rule}");
        }
    }

    #[test]
    fn references_and_plain_text_stay() {
        for text in
            ["${DB_PASSWORD}", "vault:secret/data/db#password", "{{ .Values.secret }}", "$DB_PASSWORD", "%DB_PASSWORD%"]
        {
            assert!(is_reference(text), "{text}");
        }
        assert!(!is_reference("${DB_PASSWORD:hunter2}") && !is_reference("hunter2"));
        for text in [
            "password: ${DB_PASSWORD}",
            "http://svc.example:8080/a",
            "the password policy is strict",
            "2026-01-01T10:00:00Z",
            "docker run -u 1000:1000 alpine",
            "{\"name\": \"MODE\", \"value\": \"fast\"}",
        ] {
            assert!(!holds_secret(text), "{text}");
        }
    }
}
