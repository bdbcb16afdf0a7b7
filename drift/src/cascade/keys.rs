//! The keys of a tree as the files of a family are merged by: what one of them overrides, and what a delta touches.

use crate::document::{Node, Value};

use super::family::Family;

/// A key in the spelling that a family merges by. Lists are replaced as a whole, so no key reaches into one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key(String);

/// What stands at a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// A map that is merged with what other files have there.
    Map,
    /// Anything else: it takes the place of what other files have there.
    Whole,
}

/// Parts of keys of the families that merge maps; no key of a file can hold it, for readers refuse NUL.
const PART: char = '\0';

impl Key {
    /// The root.
    fn root() -> Self {
        Self(String::new())
    }

    /// The key below this one, and true when it names a place in a list, which is then the list's own key.
    fn below(&self, family: Family, name: &str) -> (Self, bool) {
        let mut key = self.0.clone();
        if family != Family::Spring {
            if !key.is_empty() {
                key.push(PART);
            }
            key.push_str(name);
            return (Self(key), false);
        }
        for part in spring_parts(name) {
            if part.strip_prefix('[').and_then(|part| part.strip_suffix(']')).is_some_and(is_index) {
                return (Self(key), true);
            }
            if !key.is_empty() {
                key.push('.');
            }
            match part.starts_with('[') {
                true => key.push_str(part),
                false => key.extend(relaxed(part)),
            }
        }
        (Self(key), false)
    }

    /// Every key above, nearest last; empty for families whose keys are flat.
    pub(super) fn above(&self) -> impl Iterator<Item = Self> + '_ {
        self.0.match_indices(PART).map(|(end, _)| Self(self.0.get(..end).unwrap_or_default().to_owned()))
    }

    /// True when the key says for which profiles its document counts.
    pub(super) fn is_condition(&self) -> bool {
        ["spring.config.activate", "spring.profiles"].iter().any(|condition| {
            let rest = self.0.strip_prefix(condition);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}

fn is_index(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The parts of a key that is written with points and brackets: `a.b[0].c` has `a`, `b`, `[0]` and `c`.
fn spring_parts(name: &str) -> impl Iterator<Item = &str> {
    let mut rest = name;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches('.');
        if rest.is_empty() {
            return None;
        }
        let end = match rest.starts_with('[') {
            true => rest.find(']').map_or(rest.len(), |at| at + 1),
            false => rest.find(['.', '[']).unwrap_or(rest.len()),
        };
        let (part, behind) = rest.split_at(end);
        rest = behind;
        Some(part)
    })
}

/// The uniform spelling of relaxed binding: `my-key`, `my_key` and `myKey` are one (Spring Boot, "Relaxed Binding").
fn relaxed(part: &str) -> impl Iterator<Item = char> + '_ {
    part.chars().filter(|letter| !matches!(letter, '-' | '_')).flat_map(char::to_lowercase)
}

/// Tells every key of a tree with what it holds, maps before what is in them.
pub(super) fn every(root: &Node, family: Family, tell: &mut impl FnMut(Key, Holds)) {
    walk(root, Key::root(), family, tell);
}

fn walk(node: &Node, key: Key, family: Family, tell: &mut impl FnMut(Key, Holds)) {
    let entries = match &node.value {
        Value::Map(map) => map.entries(),
        _ => return tell(key, Holds::Whole),
    };
    for entry in entries {
        match key.below(family, &entry.key) {
            (list, true) => tell(list, Holds::Whole),
            (key, false) => walk(&entry.node, key, family, tell),
        }
    }
    if entries.is_empty() || family != Family::Spring {
        // An empty map of Spring is an empty value; one of the other families changes nothing.
        tell(key, if family == Family::Spring { Holds::Whole } else { Holds::Map });
    }
}

/// The keys of the scalars, lists and empty maps at or below a place of a tree. None when the tree has no such place.
pub(super) fn at(root: &Node, tokens: &[String], family: Family) -> Option<Vec<Key>> {
    let mut keys = Vec::new();
    let (mut node, mut key) = (root, Key::root());
    for token in tokens {
        let Value::Map(map) = &node.value else {
            return matches!(node.value, Value::List(_)).then(|| vec![key]);
        };
        // Secrets in keys are masked in paths.
        let entry = map.entries().iter().find(|entry| *crate::secret::redacted(&entry.key) == **token)?;
        match key.below(family, &entry.key) {
            (list, true) => return Some(vec![list]),
            (below, false) => (node, key) = (&entry.node, below),
        }
    }
    leaves(node, key, family, &mut keys);
    Some(keys)
}

fn leaves(node: &Node, key: Key, family: Family, keys: &mut Vec<Key>) {
    match &node.value {
        Value::Map(map) if !map.entries().is_empty() => {
            for entry in map.entries() {
                match key.below(family, &entry.key) {
                    (list, true) => keys.push(list),
                    (key, false) => leaves(&entry.node, key, family, keys),
                }
            }
        }
        _ => keys.push(key),
    }
}
