//! Which files of a tree are configuration: one ordered list of patterns, the same for both sides of a comparison.
//!
//! Patterns are written as in a `.gitignore` (`*`, `?`, `[…]`, `**`, a leading `/`, a trailing `/`), and a match means
//! *selected*. The last pattern that matches the file, or a folder above it, counts; `!` before a pattern leaves out
//! what it matches. The entry `<shipped>` stands for the shipped list, so that a list can extend it.

mod pattern;
mod scope;
mod shipped;

use std::collections::HashMap;

use pattern::{Pattern, Shape};

use crate::file_name::{name_of, split_last};

pub use scope::{Place, Scope};

/// The entry that stands for the shipped list.
pub const SHIPPED_ENTRY: &str = "<shipped>";

/// A pattern that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("file pattern {pattern:?} cannot be used: {reason}")]
pub struct PatternError {
    /// The pattern as written.
    pub pattern: String,
    /// One clause in lower case.
    pub reason: String,
}

/// The place in the list of the last pattern that matched a path or a folder above it.
pub(crate) type Match = Option<usize>;

/// An ordered list of patterns, ready to match many paths.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Whether each pattern selects or leaves out, by its place in the list.
    selects: Vec<bool>,
    /// The last pattern `*.EXTENSION`, for files and folders alike.
    extensions: HashMap<Box<str>, usize>,
    /// The last pattern that is a plain name, for files and folders alike.
    names: HashMap<Box<str>, usize>,
    /// All other patterns, in order.
    others: Vec<(usize, Pattern)>,
}

impl Selection {
    /// A selection from patterns in order. Our own files (`/golden.toml`, `/golden-policy.yml`, `/config_data/`) are
    /// never configuration, whatever the list says.
    pub fn new(patterns: &[String]) -> Result<Self, PatternError> {
        let mut selection = Self::default();
        for pattern in patterns {
            if pattern == SHIPPED_ENTRY {
                selection.extend(shipped::SELECTED);
            } else {
                selection.push(Pattern::parse(pattern)?);
            }
        }
        selection.extend(shipped::OWN);
        Ok(selection)
    }

    /// The shipped list.
    pub fn shipped() -> Self {
        let mut selection = Self::default();
        selection.extend(shipped::SELECTED);
        selection.extend(shipped::OWN);
        selection
    }

    /// True when the file at this path (relative to the root of the tree, `/` between its parts) is configuration.
    /// Whatever lies in a `.git` folder is not.
    pub fn contains(&self, path: &str) -> bool {
        self.decide(path).unwrap_or(false)
    }

    /// What the last matching pattern says of a path; None when no pattern matches.
    fn decide(&self, path: &str) -> Option<bool> {
        let mut found = None;
        for (end, _) in path.match_indices('/') {
            let folder = path.get(..end).unwrap_or_default();
            if is_git(folder) {
                return Some(false);
            }
            found = self.last_match(found, folder, name_of(folder), true);
        }
        if is_git(path) { Some(false) } else { self.file_verdict(found, path, name_of(path)) }
    }

    /// The last pattern that matches an entry of a folder, given the folder's own. `name` ends `path`.
    pub(crate) fn last_match(&self, above: Match, path: &str, name: &str, is_folder: bool) -> Match {
        let quick = self.quick_match(above, name);
        let later = self.others.iter().rev().take_while(|(index, _)| Some(*index) > quick);
        later.filter(|(_, pattern)| pattern.matches(path, name, is_folder)).map(|(index, _)| *index).next().or(quick)
    }

    /// The last match that needs no look at the patterns one by one.
    fn quick_match(&self, above: Match, name: &str) -> Match {
        let by_extension = split_last(name, b'.').and_then(|(_, extension)| self.extensions.get(extension).copied());
        above.max(by_extension).max(self.names.get(name).copied())
    }

    /// What the last pattern that matches a file says of it; None when no pattern matches.
    pub(crate) fn file_verdict(&self, above: Match, path: &str, name: &str) -> Option<bool> {
        let quick = self.quick_match(above, name);
        let said = self.verdict(quick);
        // Most files stand behind no later pattern that says otherwise, and then the rest of the list does not matter.
        let may_turn = |(index, pattern): &(usize, Pattern)| {
            Some(*index) > quick && Some(pattern.selects) != said && pattern.matches(path, name, false)
        };
        if self.others.iter().any(may_turn) { self.verdict(self.last_match(above, path, name, false)) } else { said }
    }

    /// What a match means; None when nothing matched.
    pub(crate) fn verdict(&self, found: Match) -> Option<bool> {
        self.selects.get(found?).copied()
    }

    fn extend(&mut self, shipped: &[&str]) {
        for pattern in shipped.iter().filter_map(|text| Pattern::plain(text)) {
            self.push(pattern);
        }
    }

    fn push(&mut self, pattern: Pattern) {
        let index = self.selects.len();
        self.selects.push(pattern.selects);
        match pattern.shape {
            Shape::Extension(extension) if !pattern.folders_only => _ = self.extensions.insert(extension, index),
            Shape::Name(name) if !pattern.folders_only => _ = self.names.insert(name, index),
            _ => self.others.push((index, pattern)),
        }
    }
}

/// True for git's own folder (or the file that stands for it in a linked work tree).
pub(crate) fn is_git(path: &str) -> bool {
    path == ".git" || path.ends_with("/.git")
}
