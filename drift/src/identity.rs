//! What tells the elements of a list apart: a key, or keys, whose values are unique on both sides.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::both::both;
use crate::document::{Map, Node, Value};
use crate::naming::Naming;
use crate::path::{identity_label, push_identity};
use crate::secret;

/// Keys that tell elements apart, in order of preference; compared without letter case and without the `@` of XML.
const KEYS: [&str; 19] = [
    "name",
    "id",
    "key",
    "uid",
    "uuid",
    "host",
    "hostname",
    "containerPort",
    "mountPath",
    "path",
    "port",
    "url",
    "alias",
    "title",
    "code",
    "image",
    "ip",
    "address",
    "topic",
];

/// Sets of keys that tell elements apart together, tried after the single keys.
const COMPOSITES: [&[&str]; 10] = [
    &["groupId", "artifactId"],
    &["groupId", "artifactId", "classifier"],
    &["groupId", "artifactId", "type"],
    &["kind", "name"],
    &["namespace", "name"],
    &["name", "protocol"],
    &["containerPort", "protocol"],
    &["port", "protocol"],
    &["host", "path"],
    &["host", "port"],
];

/// Most keys that are tried beside a known one.
const MOST_OTHERS: usize = 8;

/// From so many elements on, both lists are named at the same time: fewer are in the time that a thread takes to start.
const TWO_THREADS: usize = 5_000;

/// What tells the elements of two lists apart, and which element of one is which of the other.
pub(crate) struct Identity {
    by: By,
    /// For each candidate element the index of its golden element.
    pub(crate) matches: Vec<Option<usize>>,
}

enum By {
    /// The values of these keys.
    Keys(Vec<String>),
    /// The identity of Kubernetes objects.
    Kubernetes,
}

impl Identity {
    /// The identity by a key that the rules name; None when an element lacks it, it is not unique, or it is a secret.
    pub(crate) fn by_key(key: &str, old: &[Node], new: &[Node], named: Naming) -> Option<Self> {
        Self::try_keys(&[key], old, new, named)
    }

    /// The identity found without being told; None when the elements are not maps or nothing is unique.
    /// `named` is what the keys above say of the list: a secret must not stand in a path.
    pub(crate) fn find(old: &[Node], new: &[Node], named: Naming) -> Option<Self> {
        let first = map(old.first().or(new.first())?)?;
        if !old.iter().chain(new).all(|node| map(node).is_some()) {
            return None;
        }
        if let Some(identity) = Self::kubernetes(old, new) {
            return Some(identity);
        }
        let known = known(first).find_map(|keys| Self::try_keys(&keys, old, new, named));
        known.or_else(|| Self::discovered(first, old, new, named))
    }

    /// Two keys that are unique together, one of them a key that tells elements apart in general. Half of the
    /// elements or more must be found on both sides: what changes as often as it stays is no identity.
    fn discovered(first: &Map, old: &[Node], new: &[Node], named: Naming) -> Option<Self> {
        let steady = |identity: &Self| {
            let found = identity.matches.iter().flatten().count();
            found * 2 >= old.len().min(new.len())
        };
        others(first).filter_map(|keys| Self::try_keys(&keys, old, new, named)).find(steady)
    }

    /// The identity of Kubernetes objects: apiVersion, kind, namespace and name.
    fn kubernetes(old: &[Node], new: &[Node]) -> Option<Self> {
        let matches = matches(old, new, |node| kubernetes_label(node).map(Cow::Owned))?;
        Some(Self { by: By::Kubernetes, matches })
    }

    fn try_keys(keys: &[&str], old: &[Node], new: &[Node], named: Naming) -> Option<Self> {
        // What a key says of its value is asked once, not for each element.
        let keys: Vec<(&str, Naming)> = keys.iter().map(|key| (*key, named.child(key))).collect();
        let matches = matches(old, new, |node| name(node, &keys))?;
        Some(Self { by: By::Keys(keys.into_iter().map(|(key, _)| key.to_owned()).collect()), matches })
    }

    /// The key path label of an element of either list. Few are asked for: what stayed the same needs none.
    pub(crate) fn label(&self, node: &Node) -> Option<String> {
        let keys = match &self.by {
            By::Kubernetes => return kubernetes_label(node),
            By::Keys(keys) => keys,
        };
        let (map, mut label) = (map(node)?, String::new());
        for key in keys {
            push_identity(&mut label, key, &map.get(key)?.value.scalar_text()?);
        }
        Some(label)
    }
}

/// What the keys say that tells an element apart: the value of one, or the label of several; None when one is missing,
/// hidden or no scalar. With each key stands what it says of its value.
fn name<'n>(node: &'n Node, keys: &[(&str, Naming)]) -> Option<Cow<'n, str>> {
    let map = map(node)?;
    let value = |(key, child): &(&str, Naming)| {
        let value = map.get(key)?;
        let hidden = Naming::beside(map, key).unwrap_or(*child).hides(&value.value);
        if hidden { None } else { scalar(value) }
    };
    if let [key] = keys {
        return value(key);
    }
    let mut label = String::new();
    for key in keys {
        push_identity(&mut label, key.0, &value(key)?);
    }
    Some(Cow::Owned(label))
}

