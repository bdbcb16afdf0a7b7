//! The files of one service and environment: selected by pattern, below the service's paths, of the environment.

use super::{Match, Selection, is_git};
use crate::environment::{Environments, Trail};
use crate::file_name::name_of;

/// Which files of a tree a comparison looks at.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Without slashes at either end; empty means the whole tree.
    paths: Vec<String>,
    /// None takes every file.
    selection: Option<Selection>,
    environment: Option<(Environments, usize)>,
}

/// What a folder's path says about the files in it, so that a walk decides it once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    found: Match,
    trail: Trail,
}

impl Scope {
    /// All files that a selection takes.
    pub const fn new(selection: Selection) -> Self {
        Self { paths: Vec::new(), selection: Some(selection), environment: None }
    }

    /// Every file; for trees that hold nothing but configuration, such as a golden commit.
    pub const fn everything() -> Self {
        Self { paths: Vec::new(), selection: None, environment: None }
    }

    /// Only what is at or below one of these paths; an empty path, or none at all, is the whole tree.
    pub fn below(mut self, paths: &[String]) -> Self {
        self.paths = paths.iter().map(|path| path.trim_start_matches("./").trim_matches('/').to_owned()).collect();
        if self.paths.iter().any(|path| path.is_empty() || path == ".") {
            self.paths.clear();
        }
        self
    }

    /// Only files that belong to the environment of this name; None when the name is not configured.
    pub fn of_environment(mut self, environments: Environments, name: &str) -> Option<Self> {
        let index = environments.index_of(name)?;
        self.environment = Some((environments, index));
        Some(self)
    }

    /// The same files of every environment.
    pub fn of_every_environment(&self) -> Self {
        Self { environment: None, ..self.clone() }
    }

    /// True when the file at this path is in scope.
    pub fn contains(&self, path: &str) -> bool {
        let mut place = Place::default();
        for (end, _) in path.match_indices('/') {
            match self.enter(place, path.get(..end).unwrap_or_default()) {
                Some(inside) => place = inside,
                None => return false,
            }
        }
        self.holds(place, path)
    }

    /// The place inside a folder, from the place above it; None when nothing below the folder can be in scope.
    pub fn enter(&self, above: Place, folder: &str) -> Option<Place> {
        let leads_to = |path: &String| is_at_or_below(folder, path) || is_at_or_below(path, folder);
        if is_git(folder) || !(self.paths.is_empty() || self.paths.iter().any(leads_to)) {
            return None;
        }
        let found = self
            .selection
            .as_ref()
            .and_then(|selection| selection.last_match(above.found, folder, name_of(folder), true));
        let trail = self.environment.as_ref().map_or(above.trail, |(all, _)| all.enter(above.trail, folder));
        Some(Place { found, trail })
    }

    /// True when a file of the folder with this place is in scope. `path` is the file's whole path.
    pub fn holds(&self, place: Place, path: &str) -> bool {
        self.takes(place, path, false)
    }

    /// True when a submodule, or a folder that cannot be listed, is in scope: what it holds is unknown, so only a path, an
    /// environment or a pattern that leaves it out keeps it out.
    pub fn holds_opaque(&self, place: Place, path: &str) -> bool {
        self.takes(place, path, true)
    }

    fn takes(&self, place: Place, path: &str, is_opaque: bool) -> bool {
        let name = name_of(path);
        let selected = self.selection.as_ref().is_none_or(|selection| match is_opaque {
            true => selection.verdict(selection.last_match(place.found, path, name, true)).unwrap_or(true),
            false => selection.file_verdict(place.found, path, name).unwrap_or(false),
        });
        let is_below = |paths: &String| is_at_or_below(path, paths) || (is_opaque && is_at_or_below(paths, path));
        selected
            && name != ".git"
            && (self.paths.is_empty() || self.paths.iter().any(is_below))
            && self.environment.as_ref().is_none_or(|(all, index)| all.admits(place.trail, name, *index))
    }
}

fn is_at_or_below(path: &str, ancestor: &str) -> bool {
    path.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
