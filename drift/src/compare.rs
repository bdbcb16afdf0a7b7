//! Comparison of two documents: maps by key, lists by identity or alignment, scalars by type and value.

mod align;
mod documents;
mod list;
mod moved;
mod partner;

use crate::delta::{Class, Kind};
use crate::difference::Difference;
use crate::document::{Document, Entry, Map, Node, Position, Value};
use crate::equal;
use crate::equal::Keys;
use crate::equivalent::equivalent;
use crate::format::Spelling;
use crate::limits::Limits;
use crate::naming::Naming;
use crate::path::{Mark, Trail};
use crate::secret;
use crate::settings::ListMode;

pub(crate) use documents::document_label;

/// How the list at a key path is compared; None lets the comparison find out.
pub(crate) trait ListModes {
    /// The mode that the rules name for the list at this key path, with the key for `keyed`.
    fn mode(&self, key_path: &str) -> Option<(ListMode, Option<&str>)>;
}

/// What a comparison follows beside the documents.
pub(crate) struct Terms<'r, M> {
    /// What the rules say of lists.
    pub(crate) modes: &'r M,
    /// How much a spelling means in the format.
    pub(crate) spelling: Spelling,
    /// How much work lists and moves may cost.
    pub(crate) limits: &'r Limits,
}

/// One comparison under way: where it stands and what it found.
pub(crate) struct Comparison<'a, 'r, M> {
    terms: &'r Terms<'r, M>,
    document: u32,
    /// The ways down on the golden side and on the candidate's: they differ where list elements changed places.
    old_trail: Trail,
    new_trail: Trail,
    /// What the keys above the nodes at hand say of them, on the side that says more.
    named: Naming,
    /// True while the node at hand is an element of a list.
    of_list: bool,
    found: Vec<Difference<'a>>,
}

/// All differences between the trees of two files, in golden order with additions behind their siblings.
pub(crate) fn compare<'a, M: ListModes>(
    old: &'a Document,
    new: &'a Document,
    terms: &Terms<'_, M>,
) -> Vec<Difference<'a>> {
    let documents = documents::pair(&old.roots, &new.roots, terms.limits.list_pairs);
    let mut found = Vec::new();
    for (document, old, new) in documents.pairs {
        let mut comparison = Comparison::at(terms, document, Trail::default(), Trail::default(), Naming::Plain);
        comparison.presence(old, new);
        found.extend(match (old, new) {
            (Some(old), Some(new)) => moved::joined(comparison.found, [old, new], terms),
            _ => comparison.found,
        });
    }
    if let Some(document) = documents.reordered {
        let mut comparison = Comparison::at(terms, document, Trail::default(), Trail::default(), Naming::Plain);
        let at = document as usize;
        comparison.push(Kind::Changed, Class::Order, old.roots.get(at), new.roots.get(at));
        found.extend(comparison.found);
    }
    found
}

/// The documents of two files in pairs, as [`compare`] pairs them. The number is the document's place in the candidate, or
/// in the golden file when it was removed.
pub(crate) fn pair_documents<'a>(
    old: &'a [Node],
    new: &'a [Node],
    limits: &Limits,
) -> Vec<(u32, Option<&'a Node>, Option<&'a Node>)> {
    documents::pair(old, new, limits.list_pairs).pairs
}

impl<'a, 'r, M: ListModes> Comparison<'a, 'r, M> {
    fn at(terms: &'r Terms<'r, M>, document: u32, old_trail: Trail, new_trail: Trail, named: Naming) -> Self {
        Self { terms, document, old_trail, new_trail, named, of_list: false, found: Vec::new() }
    }
}