/// For each candidate element the index of its golden element by its name; None when one has no name of its own.
fn matches<'n>(
    old: &'n [Node],
    new: &'n [Node],
    name: impl Fn(&'n Node) -> Option<Cow<'n, str>> + Sync,
) -> Option<Vec<Option<usize>>> {
    let names = |nodes: &'n [Node]| nodes.iter().map(&name).collect::<Option<Vec<_>>>();
    if old.len().min(new.len()) >= TWO_THREADS {
        let (old, new) = both(|| names(old), || names(new));
        return matched(&places(&old?)?, &new?);
    }
    matched(&places(&names(old)?)?, &names(new)?)
}

/// The sets of keys that tell elements apart in general, as far as an element has them.
fn known(first: &Map) -> impl Iterator<Item = Vec<&str>> {
    let single = KEYS.iter().filter_map(|key| spelled(first, key)).map(|key| vec![key]);
    single.chain(COMPOSITES.iter().filter_map(|keys| keys.iter().map(|key| spelled(first, key)).collect()))
}

/// Pairs of such a key and another one of an element.
fn others(first: &Map) -> impl Iterator<Item = [&str; 2]> {
    let mut others: Vec<&str> = first.entries().iter().map(|entry| entry.key.as_str()).collect();
    // Not as written: the same pair must come out with sides exchanged.
    others.sort_unstable();
    others.truncate(MOST_OTHERS);
    let known = KEYS.iter().filter_map(|key| spelled(first, key));
    known.flat_map(move |key| {
        others.clone().into_iter().filter(move |other| *other != key).map(move |other| [key, other])
    })
}

/// The place of each name; None when one stands twice.
fn places<'n>(names: &'n [Cow<'_, str>]) -> Option<HashMap<&'n str, usize>> {
    let places: HashMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (&**name, at)).collect();
    (places.len() == names.len()).then_some(places)
}

/// The golden place of each of the candidate's names, if it has one; None when a name stands twice.
fn matched(places: &HashMap<&str, usize>, new: &[Cow<'_, str>]) -> Option<Vec<Option<usize>>> {
    let (mut taken, mut came) = (vec![false; places.len()], HashSet::new());
    let mut matches = Vec::with_capacity(new.len());
    for name in new {
        let place = places.get(&**name).copied();
        let is_first = match place.and_then(|place| taken.get_mut(place)) {
            Some(taken) => !std::mem::replace(taken, true),
            None => came.insert(&**name),
        };
        if !is_first {
            return None;
        }
        matches.push(place);
    }
    Some(matches)
}

/// The label of a Kubernetes object; None when it is not one.
pub(crate) fn kubernetes_label<'n>(node: &'n Node) -> Option<String> {
    let map = map(node)?;
    let Value::Map(metadata) = &map.get("metadata")?.value else { return None };
    let text = |map: &'n Map, key: &str| map.get(key).and_then(scalar);
    let namespace = text(metadata, "namespace").unwrap_or_default();
    let parts = [
        ("apiVersion", text(map, "apiVersion")?),
        ("kind", text(map, "kind")?),
        ("namespace", namespace),
        ("name", text(metadata, "name")?),
    ];
    Some(identity_label(parts.iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| (*key, &**value))))
}

const fn map(node: &Node) -> Option<&Map> {
    match &node.value {
        Value::Map(map) => Some(map),
        _ => None,
    }
}

/// The key of a map that equals `key` without letter case and without the `@` of XML attributes, as the map spells it.
fn spelled<'a>(map: &'a Map, key: &str) -> Option<&'a str> {
    let bare = |spelled: &str| spelled.strip_prefix('@').unwrap_or(spelled).eq_ignore_ascii_case(key);
    map.entries().iter().map(|entry| entry.key.as_str()).find(|spelled| bare(spelled))
}

/// The text of a scalar that may stand in a path: not empty and not a secret.
fn scalar(node: &Node) -> Option<Cow<'_, str>> {
    let text = node.value.scalar_text()?;
    let fit = !text.is_empty() && node.value != Value::Null && !secret::holds_secret(&text);
    fit.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::{COMPOSITES, KEYS, MOST_OTHERS, known, others};
    use crate::document::{Entry, Map, Node, Position, Value};

    #[test]
    fn only_so_many_sets_of_keys_are_tried_however_wide_an_element_is() {
        let entry =
            |key: String| Entry { key: key.into(), at: Position::START, node: Node::new(Value::Null, Position::START) };
        let told: Vec<String> =
            KEYS.iter().chain(COMPOSITES.iter().copied().flatten()).map(|key| (*key).to_owned()).collect();
        let mut keys: Vec<String> = told.into_iter().chain((0..10_000).map(|at| format!("a{at}"))).collect();
        keys.sort();
        keys.dedup();
        let wide = Map::from_unique(keys.into_iter().map(entry).collect());
        assert_eq!(known(&wide).count(), KEYS.len() + COMPOSITES.len());
        assert_eq!(others(&wide).count(), KEYS.len() * MOST_OTHERS);
    }
}
