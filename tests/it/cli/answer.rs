//! What a command answered, with everything that differs from run to run replaced by its name.

use std::process::Output;
use std::sync::OnceLock;

use regex::Regex;
use serde_json::Value;

use super::schemas;

/// An answer: exit code, standard output and standard error.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    line: String,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// As it was printed.
    pub(crate) raw: String,
}

impl Answer {
    /// Names the ids, times and places of an output.
    pub(crate) fn new(arguments: &[&str], output: &Output, places: &[(String, &'static str)]) -> Self {
        let raw = String::from_utf8(output.stdout.clone()).expect("standard output is UTF-8");
        Self {
            line: arguments.join(" "),
            code: output.status.code(),
            stdout: named(&raw, places),
            stderr: named(&String::from_utf8(output.stderr.clone()).expect("standard error is UTF-8"), places),
            raw,
        }
    }

    /// Checks all three.
    #[track_caller]
    pub(crate) fn is(&self, code: i32, stdout: &str, stderr: &str) -> &Self {
        let told = (self.code, self.stdout.as_str(), self.stderr.as_str());
        assert!(
            told == (Some(code), stdout, stderr),
            "expected {code}\n--- stdout\n{stdout}--- stderr\n{stderr}\n{self}"
        );
        self
    }

    /// Checks the exit code, and that an error is all that was said.
    #[track_caller]
    pub(crate) fn fails(&self, code: i32, stderr: &str) -> &Self {
        self.is(code, "", stderr)
    }

    /// Checks the exit code and that nothing stands beside the result.
    #[track_caller]
    pub(crate) fn exits(&self, code: i32) -> &Self {
        assert_eq!((self.code, self.stderr.as_str()), (Some(code), ""), "\n{self}");
        self
    }

    /// Checks the exit code, and that standard error says why and standard output nothing.
    #[track_caller]
    pub(crate) fn exits_only(&self, code: i32) -> &Self {
        assert_eq!((self.code, self.stdout.as_str(), self.stderr.is_empty()), (Some(code), "", false), "\n{self}");
        self
    }

    /// Checks the exit code, and the answer against the schema that the command itself prints for it.
    #[track_caller]
    pub(crate) fn json(&self, code: i32) -> Value {
        self.exits(code);
        let answer: Value = serde_json::from_str(&self.raw).unwrap_or_else(|error| panic!("{error}\n{self}"));
        schemas::check(&answer);
        answer
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { line, code, stdout, stderr, .. } = self;
        write!(f, "golden {line}\nexited {code:?}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }
}

/// Order matters: what is part of something longer comes after it.
fn named(text: &str, places: &[(String, &'static str)]) -> String {
    static PATTERNS: OnceLock<Vec<(Regex, &'static str)>> = OnceLock::new();
    let patterns = PATTERNS.get_or_init(|| {
        let named = [
            (r"\d{8}T\d{6}Z-[0-9a-f]+", "<branch>"),
            (r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "<id>"),
            (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>"),
            (r"(sha256:)?\b[0-9a-f]{64}\b", "<digest>"),
            (r"\b[0-9a-f]{40}\b", "<commit>"),
        ];
        named.map(|(pattern, name)| (Regex::new(pattern).unwrap(), name)).to_vec()
    });
    let mut text = text.to_owned();
    for (place, name) in places {
        text = text.replace(place, name);
    }
    for (pattern, name) in patterns {
        text = pattern.replace_all(&text, *name).into_owned();
    }
    text
}
