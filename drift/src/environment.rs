//! Environments: their names, aliases and tiers, and which files of a tree belong to which.
//!
//! A path names an environment by token, never by substring. The rule, one component after the other, the deepest
//! that names one counts:
//!
//! - a folder names one when all of it is the word (`prod/`, `Production/`), its negation (`non-prod/`), or the word
//!   with `env` (`env-prod/`, `prod-env/`);
//! - a file names one when the stem ends with the word (`application-prod.yml`, `app_prod.conf`, `.env.production`,
//!   `Dockerfile.prod`), is the word (`prod.tfvars`), or is the word before a noun of configuration
//!   (`prod-values.yaml`);
//! - `non` before a word negates it (`nonprod`, `non-prod`): such a file belongs to every environment but that one;
//! - `test` is mostly a folder of tests or a job: it counts at the end of a longer file name outside of CI folders, and
//!   as a whole folder or stem only below `config`, `env`, `environments`, `overlays` and the like, never in `src/test`;
//! - `usr/local` is a place, not an environment.
//!
//! A file that names a known word of no configured environment belongs to none; one that names nothing belongs to all.

mod counterpart;
mod token;

use std::sync::LazyLock;

use crate::file_name::name_of;
use crate::settings::Tier;

pub use counterpart::{OWN_NAME, Reach};
pub use token::Trail;

/// Known words: the first of each group is its name, the rest are the ways in which people write it.
const KNOWN: [&[&str]; 4] = [
    &["production", "prod", "prd", "live"],
    &["staging", "stage", "stg", "uat", "preprod", "pre-prod", "preproduction", "pre-production"],
    &["development", "dev", "local"],
    &["test", "qa", "sit"],
];

static SHIPPED: LazyLock<Environments> = LazyLock::new(|| {
    let of = |name: &str, tier| Environment { name: name.to_owned(), tier, aliases: Vec::new() };
    Environments::build(vec![
        of("production", Tier::Production),
        of("staging", Tier::Staging),
        of("development", Tier::Development),
    ])
});

/// One environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The name that everything else resolves to.
    pub name: String,
    /// How strict it is judged.
    pub tier: Tier,
    /// Other words for it, beside the known ones.
    pub aliases: Vec<String>,
}

/// Why a set of environments cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    /// A name that could not stand in a git ref.
    #[error(
        "environment name {name:?} is not well formed; expected [a-z0-9][a-z0-9._-]*, no '..', no '.lock' at the end"
    )]
    Name {
        /// The name.
        name: String,
    },
    /// An alias that no path could carry.
    #[error(
        "alias {alias:?} of environment {environment:?} is not well formed; expected letters, digits, '.', '_' and '-'"
    )]
    Alias {
        /// The environment.
        environment: String,
        /// Its alias.
        alias: String,
    },
    /// One word for two environments, or twice for one.
    #[error("{word:?} names both environment {first:?} and environment {second:?}; a word has one meaning")]
    Duplicate {
        /// The word.
        word: String,
        /// Who has it.
        first: String,
        /// Who wants it as well.
        second: String,
    },
}

/// The configured environments and every word that names one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environments {
    configured: Vec<Environment>,
    words: Vec<Word>,
    /// The lengths of all words, as bits: most of what a path holds is no word, which its length tells at once.
    lengths: u64,
}

/// A word, lower case with `-` between its parts, and the environment that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    text: String,
    /// Index of the configured environment; None for a known word that none of them took.
    of: Option<usize>,
    /// A negation of it shuts out the whole tier, not one environment.
    is_production: bool,
    /// It is also an everyday word, see the rule for `test`.
    is_everyday: bool,
}

impl Environments {
    /// production, staging and development with their known words.
    pub fn shipped() -> Self {
        SHIPPED.clone()
    }

    /// The environments of `golden.toml`. Each takes its name, its aliases and the known words of their groups; where
    /// several share a group, the words that none of them names go to the one that has the group's name, else to none.
    pub fn new(configured: Vec<Environment>) -> Result<Self, EnvironmentError> {
        let mut seen: Vec<(String, &str)> = Vec::new();
        for environment in &configured {
            let name = environment.name.as_str();
            if !valid_service_name(name) {
                return Err(EnvironmentError::Name { name: name.to_owned() });
            }
            for word in std::iter::once(&environment.name).chain(&environment.aliases) {
                let text = normal(word);
                if !valid_service_name(&text) {
                    return Err(EnvironmentError::Alias { environment: name.to_owned(), alias: word.clone() });
                }
                if let Some((_, first)) = seen.iter().find(|(known, _)| *known == text) {
                    return Err(EnvironmentError::Duplicate {
                        word: word.clone(),
                        first: (*first).to_owned(),
                        second: name.to_owned(),
                    });
                }
                seen.push((text, name));
            }
        }
        Ok(Self::build(configured))
    }

