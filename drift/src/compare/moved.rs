//! Moves and renames: what went in one place and came in another, with the same or nearly the same content, is one
//! difference and not two.

mod alike;
mod exact;
mod scalar;
mod wrapped;

use std::collections::HashSet;

use crate::delta::{Class, Kind};
use crate::difference::{Difference, Origin};
use crate::document::{Node, Value};
use crate::path::{Trail, split_last};

use super::{Comparison, ListModes, Terms};

/// The shortest text, in characters, that is told apart from any other that happens to be the same.
const DISTINCT_CHARS: usize = 8;

/// Places in the list of differences: what went and where it came.
type Pair = (usize, usize);

/// The differences of one document with removals and additions joined where they are one thing. `roots` are the
/// golden document and the candidate's. Additions keep their places; edits inside of what moved follow it.
pub(super) fn joined<'a, M: ListModes>(
    found: Vec<Difference<'a>>,
    roots: [&'a Node; 2],
    terms: &Terms<'_, M>,
) -> Vec<Difference<'a>> {
    let one_sided = |kind| found.iter().any(|it| it.kind == kind);
    if !one_sided(Kind::Removed) || !one_sided(Kind::Added) {
        return found;
    }
    let found = wrapped::opened(found);
    let (gone, came) = sides(&found, is_container);
    let mut pairs: Vec<(Pair, u8)> = exact::pairs(&found, &gone, &came).into_iter().map(|pair| (pair, 100)).collect();
    let taken: HashSet<usize> = pairs.iter().flat_map(|((gone, came), _)| [*gone, *came]).collect();
    let free = |places: Vec<usize>| places.into_iter().filter(|at| !taken.contains(at)).collect::<Vec<_>>();
    let (gone, came) = (free(gone), free(came));
    pairs.extend(alike::pairs(&found, &gone, &came, terms.limits.move_pairs));
    let found = apply(found, &pairs, terms);
    let scalars: Vec<(Pair, u8)> = scalar::pairs(&found, roots).into_iter().map(|pair| (pair, 100)).collect();
    apply(found, &scalars, terms)
}

/// What went and what came, of the nodes that `fits`. Whole documents and lists are no keys that could move.
fn sides(found: &[Difference<'_>], fits: fn(&Node) -> bool) -> (Vec<usize>, Vec<usize>) {
    let of = |kind: Kind| {
        let fits = |it: &Difference<'_>| it.kind == kind && !it.path.is_empty() && node(it).is_some_and(fits);
        found.iter().enumerate().filter(|(_, it)| fits(it)).map(|(at, _)| at).collect()
    };
    (of(Kind::Removed), of(Kind::Added))
}

/// The node of a one-sided difference.
fn node<'a>(difference: &Difference<'a>) -> Option<&'a Node> {
    difference.old.or(difference.new)
}

/// Joins pairs: the removal goes, the addition becomes the move, and what changed inside follows.
fn apply<'a, M: ListModes>(
    found: Vec<Difference<'a>>,
    pairs: &[(Pair, u8)],
    terms: &Terms<'_, M>,
) -> Vec<Difference<'a>> {
    if pairs.is_empty() {
        return found;
    }
    let mut origins: Vec<Option<(Difference<'a>, u8)>> = found.iter().map(|_| None).collect();
    let mut is_gone = vec![false; found.len()];
    for ((gone, came), similarity) in pairs {
        if let (Some(flag), Some(origin), Some(from)) =
            (is_gone.get_mut(*gone), origins.get_mut(*came), found.get(*gone))
        {
            (*flag, *origin) = (true, Some((from.clone(), *similarity)));
        }
    }
    let mut result = Vec::with_capacity(found.len());
    for ((difference, origin), is_gone) in found.into_iter().zip(origins).zip(is_gone) {
        match origin {
            _ if is_gone => {}
            None => result.push(difference),
            Some((from, similarity)) => join(from, difference, similarity, terms, &mut result),
        }
    }
    result
}

fn join<'a, M: ListModes>(
    from: Difference<'a>,
    to: Difference<'a>,
    similarity: u8,
    terms: &Terms<'_, M>,
    result: &mut Vec<Difference<'a>>,
) {
    let (Some(old), Some(new)) = (from.old, to.new) else { return };
    // A secret of either place is one in both.
    let named = from.named.max(to.named);
    let trails = [&from, &to].map(|it| Trail::at(&it.path, &it.key_path));
    let [old_trail, new_trail] = trails;
    let document = to.document;
    let kind = if is_beside(&from, &to) { Kind::Renamed } else { Kind::Moved };
    let origin = Origin { path: from.path, key_path: from.key_path, new_path: from.new_path, similarity };
    result.push(Difference { kind, class: Class::Value, from: Some(origin), old: Some(old), named, ..to });
    if similarity < 100 {
        let mut inside = Comparison::at(terms, document, old_trail, new_trail, named);
        inside.nodes(old, new);
        result.append(&mut inside.found);
    }
}

/// True when both stand in one map, so that only the key is another.
fn is_beside(from: &Difference<'_>, to: &Difference<'_>) -> bool {
    parent(from) == parent(to)
}

/// True when both are elements of one list: the list has told already who is whom.
fn in_one_list(from: &Difference<'_>, to: &Difference<'_>) -> bool {
    from.of_list && to.of_list && is_beside(from, to)
}

fn parent<'d>(difference: &'d Difference<'_>) -> &'d str {
    split_last(&difference.key_path).map_or("", |(parent, _)| parent)
}

fn last<'d>(difference: &'d Difference<'_>) -> &'d str {
    split_last(&difference.key_path).map_or("", |(_, last)| last)
}

/// What the better of two pairs is decided by when they are equally alike. The same with sides exchanged.
fn order<'d>(from: &'d Difference<'_>, to: &'d Difference<'_>) -> (bool, bool, &'d str, &'d str, &'d str) {
    let (low, high) = (from.path.as_str().min(&to.path), from.path.as_str().max(&to.path));
    (last(from) != last(to), parent(from) != parent(to), low, high, &from.path)
}

const fn is_container(node: &Node) -> bool {
    matches!(node.value, Value::Map(_) | Value::List(_))
}

/// True for a scalar that hardly stands in two places by chance: no null, no boolean, and not short.
fn is_distinct(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => false,
        Value::Number(number) => number.source().len() >= DISTINCT_CHARS,
        Value::String(text) | Value::DateTime(text) => {
            text.chars().filter(|character| character.is_alphanumeric()).nth(DISTINCT_CHARS - 1).is_some()
        }
    }
}

/// True for a map or list that is worth to be followed: two leaves or more, or one that is distinct.
fn has_weight(node: &Node) -> bool {
    fn count(node: &Node, leaves: &mut u32) {
        match &node.value {
            _ if *leaves >= 2 => {}
            Value::Map(map) => map.entries().iter().for_each(|entry| count(&entry.node, leaves)),
            Value::List(nodes) => nodes.iter().for_each(|node| count(node, leaves)),
            scalar => *leaves += if is_distinct(scalar) { 2 } else { 1 },
        }
    }
    let mut leaves = 0;
    count(node, &mut leaves);
    leaves >= 2
}
