//! When a rule of the risk table matches: conditions on the key's words, the values, the file and the delta.

use std::sync::Arc;

use super::RiskSubject;
use super::patterns::Patterns;
use crate::delta::{Class, Kind};
use crate::document::Value;
use crate::file_glob::FileGlobs;
use crate::key_glob::KeyGlob;
use crate::key_words::{KeyWords, Phrase};
use crate::scalars::scalars;
use crate::settings::Tier;
use crate::words::words;

words! {
    /// What the engine knows about a delta beside its place and values.
    pub enum Fact {
        /// Either side holds a secret.
        Secret = "secret",
        /// A secret stands in clear where a reference stood.
        ReferenceToClear = "reference_to_clear",
        /// The delta is about a file as a whole.
        WholeFile = "whole_file",
        /// The file belongs to one environment by its path.
        ProfileFile = "profile_file",
    }
}

/// Parts that must all be met; an empty or absent part is met by everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Condition {
    /// All of these hold.
    pub(super) facts: Vec<Fact>,
    /// One of these phrases stands in the node's own name.
    pub(super) words: Vec<Phrase>,
    /// One of these phrases stands in the part above the name.
    pub(super) parent_words: Vec<Phrase>,
    /// One of these phrases stands anywhere in the key path.
    pub(super) path_words: Vec<Phrase>,
    /// None of these phrases stands in the node's own name.
    pub(super) except_words: Vec<Phrase>,
    /// None of these phrases stands anywhere in the key path.
    pub(super) except_path_words: Vec<Phrase>,
    /// One of these matches the key path.
    pub(super) keys: Vec<KeyGlob>,
    /// One of these matches the file.
    pub(super) files: Option<FileGlobs>,
    /// One of these matches the text of a golden scalar.
    pub(super) old: Option<Arc<Patterns>>,
    /// One of these matches the text of a candidate's scalar, or a line of text.
    pub(super) new: Option<Arc<Patterns>>,
    pub(super) kinds: Vec<Kind>,
    pub(super) classes: Vec<Class>,
    pub(super) tiers: Vec<Tier>,
}

/// A subject prepared for many rules.
pub(super) struct Seen<'s> {
    subject: &'s RiskSubject<'s>,
    words: KeyWords,
    old: Vec<std::borrow::Cow<'s, str>>,
    new: Vec<std::borrow::Cow<'s, str>>,
}

impl<'s> Seen<'s> {
    /// In a line of text the word before the first `=` or `:` is taken for a key and what follows for its value.
    pub(super) fn of(subject: &'s RiskSubject<'s>) -> Self {
        let mut seen =
            Self { subject, words: KeyWords::of(subject.key_path), old: texts(subject.old), new: texts(subject.new) };
        if let Some(line) = subject.text_line {
            seen.new = vec![line.trim().into()];
            if let Some((key, value)) = line.split_once(['=', ':']) {
                seen.words = KeyWords::of_name(key.split_whitespace().next_back().unwrap_or_default());
                seen.new.push(value.trim().trim_matches(['"', '\'']).into());
            }
        }
        seen
    }

    fn has(&self, fact: Fact) -> bool {
        match fact {
            Fact::Secret => self.subject.secret,
            Fact::ReferenceToClear => self.subject.reference_to_clear,
            Fact::WholeFile => self.subject.whole_file,
            Fact::ProfileFile => self.subject.profile_file,
        }
    }
}

fn texts(value: Option<&Value>) -> Vec<std::borrow::Cow<'_, str>> {
    value.map(scalars).into_iter().flat_map(|found| found.values).filter_map(Value::scalar_text).collect()
}

impl Condition {
    /// False where the file alone keeps it from being met.
    pub(super) fn is_about(&self, file: &str) -> bool {
        self.files.as_ref().is_none_or(|files| files.matches(file))
    }

    /// True when all parts but that on the file are met.
    pub(super) fn is_met(&self, seen: &Seen<'_>) -> bool {
        let subject = seen.subject;
        any_or_none(&self.kinds, |kind| *kind == subject.kind)
            && any_or_none(&self.classes, |class| *class == subject.class)
            && any_or_none(&self.tiers, |tier| *tier == subject.tier)
            && self.facts.iter().all(|fact| seen.has(*fact))
            && any_or_none(&self.words, |phrase| seen.words.name_has(phrase))
            && any_or_none(&self.parent_words, |phrase| seen.words.parent_has(phrase))
            && any_or_none(&self.path_words, |phrase| seen.words.path_has(phrase))
            && !self.except_words.iter().any(|phrase| seen.words.name_has(phrase))
            && !self.except_path_words.iter().any(|phrase| seen.words.path_has(phrase))
            && any_or_none(&self.keys, |key| key.matches(subject.key_path))
            && matches_any(self.old.as_deref(), &seen.old)
            && matches_any(self.new.as_deref(), &seen.new)
    }
}

fn any_or_none<T>(wanted: &[T], met: impl FnMut(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(met)
}

fn matches_any(patterns: Option<&Patterns>, texts: &[std::borrow::Cow<'_, str>]) -> bool {
    patterns.is_none_or(|patterns| texts.iter().any(|text| patterns.is_match(text)))
}
