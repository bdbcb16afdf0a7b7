//! Lists: by identity where there is one, else by alignment, or as the rules say.

use std::collections::HashMap;

use crate::document::Node;
use crate::equal;
use crate::identity::Identity;
use crate::settings::ListMode;

use super::partner::{likest, marked};
use super::{Comparison, ListModes};

/// The least share of equal entries, in percent, at which the one element that went and the one that came are one.
const LEAST_LIKENESS: u8 = 50;

/// The same where several went or came, so that half a boilerplate does not decide who is whom.
const LEAST_OF_SEVERAL: u8 = 51;

impl<'a, M: ListModes> Comparison<'a, '_, M> {
    /// Compares two lists; the nodes are the lists themselves, or a single value that stands for a list of one.
    pub(super) fn lists(&mut self, old_list: &'a Node, new_list: &'a Node, old: &'a [Node], new: &'a [Node]) {
        if old.len() == new.len() && old.iter().zip(new).all(|(old, new)| equal::same_scalar(old, new)) {
            return;
        }
        let mode = self.terms.modes.mode(self.new_trail.key_path());
        let identity = match mode {
            Some((ListMode::Keyed, Some(key))) => Identity::by_key(key, old, new, self.named),
            Some((ListMode::Ordered | ListMode::Set, _)) => None,
            _ => Identity::find(old, new, self.named),
        };
        match (identity, mode) {
            (Some(identity), _) => self.keyed(&identity, old, new),
            (None, Some((ListMode::Ordered, _))) => self.aligned(old, new),
            (None, Some((ListMode::Set, _))) => self.matched(old, new, &mut |_, _| {}),
            (None, _) => self.unordered(old_list, new_list, old, new),
        }
    }

    /// Elements with an identity: order means nothing. What went and what came and is mostly the same is one element
    /// whose identity changed.
    fn keyed(&mut self, identity: &Identity, old: &'a [Node], new: &'a [Node]) {
        let found = || identity.matches.iter().flatten();
        let renamed = self.renamed(&identity.matches, &marked(old.len(), found()), old, new);
        let kept = marked(old.len(), found().chain(renamed.values()));
        for (at, _) in kept.iter().enumerate().filter(|(_, kept)| !**kept) {
            self.element(Some(identity), Item::at(old, at), Item::NONE);
        }
        for (at, matched) in identity.matches.iter().enumerate() {
            let before = matched.or_else(|| renamed.get(&at).copied());
            let same = |before: usize| {
                old.get(before).zip(new.get(at)).is_some_and(|(old, new)| equal::same_at_once(old, new))
            };
            if before.is_some_and(same) {
                continue;
            }
            self.element(Some(identity), Item { list: old, at: before }, Item::at(new, at));
        }
    }

    /// The golden place of elements that are one though their identity changed, by that of the candidate.
    fn renamed(&self, matches: &[Option<usize>], kept: &[bool], old: &[Node], new: &[Node]) -> HashMap<usize, usize> {
        let gone = old.iter().enumerate().zip(kept).filter(|(_, kept)| !**kept).map(|(gone, _)| gone);
        let gone: Vec<(usize, &Node)> = gone.collect();
        let came = new.iter().enumerate().filter(|(at, _)| matches.get(*at).is_some_and(Option::is_none));
        let came: Vec<(usize, &Node)> = came.collect();
        let least = if gone.len() == 1 && came.len() == 1 { LEAST_LIKENESS } else { LEAST_OF_SEVERAL };
        let traits = |nodes: &[(usize, &Node)]| -> Vec<Vec<u64>> {
            nodes.iter().map(|(_, node)| equal::traits(node).unwrap_or_default()).collect()
        };
        if gone.is_empty() || came.is_empty() {
            return HashMap::new();
        }
        let pairs = likest(&traits(&gone), &traits(&came), least, self.terms.limits.list_pairs);
        let places = |(before, at): (usize, usize)| Some((came.get(at)?.0, gone.get(before)?.0));
        pairs.into_iter().filter_map(places).collect()
    }

    /// One element, or what went or came in its place; the identity, if there is one, labels it on each side.
    pub(super) fn element(&mut self, identity: Option<&Identity>, old: Item<'a>, new: Item<'a>) {
        let at = |this: Item<'_>, other: Item<'_>| this.at.or(other.at).unwrap_or_default();
        let label = |item: Item<'a>| identity?.label(item.node()?);
        let (old_label, new_label) = (label(old), label(new));
        let (old_label, new_label) = (old_label.as_deref(), new_label.as_deref());
        let old_mark = self.old_trail.push_element(at(old, new), old_label.or(new_label));
        let new_mark = self.new_trail.push_element(at(new, old), new_label.or(old_label));
        let named = self.named;
        self.named = named.element(old.in_front()).max(named.element(new.in_front()));
        self.of_list = true;
        self.presence(old.node(), new.node());
        self.of_list = false;
        self.named = named;
        self.truncate([old_mark, new_mark]);
    }
}

/// An element of a list, or the lack of one.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    /// The list.
    pub(super) list: &'a [Node],
    /// The place in it; None for the lack.
    pub(super) at: Option<usize>,
}

impl<'a> Item<'a> {
    /// No element.
    pub(super) const NONE: Self = Self { list: &[], at: None };

    /// The element at a place.
    pub(super) const fn at(list: &'a [Node], at: usize) -> Self {
        Self { list, at: Some(at) }
    }

    fn node(self) -> Option<&'a Node> {
        self.list.get(self.at?)
    }

    fn in_front(self) -> Option<&'a Node> {
        self.list.get(self.at?.checked_sub(1)?)
    }
}
