//! Secrets of known shapes from a seed, remembered so that they can be looked for.

/// Makes secrets and keeps each with what it is.
pub(super) struct Mint {
    state: u64,
    /// What it is, and the text that must not be seen.
    pub(super) minted: Vec<(String, String)>,
}

const UPPER: &str = "ABCDEFGHJKLMNPQRSTUVWXYZ";
const LOWER: &str = "abcdefghijkmnopqrstuvwxyz";
const DIGITS: &str = "23456789";

impl Mint {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed, minted: Vec::new() }
    }

    /// How many kinds of secrets were made: those of one kind differ in when they were made.
    pub(super) fn kinds(&self) -> usize {
        let kinds = self.minted.iter().map(|(what, _)| what.split(" (").next().unwrap());
        kinds.collect::<std::collections::BTreeSet<_>>().len()
    }

    fn letters(&mut self, alphabet: &str, length: usize) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        let letter = |state: &mut u64| {
            *state ^= *state << 13;
            *state ^= *state >> 7;
            *state ^= *state << 17;
            alphabet[(*state >> 16) as usize % alphabet.len()]
        };
        (0..length).map(|_| letter(&mut self.state)).collect()
    }

    fn keep(&mut self, what: &str, secret: String) -> String {
        self.minted.push((what.to_owned(), secret.clone()));
        secret
    }

    /// Letters and digits, as a person or a generator makes passwords.
    pub(super) fn password(&mut self, what: &str) -> String {
        let secret = format!("{}{}{}", self.letters(UPPER, 2), self.letters(LOWER, 6), self.letters(DIGITS, 4));
        self.keep(what, secret)
    }

    /// A prefix and as many letters and digits: the token of an issuer.
    pub(super) fn token(&mut self, what: &str, prefix: &str, length: usize) -> String {
        let tail = self.letters(&format!("{UPPER}{LOWER}{DIGITS}"), length);
        self.keep(what, tail.clone());
        format!("{prefix}{tail}")
    }

    /// Upper-case letters and digits behind a prefix.
    pub(super) fn upper(&mut self, what: &str, prefix: &str, length: usize) -> String {
        let tail = self.letters(&format!("{UPPER}{DIGITS}"), length);
        self.keep(what, tail.clone());
        format!("{prefix}{tail}")
    }

    /// Digits only.
    pub(super) fn number(&mut self, what: &str) -> String {
        let secret = self.letters(DIGITS, 12);
        self.keep(what, secret)
    }

    /// A URL whose user has a password.
    pub(super) fn url(&mut self, what: &str) -> String {
        format!("https://deploy:{}@git.example/team/app", self.password(what))
    }

    /// A private key of three lines, each of them looked for, with `indent` before every line but the first.
    pub(super) fn pem(&mut self, what: &str, indent: &str) -> String {
        let alphabet = format!("{UPPER}{LOWER}{DIGITS}");
        let body: Vec<String> = (0..3).map(|_| self.letters(&alphabet, 64)).collect();
        for line in &body {
            self.keep(what, line.clone());
        }
        let lines =
            [&["-----BEGIN RSA PRIVATE KEY-----".to_owned()], &body[..], &["-----END RSA PRIVATE KEY-----".to_owned()]];
        lines.concat().join(&format!("\n{indent}"))
    }
}
