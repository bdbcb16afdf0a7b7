//! Regular expressions of the risk table: each list is compiled once, that of the shipped table when a value is first
//! compared with it.

use std::sync::{Arc, OnceLock};

use regex::RegexSet;

use crate::document::Position;
use crate::policy::patterns::regex_set;
use crate::strict::Strict;

/// A list of regular expressions, of which one is to match.
#[derive(Debug)]
pub(super) struct Patterns {
    texts: Vec<String>,
    set: OnceLock<Option<RegexSet>>,
}

impl Patterns {
    /// True when one matches. A test holds that every list of the shipped table can be compiled; of other tables, those
    /// that cannot are faults.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.compile().is_some_and(|set| set.is_match(text))
    }

    /// The compiled list; the first call compiles it.
    pub(super) fn compile(&self) -> Option<&RegexSet> {
        self.set.get_or_init(|| RegexSet::new(&self.texts).ok()).as_ref()
    }
}

/// The lists of a table on its way; equal ones are one, for a list stands wherever an alias names it.
pub(super) struct Lists {
    is_checked: bool,
    known: Vec<Arc<Patterns>>,
}

impl Lists {
    /// None yet. They are compiled at once unless a test has `checked` them.
    pub(super) const fn new(checked: bool) -> Self {
        Self { is_checked: checked, known: Vec::new() }
    }

    /// The list of these expressions; each bad one is a fault at its place. None when any is bad.
    pub(super) fn list(&mut self, strict: &mut Strict<'_>, patterns: &[(&str, Position)]) -> Option<Arc<Patterns>> {
        let texts = || patterns.iter().map(|(text, _)| *text);
        if let Some(known) = self.known.iter().find(|known| known.texts.iter().map(String::as_str).eq(texts())) {
            return Some(Arc::clone(known));
        }
        let set = match self.is_checked {
            true => OnceLock::new(),
            false => OnceLock::from(Some(regex_set(strict, patterns)?)),
        };
        let made = Arc::new(Patterns { texts: texts().map(str::to_owned).collect(), set });
        self.known.push(Arc::clone(&made));
        Some(made)
    }
}
