//! Finding the environment that a path names, component by component.

use super::{Environments, is_break, length_bit};
use crate::file_name::{name_of, split_last};
use crate::settings::Tier;

/// Folders below which `test` as a whole folder or stem is an environment.
const CONFIG_FOLDERS: &[&str] = &[
    "config",
    "configs",
    "conf",
    "env",
    "envs",
    "environment",
    "environments",
    "overlay",
    "overlays",
    "profile",
    "profiles",
    "values",
];
/// Folders of CI systems, where `test` is a job.
const CI_FOLDERS: &[&str] = &[".github", ".gitlab", ".circleci", ".buildkite"];
/// What a word may stand before at the start of a stem.
const NOUNS: &[&str] = &[
    "app",
    "application",
    "config",
    "configuration",
    "env",
    "environment",
    "overrides",
    "properties",
    "secrets",
    "settings",
    "values",
    "variables",
    "vars",
];
/// Endings that say how a file is processed, not what it is for.
const WRAPPINGS: &[&str] =
    &["j2", "tpl", "tmpl", "template", "gotmpl", "erb", "dist", "example", "sample", "auto", "enc", "dec", "sops"];

/// What the folders above a file say; the same for all files of a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trail {
    pub(super) standing: Standing,
    pub(super) in_config: bool,
    in_ci: bool,
}

/// The environment that a path names so far, by index of its word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Standing {
    #[default]
    Everywhere,
    Of(usize),
    NotOf(usize),
}

impl Environments {
    /// The trail inside a folder, from the trail of the folder above it. `path` is the folder's whole path.
    pub(crate) fn enter(&self, above: Trail, path: &str) -> Trail {
        let (parents, name) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = parents.rsplit('/').next().unwrap_or_default();
        let is_one_of = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(name));
        let is_place = matches!((parent, name), ("src", "test") | ("usr", "local"));
        let standing = if is_place { None } else { self.folder(name, above.in_config) };
        Trail {
            standing: standing.unwrap_or(above.standing),
            in_config: above.in_config || is_one_of(CONFIG_FOLDERS),
            in_ci: above.in_ci || is_one_of(CI_FOLDERS),
        }
    }

    /// True when the file `name`, in a folder with this trail, belongs to the configured environment of this index.
    pub(crate) fn admits(&self, trail: Trail, name: &str, environment: usize) -> bool {
        match self.file(name, trail).unwrap_or(trail.standing) {
            Standing::Everywhere => true,
            Standing::Of(word) => self.words.get(word).is_some_and(|word| word.of == Some(environment)),
            Standing::NotOf(word) => self.words.get(word).is_some_and(|word| {
                let tier = self.configured.get(environment).map(|environment| environment.tier);
                word.of != Some(environment) && !(word.is_production && tier == Some(Tier::Production))
            }),
        }
    }

    /// True when the file's own name carries a word.
    pub(super) fn names_one(&self, path: &str) -> bool {
        let mut trail = Trail::default();
        for (end, _) in path.match_indices('/') {
            trail = self.enter(trail, path.get(..end).unwrap_or_default());
        }
        self.file(name_of(path), trail).is_some()
    }

    pub(super) fn folder(&self, name: &str, in_config: bool) -> Option<Standing> {
        let found = self.whole(name).or_else(|| {
            let (first, rest) = name.split_once(is_break)?;
            if is_env(first) {
                return self.whole(rest);
            }
            let (rest, last) = name.rsplit_once(is_break)?;
            if is_env(last) { self.whole(rest) } else { None }
        })?;
        (in_config || !self.is_everyday(found)).then_some(found)
    }

    pub(super) fn file(&self, name: &str, trail: Trail) -> Option<Standing> {
        if let Some(variant) = name.strip_prefix(".env.") {
            // `.env.production.local` holds one machine's overrides of production, not of a place called local.
            let variant = variant.strip_suffix(".local").filter(|rest| self.whole(rest).is_some()).unwrap_or(variant);
            return self.stem(strip_wrappings(variant), Trail { in_config: true, ..trail });
        }
        let name = strip_wrappings(name);
        let Some((stem, extension)) = split_last(name, b'.').filter(|(stem, _)| !stem.is_empty()) else {
            return self.stem(name, trail);
        };
        let by_extension = self.whole(extension).filter(|found| !trail.in_ci || !self.is_everyday(*found));
        by_extension.or_else(|| self.stem(strip_wrappings(stem), trail))
    }

    /// The longest word that ends the stem at a token boundary, else the word before a noun of configuration.
    fn stem(&self, stem: &str, trail: Trail) -> Option<Standing> {
        let whole = self.whole(stem).filter(|found| trail.in_config && !trail.in_ci || !self.is_everyday(*found));
        let ending = || {
            let breaks = stem.bytes().enumerate().filter(|(_, byte)| is_break(char::from(*byte)));
            let rests = breaks.filter_map(|(at, _)| stem.get(at + 1..));
            let mut found = rests.filter(|rest| rest.len() < stem.len() - 1).filter_map(|rest| self.whole(rest));
            found.find(|found| !trail.in_ci || !self.is_everyday(*found))
        };
        let opening = || {
            let (word, noun) = stem.rsplit_once(is_break)?;
            let is_noun = NOUNS.iter().any(|known| known.eq_ignore_ascii_case(noun));
            if is_noun { self.whole(word).filter(|found| !self.is_everyday(*found)) } else { None }
        };
        whole.or_else(ending).or_else(opening)
    }

    /// The word that a text is, or negates.
    pub(super) fn whole(&self, text: &str) -> Option<Standing> {
        if let Some(word) = self.word(text) {
            return Some(Standing::Of(word));
        }
        let negated = text.get(..3).filter(|start| start.eq_ignore_ascii_case("non")).and_then(|_| text.get(3..))?;
        let negated = negated.strip_prefix(is_break).unwrap_or(negated);
        self.word(negated).map(Standing::NotOf)
    }

    fn word(&self, text: &str) -> Option<usize> {
        let may_be_one = self.lengths & length_bit(text) != 0;
        if may_be_one { self.words.iter().position(|word| same(&word.text, text)) } else { None }
    }

    fn is_everyday(&self, standing: Standing) -> bool {
        match standing {
            Standing::Everywhere => false,
            Standing::Of(word) | Standing::NotOf(word) => self.words.get(word).is_some_and(|word| word.is_everyday),
        }
    }
}

/// Equality of a normal word and a text as written: letter case and the kind of break do not count.
fn same(word: &str, text: &str) -> bool {
    word.len() == text.len()
        && word.bytes().zip(text.bytes()).all(|(word, byte)| match byte {
            b'_' | b'.' => word == b'-',
            byte => word == byte.to_ascii_lowercase(),
        })
}

fn is_env(text: &str) -> bool {
    text.eq_ignore_ascii_case("env") || text.eq_ignore_ascii_case("environment")
}

fn strip_wrappings(mut name: &str) -> &str {
    while let Some((rest, ending)) = split_last(name, b'.') {
        if rest.is_empty() || !WRAPPINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)) {
            break;
        }
        name = rest;
    }
    name
}
