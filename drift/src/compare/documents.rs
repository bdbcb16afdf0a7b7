//! Which document of the candidate is which of the golden file: by identity, by content, and then by place.

use std::collections::{HashMap, VecDeque};

use crate::document::{Node, Value};
use crate::equal;
use crate::identity::kubernetes_label;

use super::partner::{likest, marked};

/// The least share of common leaves, in percent, at which two documents with other identities are one.
const LEAST_SIMILARITY: u8 = 50;

/// The documents of two files, paired.
pub(super) struct Documents<'a> {
    /// The number is the document's place in the candidate, or in the golden file when it was removed.
    pub(super) pairs: Vec<(u32, Option<&'a Node>, Option<&'a Node>)>,
    /// The first place whose golden document stands elsewhere in the candidate, where order means something.
    pub(super) reordered: Option<u32>,
}

/// What tells a document apart in fingerprints: its identity, else its number.
pub(crate) fn document_label(root: Option<&Node>, document: u32) -> String {
    root.and_then(label).unwrap_or_else(|| document.to_string())
}

/// The identity of a document: a Kubernetes object, or the Spring profile that it is for.
fn label(root: &Node) -> Option<String> {
    // One look at the keys tells most documents, however many keys they have.
    let Value::Map(map) = &root.value else { return None };
    let may_say = |key: &str| matches!(key, "metadata" | "spring" | "spring.config.activate.on-profile");
    if !map.entries().iter().any(|entry| may_say(&entry.key)) {
        return None;
    }
    kubernetes_label(root).or_else(|| {
        let text = |path: &[&str]| match &path.iter().try_fold(root, |node, key| below(node, key))?.value {
            Value::String(text) => Some(format!("profile={text}")),
            _ => None,
        };
        text(&["spring", "config", "activate", "on-profile"])
            .or_else(|| text(&["spring.config.activate.on-profile"]))
            .or_else(|| text(&["spring", "profiles"]))
    })
}

fn below<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    match &node.value {
        Value::Map(map) => map.get(key),
        _ => None,
    }
}

/// Pairs the documents of two files; `most` bounds the pairs that are compared for likeness.
pub(super) fn pair<'a>(old: &'a [Node], new: &'a [Node], most: u32) -> Documents<'a> {
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    if old.len() <= 1 && new.len() <= 1 {
        let pair = (0, old.first(), new.first());
        return Documents { pairs: vec![pair], reordered: None };
    }
    let partners = Pairing::of(old, new, most).partners;
    let kept = marked(old.len(), partners.iter().flatten());
    let removed = old.iter().zip(kept).enumerate().filter(|(_, (_, kept))| !kept);
    let mut pairs: Vec<_> = removed.map(|(at, (node, _))| (number(at), Some(node), None)).collect();
    let partner = |at: &Option<usize>| at.and_then(|at| old.get(at));
    pairs.extend(
        new.iter().zip(&partners).enumerate().map(|(at, (node, before))| (number(at), partner(before), Some(node))),
    );
    Documents { pairs, reordered: first_out_of_order(new, &partners).map(number) }
}

/// The first kept document that is not in the golden order. Kubernetes objects have none.
fn first_out_of_order(new: &[Node], partners: &[Option<usize>]) -> Option<usize> {
    let ordered: Vec<(usize, usize)> = new
        .iter()
        .zip(partners)
        .enumerate()
        .filter(|(_, (node, _))| kubernetes_label(node).is_none())
        .filter_map(|(at, (_, before))| Some((at, (*before)?)))
        .collect();
    let mut sorted: Vec<usize> = ordered.iter().map(|(_, before)| *before).collect();
    sorted.sort_unstable();
    ordered.iter().zip(sorted).find(|((_, before), expected)| before != expected).map(|((at, _), _)| *at)
}

/// The golden partner of each document of the candidate, while it is looked for.
struct Pairing<'a> {
    old: &'a [Node],
    new: &'a [Node],
    old_labels: Vec<Option<String>>,
    new_labels: Vec<Option<String>>,
    old_used: Vec<bool>,
    partners: Vec<Option<usize>>,
    most: u32,
}

