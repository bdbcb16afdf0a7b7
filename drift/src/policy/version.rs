//! Versions as dependencies and images write them, and the size of a change between two of them.

use super::Subject;
use crate::document::Value;
use crate::key_words::{KeyWords, Phrase};
use crate::words::words;

words! {
    /// The size of a version change, by the first number that differs; 0.x is read like any other.
    pub enum Step {
        /// The third number or what follows it.
        Patch = "patch",
        /// The second number.
        Minor = "minor",
        /// The first number.
        Major = "major",
    }
}

/// What a text names and in which version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Versioned<'t> {
    /// The image or artifact before the last colon; empty when there is none.
    name: &'t str,
    numbers: semver::Version,
    /// What follows the numbers.
    rest: &'t str,
}

/// Words of a key path that make short numbers (`1.2`, the `15` of `postgres:15`) versions.
const VERSION_WORDS: [&str; 8] =
    ["version", "tag", "image", "release", "dependency", "dependencies", "require", "chart"];

/// Operators of version requirements that still name one version; longer ones first.
const OPERATORS: [&str; 9] = ["===", "==", "~=", "~>", ">=", "^", "~", "=", "v"];

/// Longer texts are no versions.
const LONGEST: usize = 300;

impl<'t> Versioned<'t> {
    /// Reads `1.2.3`, `v1.2.3`, `^1.2`, `==1.2.3`, `registry/name:1.2.3-alpine@sha256:…`, `group:artifact:1.2`.
    /// Where the key does not speak of versions (`hinted` is false), a bare `1.2` is a number and not a version.
    pub(super) fn read(text: &'t str, hinted: bool) -> Option<Self> {
        let text = text.trim();
        if text.len() > LONGEST || text.contains("://") {
            return None;
        }
        let text = text.split_once('@').map_or(text, |(before, _)| before);
        let (name, version) = match text.rsplit_once(':') {
            Some((name, version)) if name.contains(char::is_alphabetic) => (name, version),
            Some(_) => return None,
            None => ("", text),
        };
        let mut numbers_on = version;
        for operator in OPERATORS {
            numbers_on = numbers_on.strip_prefix(operator).unwrap_or(numbers_on).trim_start();
        }
        let marked = numbers_on.len() != version.len() || !name.is_empty();
        let end = numbers_on.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(numbers_on.len());
        let (numbers, rest) = numbers_on.split_at_checked(end)?;
        let count = numbers.trim_end_matches('.').split('.').count();
        if !is_rest(rest, count) || !is_enough(count, marked, hinted, !name.is_empty()) {
            return None;
        }
        Some(Self { name, numbers: triple(numbers.trim_end_matches('.'))?, rest })
    }

    /// The size of the change to another version of the same thing; None when the versions are the same or
    /// belong to different things.
    pub(super) fn step_to(&self, other: &Self) -> Option<Step> {
        if self.name != other.name {
            None
        } else if self.numbers.major != other.numbers.major {
            Some(Step::Major)
        } else if self.numbers.minor != other.numbers.minor {
            Some(Step::Minor)
        } else {
            (self != other).then_some(Step::Patch)
        }
    }

    /// True when both are versions of the same thing.
    pub(super) fn same_thing(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// Four numbers are an address and not a version, unless the key says so.
const fn is_enough(count: usize, marked: bool, hinted: bool, named: bool) -> bool {
    match count {
        0 => false,
        1 => named && hinted,
        2 => marked || hinted,
        3 => true,
        _ => hinted,
    }
}

/// `-rc.1`, `+build`, `.RELEASE`, `rc1`; but neither a unit (`1.5s`) nor a second bound (`>=1,<2`).
fn is_rest(rest: &str, count: usize) -> bool {
    let plain = rest.chars().all(|c| c.is_ascii_alphanumeric() || "-+._*".contains(c));
    let before = ["rc", "a", "b", "alpha", "beta", "dev", "post", "x", "*", "-", "+"];
    plain && (rest.is_empty() || count >= 3 || before.iter().any(|start| rest.starts_with(start)))
}

fn triple(numbers: &str) -> Option<semver::Version> {
    let mut parts = numbers.split('.').map(|part| part.parse::<u64>().ok());
    let mut next = || parts.next().unwrap_or(Some(0));
    Some(semver::Version::new(next()?, next()?, next()?))
}

/// Both sides as versions; None for a side that is not one.
pub(super) fn sides<'s>(subject: &Subject<'s>) -> (Option<Versioned<'s>>, Option<Versioned<'s>>) {
    let words = KeyWords::of(subject.key_path);
    let phrases = VERSION_WORDS.iter().filter_map(|word| Phrase::parse(word));
    let hinted = phrases.into_iter().any(|phrase| words.path_has(&phrase));
    let read = |value: Option<&'s Value>| match value? {
        Value::String(text) => Versioned::read(text, hinted),
        Value::Number(number) if hinted => Versioned::read(number.source(), hinted),
        _ => None,
    };
    (read(subject.old), read(subject.new))
}

/// The size of the version change between the sides; None when they are not two versions of one thing.
pub(super) fn step_of(subject: &Subject<'_>) -> Option<Step> {
    let (old, new) = sides(subject);
    old?.step_to(&new?)
}

#[cfg(test)]
mod tests {
    use super::{Step, Versioned};

    fn step(old: &str, new: &str) -> Option<Step> {
        Versioned::read(old, false)?.step_to(&Versioned::read(new, false)?)
    }

    #[test]
    fn the_first_number_that_differs_gives_the_size() {
        assert_eq!(step("1.2.3", "1.2.4"), Some(Step::Patch));
        assert_eq!(step("v1.2.3", "1.3.0"), Some(Step::Minor));
        assert_eq!(step("^1.2", "^2.0"), Some(Step::Major));
        assert_eq!(step("==1.2.3", "==1.2.3"), None);
        assert_eq!(step("web:1.2.3", "web:1.3.0-alpine"), Some(Step::Minor));
        assert_eq!(step("registry.example:5000/web:1.2", "registry.example:5000/web:1.3"), Some(Step::Minor));
        assert_eq!(step("org.example:lib:1.0.0", "org.example:lib:1.0.0.RELEASE"), Some(Step::Patch));
        assert_eq!(step("web:1.2.3", "other:1.2.4"), None);
        assert_eq!(step("1.2.3-rc.1", "1.2.3"), Some(Step::Patch));
    }

    #[test]
    fn numbers_times_and_addresses_are_no_versions() {
        for text in [
            "1",
            "2.5",
            "1.5s",
            "10.0.0.1",
            "10.0.0.1:80",
            "host:8080",
            "10:30.5",
            "https://h.example:1.2.3",
            ">=1.0,<2",
            "",
        ] {
            assert_eq!(Versioned::read(text, false), None, "{text}");
        }
        assert!(Versioned::read("2.5", true).is_some() && Versioned::read("postgres:15", true).is_some());
        assert!(Versioned::read("15", true).is_none());
    }
}