impl<'a, M: ListModes> Comparison<'a, '_, M> {
    fn presence(&mut self, old: Option<&'a Node>, new: Option<&'a Node>) {
        match (old, new) {
            (Some(old), Some(new)) => self.nodes(old, new),
            (Some(_), None) => self.push(Kind::Removed, Class::Value, old, None),
            (None, Some(_)) => self.push(Kind::Added, Class::Value, None, new),
            (None, None) => {}
        }
    }

    fn push(&mut self, kind: Kind, class: Class, old: Option<&'a Node>, new: Option<&'a Node>) {
        let stands = if new.is_some() { &self.new_trail } else { &self.old_trail };
        self.found.push(Difference {
            path: stands.pointer().to_owned(),
            key_path: stands.key_path().to_owned(),
            old_path: self.old_trail.pointer().to_owned(),
            new_path: self.new_trail.pointer().to_owned(),
            from: None,
            document: self.document,
            kind,
            class,
            old,
            new,
            named: self.named,
            of_list: self.of_list,
            referred: false,
            at: new.or(old).map_or(Position::START, |node| node.at),
        });
    }

    fn changed(&mut self, class: Class, old: &'a Node, new: &'a Node) {
        self.push(Kind::Changed, class, Some(old), Some(new));
    }

    fn nodes(&mut self, old: &'a Node, new: &'a Node) {
        self.of_list = false;
        if old.tag != new.tag {
            return self.changed(Class::Type, old, new);
        }
        let only_text = self.terms.spelling != Spelling::Typed;
        match (&old.value, &new.value) {
            (Value::Map(old), Value::Map(new)) => self.maps(old, new),
            (Value::List(before), Value::List(after)) => self.lists(old, new, before, after),
            // Formats of text alone write a list of one like a single value.
            (Value::List(before), _) if only_text => self.lists(old, new, before, std::slice::from_ref(new)),
            (_, Value::List(after)) if only_text => self.lists(old, new, std::slice::from_ref(old), after),
            (before, after) if before == after => {}
            (before, after) if self.means_the_same(before, after) => self.changed(Class::Equivalent, old, new),
            (Value::Null, _) | (_, Value::Null) => self.changed(Class::Value, old, new),
            (before, after) if before.type_name() != after.type_name() => self.changed(Class::Type, old, new),
            _ => self.changed(Class::Value, old, new),
        }
    }

    /// A secret means nothing but itself: `60s` and `1m` are two passwords.
    fn means_the_same(&self, old: &Value, new: &Value) -> bool {
        let secret = self.named.hides(old) || self.named.hides(new);
        !secret && equivalent(old, new, self.terms.spelling, self.new_trail.key_path())
    }

    fn maps(&mut self, old: &'a Map, new: &'a Map) {
        let (in_old, in_new) = (Keys::of(old), Keys::of(new));
        let named = self.named;
        let both = |key: &str| named.entry(old, key).max(named.entry(new, key));
        let mut kept = 0;
        for entry in old.entries() {
            let partner = in_new.get(&entry.key);
            kept += usize::from(partner.is_some());
            // Most of a map is the same on both sides: that costs neither a path nor a look at what the key says.
            if partner.is_some_and(|partner| equal::same_at_once(&entry.node, partner)) {
                continue;
            }
            let marks = self.push_key(&entry.key);
            self.named = both(&entry.key);
            self.presence(Some(&entry.node), partner);
            self.truncate(marks);
        }
        // No key stands twice: where each of these is one of those, nothing came.
        let may_have_come = if kept == new.entries().len() { &[] } else { new.entries() };
        let referred = !may_have_come.is_empty() && old.entries().iter().any(|entry| reference_went(entry, &in_new));
        for entry in may_have_come.iter().filter(|entry| in_old.get(&entry.key).is_none()) {
            let marks = self.push_key(&entry.key);
            self.named = both(&entry.key);
            self.push(Kind::Added, Class::Value, None, Some(&entry.node));
            // The key, not the value, is where an added entry stands.
            if let Some(added) = self.found.last_mut() {
                (added.at, added.referred) = (entry.at, referred);
            }
            self.truncate(marks);
        }
        self.named = named;
    }

    fn push_key(&mut self, key: &str) -> [Mark; 2] {
        let key = secret::redacted(key);
        [self.old_trail.push_key(&key), self.new_trail.push_key(&key)]
    }

    fn truncate(&mut self, [old, new]: [Mark; 2]) {
        self.old_trail.truncate(old);
        self.new_trail.truncate(new);
    }
}

/// True for a key that says where a secret is kept and that the other side has no more.
fn reference_went(entry: &Entry, in_new: &Keys<'_>) -> bool {
    secret::names_reference(&entry.key)
        && in_new.get(&entry.key).is_none_or(|node| matches!(node.value, Value::Null))
        && !matches!(entry.node.value, Value::Null)
}
