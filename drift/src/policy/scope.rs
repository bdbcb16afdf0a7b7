//! Where a rule applies: files, key paths, environments, tiers and kinds of change.

use super::Subject;
use crate::delta::Kind;
use crate::document::Position;
use crate::file_glob::FileGlobs;
use crate::key_glob::KeyGlob;
use crate::settings::Tier;

/// Conditions that must all be met; an empty list or None is met by everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) place: Place,
    /// Names, each with its place in the policy file.
    pub(super) environments: Vec<(String, Position)>,
    pub(super) tiers: Vec<Tier>,
    pub(super) changes: Vec<Kind>,
}

/// How a rule says which nodes it is about.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// Globs on the file and on the key path.
    Globs { files: Option<FileGlobs>, keys: Vec<KeyGlob> },
    /// A glob on the file, else text that the key path contains (predecessor).
    FileElseKeyText { file: FileGlobs, text: String },
    /// Text that the key path contains, letter case ignored; kept in lower case (predecessor).
    KeyText(String),
}

/// How far a rule reaches in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// To all that is in it.
    Everything,
    /// To keys that are asked for one by one.
    SomeKeys,
}

impl Default for Place {
    fn default() -> Self {
        Self::Globs { files: None, keys: Vec::new() }
    }
}

impl Scope {
    /// `reach` is what [`Place::reach`] says of the subject's file.
    pub(super) fn covers(&self, subject: &Subject<'_>, reach: Reach) -> bool {
        (self.changes.is_empty() || self.changes.contains(&subject.kind))
            && (self.tiers.is_empty() || self.tiers.contains(&subject.tier))
            && (self.environments.is_empty()
                || self.environments.iter().any(|(name, _)| is_named(name, subject.environment, subject.aliases)))
            && (reach == Reach::Everything || self.place.covers(subject))
    }
}

impl Place {
    /// False when the place names files and none of these is one.
    pub(super) fn covers_a_file(&self, files: &[&str]) -> bool {
        match self {
            Self::Globs { files: Some(globs), .. } => files.iter().any(|file| globs.matches(file)),
            // Text may also be a part of a key path, which a list of files does not tell.
            Self::Globs { files: None, .. } | Self::FileElseKeyText { .. } | Self::KeyText(_) => true,
        }
    }

    /// How far a rule reaches in a file; None where it cannot apply.
    pub(super) fn reach(&self, file: &str) -> Option<Reach> {
        let (is_meant, everything) = match self {
            Self::Globs { files, keys } => (files.as_ref().is_none_or(|files| files.matches(file)), keys.is_empty()),
            Self::FileElseKeyText { file: glob, .. } => (true, glob.matches(file)),
            Self::KeyText(_) => (true, false),
        };
        is_meant.then_some(if everything { Reach::Everything } else { Reach::SomeKeys })
    }

    /// True when the key path is meant, in a file where some are.
    fn covers(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::Globs { keys, .. } => keys.iter().any(|key| key.matches(subject.key_path)),
            Self::FileElseKeyText { text, .. } => {
                subject.key_path.contains(text) || dotted(subject.key_path).contains(text)
            }
            Self::KeyText(text) => {
                let key_path = subject.key_path.to_lowercase();
                key_path.contains(text) || dotted(&key_path).contains(text)
            }
        }
    }
}

/// True when a word in a policy means the environment; letter case is ignored.
pub(super) fn is_named(word: &str, environment: &str, aliases: &[String]) -> bool {
    word.eq_ignore_ascii_case(environment) || aliases.iter().any(|alias| word.eq_ignore_ascii_case(alias))
}

/// The key path as the predecessor wrote it: `spring.datasource.url`.
fn dotted(key_path: &str) -> String {
    key_path.trim_start_matches('/').replace('/', ".").replace("~1", "/").replace("~0", "~")
}