impl<'a> Pairing<'a> {
    fn of(old: &'a [Node], new: &'a [Node], most: u32) -> Self {
        let (old_labels, new_labels) = (unique_labels(old), unique_labels(new));
        let (old_used, partners) = (vec![false; old.len()], vec![None; new.len()]);
        let mut pairing = Self { old, new, old_labels, new_labels, old_used, partners, most };
        pairing.by_label();
        pairing.alike(equal::leaves, LEAST_SIMILARITY, true);
        // What has an identity is nobody else: only documents without one are told apart by what they hold.
        pairing.equal();
        pairing.alike(equal::leaves, 1, false);
        pairing.alike(equal::keys, 1, false);
        pairing.in_order();
        pairing
    }

    /// The places without a partner yet of the documents that have an identity, or of those that have none.
    fn free(&self, labelled: bool) -> (Vec<usize>, Vec<usize>) {
        let old = self.old_labels.iter().zip(&self.old_used).enumerate();
        let old = old.filter(|(_, (label, used))| label.is_some() == labelled && !**used).map(|(at, _)| at);
        let new = self.new_labels.iter().zip(&self.partners).enumerate();
        let new = new.filter(|(_, (label, partner))| label.is_some() == labelled && partner.is_none());
        (old.collect(), new.map(|(at, _)| at).collect())
    }

    fn join(&mut self, old: usize, new: usize) {
        if let (Some(used), Some(partner)) = (self.old_used.get_mut(old), self.partners.get_mut(new)) {
            (*used, *partner) = (true, Some(old));
        }
    }

    fn by_label(&mut self) {
        let places: HashMap<String, usize> =
            self.old_labels.iter().enumerate().filter_map(|(at, label)| Some((label.clone()?, at))).collect();
        for at in 0..self.new.len() {
            let label = self.new_labels.get(at).and_then(Option::as_ref);
            if let Some(before) = label.and_then(|label| places.get(label)) {
                self.join(*before, at);
            }
        }
    }

    fn equal(&mut self) {
        let (old, new) = self.free(false);
        let mut places: HashMap<u64, VecDeque<usize>> = HashMap::new();
        for at in old {
            let hash = self.old.get(at).map(equal::hash).unwrap_or_default();
            places.entry(hash).or_default().push_back(at);
        }
        for at in new {
            let Some(node) = self.new.get(at) else { continue };
            let before = places.get_mut(&equal::hash(node)).and_then(VecDeque::pop_front);
            if let Some(before) = before.filter(|at| self.old.get(*at).is_some_and(|old| equal::same(old, node))) {
                self.join(before, at);
            }
        }
    }

    fn alike(&mut self, traits: fn(&Node) -> Vec<u64>, least: u8, labelled: bool) {
        let (old, new) = self.free(labelled);
        if old.is_empty() || new.is_empty() {
            return;
        }
        let of = |nodes: &[Node], places: &[usize]| -> Vec<Vec<u64>> {
            places.iter().map(|at| nodes.get(*at).map(traits).unwrap_or_default()).collect()
        };
        for (before, at) in likest(&of(self.old, &old), &of(self.new, &new), least, self.most) {
            if let (Some(before), Some(at)) = (old.get(before), new.get(at)) {
                self.join(*before, *at);
            }
        }
    }

    fn in_order(&mut self) {
        let (old, new) = self.free(false);
        for (before, at) in old.into_iter().zip(new) {
            self.join(before, at);
        }
    }
}

/// The identity of each document; None where it has none or another document has the same.
fn unique_labels(documents: &[Node]) -> Vec<Option<String>> {
    let labels: Vec<Option<String>> = documents.iter().map(label).collect();
    let mut counts: HashMap<String, usize> = HashMap::new();
    for label in labels.iter().flatten() {
        *counts.entry(label.clone()).or_default() += 1;
    }
    labels.into_iter().map(|label| label.filter(|label| counts.get(label) == Some(&1))).collect()
}
