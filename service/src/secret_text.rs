//! Random secrets of tokens and sessions: shown once, stored as a digest.

use sha2::{Digest, Sha256};

use crate::clock::Clock;

/// Random bytes in a secret: nobody guesses 256 bits, which is why a plain SHA-256 is enough at rest.
const BYTES: usize = 32;

/// A secret in clear. It has no way to be printed but [`SecretText::expose`].
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(String);

impl SecretText {
    /// A new secret: a prefix that tells what it is, and 64 hexadecimal digits.
    pub(crate) fn new(prefix: &str, clock: &Clock) -> Self {
        let random = std::iter::repeat_with(|| (clock.random)()).flatten().take(BYTES);
        Self(random.fold(prefix.to_owned(), |text, byte| text + &format!("{byte:02x}")))
    }

    /// The secret itself, for the one who is to keep it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretText(••••)")
    }
}

/// What is stored of a secret: its SHA-256 in hexadecimal digits. It is looked up through an index, so that the time
/// which that takes tells of the digest and never of the secret.
pub fn digest(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
