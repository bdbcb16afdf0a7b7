//! Where a rule applies: files, key paths, environments, tiers and kinds of change.

use super::Subject;
use crate::delta::Kind;
use crate::file_glob::FileGlobs;
use crate::key_glob::KeyGlob;
use crate::settings::Tier;

/// Conditions that must all be met; an empty list or None is met by everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) place: Place,
    pub(super) environments: Vec<String>,
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

impl Default for Place {
    fn default() -> Self {
        Self::Globs { files: None, keys: Vec::new() }
    }
}

impl Scope {
    pub(super) fn covers(&self, subject: &Subject<'_>) -> bool {
        (self.changes.is_empty() || self.changes.contains(&subject.kind))
            && (self.tiers.is_empty() || self.tiers.contains(&subject.tier))
            && (self.environments.is_empty()
                || self.environments.iter().any(|name| is_named(name, subject.environment, subject.aliases)))
            && self.place.covers(subject)
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

    fn covers(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::Globs { files, keys } => {
                files.as_ref().is_none_or(|files| files.matches(subject.file))
                    && (keys.is_empty() || keys.iter().any(|key| key.matches(subject.key_path)))
            }
            Self::FileElseKeyText { file, text } => {
                file.matches(subject.file) || subject.key_path.contains(text) || dotted(subject.key_path).contains(text)
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
