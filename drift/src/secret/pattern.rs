//! Secrets by shape: the patterns of credentials in URLs, key blocks and tokens of known issuers.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{MASK, is_reference, key};

/// A shape. The group `secret` is what is masked; without it the whole match is.
pub(crate) struct Pattern {
    regex: Regex,
}

/// The shapes, in the order in which they are masked. Sources: the issuers' published token formats,
/// RFC 3986 section 3.2.1 (user information), RFC 7468 (PEM), RFC 7519 (JWT), RFC 7617 and 6750 (authorization).
const SHAPES: [&str; 14] = [
    // Key blocks, whole or cut off.
    r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\z)",
    // URLs with a password, or with a token as the user.
    r"(?i)\b[a-z][a-z0-9+.-]*://[^\s/?#:@'\x22]*:(?P<secret>[^\s/?#'\x22]+)@",
    r"(?i)\b[a-z][a-z0-9+.-]*://[^\s/?#:@'\x22]*:(?P<secret>[^\s'\x22]*[/?#][^\s'\x22@]*)@[a-z0-9.-]+[:/]",
    r"(?i)\bhttps?://(?P<secret>[^\s/?#:@'\x22]{8,})@",
    r"(?i)[?&;](?:[a-z0-9_.-]*(?:token|secret|password|passwd|pwd|apikey|api_key|api-key|access_key|signature)|sig|auth|key|code)=(?P<secret>[^\s&;#'\x22]+)",
    // Connection strings.
    r#"(?i)\b(?:password|passwd|pwd|accountkey|sharedaccesskey|sharedaccesssignature|secretkey|user\s?token)\s*=\s*(?P<secret>"[^"]*"|'[^']*'|[^\s;,&'"]+)"#,
    r#"(?i)\bthin:[^\s/:@'"]+/(?P<secret>[^\s@'"]+)@"#,
    r#"\b[A-Za-z0-9_.-]+:(?P<secret>[^\s:@/'"]+)@(?:tcp|unix)\("#,
    // Programs that take a password by a short option.
    r#"\b(?:curl|wget)\b[^\n]*?\s(?:-u|-U|--user|--proxy-user)[\s=]*["']?[^\s:"'@/]+:(?P<secret>[^\s"'@]+)"#,
    r#"\bsshpass\s+-p\s*(?P<secret>"[^"\n]+"|'[^'\n]+'|[^\s"']+)"#,
    r#"\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n]*?\s-p(?P<secret>"[^"\n]+"|'[^'\n]+'|[^\s"'-][^\s"']*)"#,
    r#"\blogin\b[^\n]*?\s-p\s+(?P<secret>"[^"\n]+"|'[^'\n]+'|[^\s"'-][^\s"']*)"#,
    // A name and a value beside it, in JSON, YAML, HCL or XML.
    concat!(
        r#"(?i)\b(?:name|key)[\\"']*\s*[:=]\s*[\\"']*(?P<key>[a-z][a-z0-9_.-]*)[\\"']*\s*[,;]?\s*[\\"']*\b(?:value|default)"#,
        r#"[\\"']*\s*[:=]\s*(?P<secret>"[^"\n]+"|'[^'\n]+'|\\"[^"\\\n]+\\"|[^\s"'\\,;}]+)"#
    ),
    // Authorization headers.
    r"(?i)\b(?:bearer|basic|digest|negotiate|apikey)\s+(?P<secret>[A-Za-z0-9+/_=.~-]{12,})",
];

/// Tokens and hashes that are secrets wherever they stand: no pattern or example looks like one by accident.
const TOKENS: [&str; 19] = [
    r"\beyJ[A-Za-z0-9_-]{5,}\.eyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){0,3}",
    // Clouds and forges.
    r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b",
    r"\bgh[opsur]_[A-Za-z0-9]{20,}",
    r"\bgithub_pat_[A-Za-z0-9_]{20,}",
    r"\bgl(?:pat|dt|rt|cbt|ptt|soat|agent|oas|ft|imt|ffct)-[A-Za-z0-9_=-]{16,}",
    r"\bAIza[A-Za-z0-9_-]{30,}",
    r"\bya29\.[A-Za-z0-9_-]{20,}",
    r"\bGOCSPX-[A-Za-z0-9_-]{20,}",
    r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
    r"\bhttps://hooks\.slack\.com/(?:services|workflows)/(?P<secret>[A-Za-z0-9/_-]+)",
    r"\bhttps://(?:[a-z]+\.)?discord(?:app)?\.com/api/webhooks/(?P<secret>[0-9]+/[A-Za-z0-9_-]+)",
    r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{10,}",
    r"\bwhsec_[A-Za-z0-9+/=]{16,}",
    r"\bsk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{20,}",
    r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    r"\b(?:npm_|pypi-|hf_|dop_v1_|doo_v1_|shpat_|shpss_|dapi|hvs\.|hvb\.|dckr_pat_|rubygems_|NRAK-|lin_api_|pul-|glsa_|sqp_|AGE-SECRET-KEY-1|atlasv1\.)[A-Za-z0-9_.-]{20,}",
    r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b",
    r"\bAC[0-9a-f]{32}:[0-9a-f]{32}\b|\bSK[0-9a-f]{32}\b",
    // Hashed passwords: enough to try guesses on.
    r"\$(?:2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{53}|apr1\$[^\s:$]{1,8}\$[./A-Za-z0-9]{22}|[156]\$[^\s:]{8,}|argon2(?:id|i|d)\$[^\s]{20,})",
];

/// The compiled shapes. A shape that did not compile would be missing; a test counts them.
pub(crate) static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    SHAPES.iter().chain(&TOKENS).filter_map(|shape| Regex::new(shape).ok()).map(|regex| Pattern { regex }).collect()
});

impl Pattern {
    /// The text with every match masked; None without a match.
    pub(crate) fn mask(&self, text: &str) -> Option<String> {
        let mut masked = String::new();
        let mut kept = 0;
        for found in self.regex.captures_iter(text) {
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
    let sources: Vec<&str> = TOKENS.iter().copied().chain([KEY_BODY]).collect();
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
    use super::{PATTERNS, SHAPES, TOKENS, mask_telling_line, token_line};
    use crate::secret::{holds_secret, is_reference, redact};

    #[test]
    fn every_shape_compiles() {
        assert_eq!(PATTERNS.len(), SHAPES.len() + TOKENS.len());
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