    fn build(configured: Vec<Environment>) -> Self {
        let mut words: Vec<Word> = Vec::new();
        for (index, environment) in configured.iter().enumerate() {
            for word in std::iter::once(&environment.name).chain(&environment.aliases) {
                words.push(Word::new(normal(word), Some(index)));
            }
        }
        for group in KNOWN {
            let of = owner(group, &words);
            for text in group {
                if !words.iter().any(|word| word.text == *text) {
                    words.push(Word::new((*text).to_owned(), of));
                }
            }
        }
        let lengths = words.iter().fold(0, |bits, word| bits | length_bit(&word.text));
        Self { configured, words, lengths }
    }

    /// Every configured environment, in order.
    pub fn configured(&self) -> &[Environment] {
        &self.configured
    }

    /// The configured environment that a word names, letter case ignored (`PRD` is production).
    pub fn resolve(&self, word: &str) -> Option<&Environment> {
        let text = normal(word);
        let index = self.words.iter().find(|known| known.text == text)?.of?;
        self.configured.get(index)
    }

    /// True for every word that names an environment, also one that is not configured; letter case is ignored.
    pub fn is_known(&self, word: &str) -> bool {
        let text = normal(word);
        self.words.iter().any(|known| known.text == text)
    }

    /// Every word that names an environment, lower case with `-` between its parts.
    pub(crate) fn known_words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|word| word.text.as_str())
    }

    /// True when the file belongs to the environment: its path names it, names none, or negates another.
    pub fn belongs(&self, path: &str, environment: &Environment) -> bool {
        let mut trail = Trail::default();
        for (end, _) in path.match_indices('/') {
            trail = self.enter(trail, path.get(..end).unwrap_or_default());
        }
        self.index_of(&environment.name).is_some_and(|index| self.admits(trail, name_of(path), index))
    }

    /// Every word that names an environment, its own name left out, sorted.
    pub fn words(&self, environment: &Environment) -> Vec<String> {
        let index = self.index_of(&environment.name);
        let mut words: Vec<String> = self
            .words
            .iter()
            .filter(|word| word.of.is_some() && word.of == index)
            .map(|word| word.text.clone())
            .collect();
        words.retain(|word| *word != environment.name);
        words.sort();
        words.dedup();
        words
    }

    /// Its own name and every other word for it, lower case with `-` between their parts, longest first.
    pub(crate) fn all_words(&self, environment: &Environment) -> Vec<String> {
        let mut words = self.words(environment);
        words.push(normal(&environment.name));
        words.sort_by(|left, right| right.len().cmp(&left.len()).then_with(|| left.cmp(right)));
        words.dedup();
        words
    }

    pub(crate) fn index_of(&self, name: &str) -> Option<usize> {
        self.configured.iter().position(|environment| environment.name == name)
    }
}

impl Word {
    fn new(text: String, of: Option<usize>) -> Self {
        let is_production = KNOWN.first().is_some_and(|group| group.contains(&text.as_str()));
        let is_everyday = text == "test";
        Self { text, of, is_production, is_everyday }
    }
}

/// The configured environment that takes the words of a group which nobody named.
fn owner(group: &[&str], words: &[Word]) -> Option<usize> {
    let owners = || words.iter().filter(|word| group.contains(&word.text.as_str()));
    let first = owners().next()?.of;
    if owners().all(|word| word.of == first) {
        return first;
    }
    owners().find(|word| group.first() == Some(&word.text.as_str()))?.of
}

/// True when a file's own name carries a known environment word (`application-prod.yml`), whatever is configured.
pub fn is_profile_file(path: &str) -> bool {
    SHIPPED.names_one(path)
}

/// Longest name of a service or an environment, in bytes: it is a folder of git refs and part of keys of the database,
/// of which Postgres takes fewer bytes than SQLite.
pub const MOST_NAME_BYTES: usize = 200;

/// True when a name may stand for a service or an environment and in a git ref: `[a-z0-9][a-z0-9._-]*`, no `..`, no
/// `.lock` or `.` at the end, at most [`MOST_NAME_BYTES`].
pub fn valid_service_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    name.as_bytes().first().is_some_and(|byte| plain(*byte))
        && name.bytes().all(|byte| plain(byte) || matches!(byte, b'.' | b'_' | b'-'))
        && !name.contains("..")
        && !name.ends_with(".lock")
        && !name.ends_with('.')
        && name.len() <= MOST_NAME_BYTES
}

/// The bit of a text's length; all texts too long for a bit of their own share the last one.
fn length_bit(text: &str) -> u64 {
    1 << text.len().min(63)
}

fn normal(word: &str) -> String {
    word.chars().map(|letter| if is_break(letter) { '-' } else { letter.to_ascii_lowercase() }).collect()
}

fn is_break(letter: char) -> bool {
    matches!(letter, '-' | '_' | '.')
}
