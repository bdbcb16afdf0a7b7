//! Comparison of two documents: maps by key, lists by identity or alignment, scalars by type and value.

mod align;
mod partner;

use crate::delta::{Class, Kind};
use crate::difference::Difference;
use crate::document::{Document, Map, Node, Position, Value};
use crate::equal::{self, Keys};
use crate::equivalent::equivalent;
use crate::identity::{Identity, kubernetes_label};
use crate::naming::Naming;
use crate::path::{Mark, Trail};
use crate::secret;
use crate::settings::ListMode;

/// How the list at a key path is compared; None lets the comparison find out.
pub(crate) trait ListModes {
    /// The mode that the rules name for the list at this key path, with the key for `keyed`.
    fn mode(&self, key_path: &str) -> Option<(ListMode, Option<&str>)>;
}

/// One comparison under way: where it stands and what it found.
pub(crate) struct Comparison<'a, 'r, M> {
    modes: &'r M,
    only_text: bool,
    document: u32,
    /// The ways down on the golden side and on the candidate's: they differ where list elements changed places.
    old_trail: Trail,
    new_trail: Trail,
    /// What the keys above the nodes at hand say of them, on the side that says more.
    named: Naming,
    found: Vec<Difference<'a>>,
}

/// All differences between the trees of two files, in golden order with additions behind their siblings.
pub(crate) fn compare<'a>(
    old: &'a Document,
    new: &'a Document,
    only_text: bool,
    modes: &impl ListModes,
) -> Vec<Difference<'a>> {
    let (old_trail, new_trail, named) = (Trail::default(), Trail::default(), Naming::Plain);
    let mut comparison = Comparison { modes, only_text, document: 0, old_trail, new_trail, named, found: Vec::new() };
    for (document, old, new) in pair_documents(&old.roots, &new.roots) {
        comparison.document = document;
        comparison.presence(old, new);
    }
    comparison.found
}

/// Pairs the documents of two files: by Kubernetes identity where every document has one, else by place.
/// The number is the document's place in the candidate, or in the golden file when it was removed.
fn pair_documents<'a>(old: &'a [Node], new: &'a [Node]) -> Vec<(u32, Option<&'a Node>, Option<&'a Node>)> {
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let Some(identity) = (old.len() > 1 || new.len() > 1).then(|| Identity::kubernetes(old, new)).flatten() else {
        return (0..old.len().max(new.len())).map(|at| (number(at), old.get(at), new.get(at))).collect();
    };
    let matches = identity.matches();
    let kept: std::collections::HashSet<usize> = matches.iter().flatten().copied().collect();
    let removed =
        old.iter().enumerate().filter(|(at, _)| !kept.contains(at)).map(|(at, node)| (number(at), Some(node), None));
    let present = new
        .iter()
        .zip(matches)
        .enumerate()
        .map(|(at, (node, matched))| (number(at), matched.and_then(|matched| old.get(matched)), Some(node)));
    removed.chain(present).collect()
}

/// What tells a document apart in fingerprints: its Kubernetes identity, else its number.
pub(crate) fn document_label(root: Option<&Node>, document: u32) -> String {
    root.and_then(kubernetes_label).unwrap_or_else(|| document.to_string())
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
            document: self.document,
            kind,
            class,
            old,
            new,
            named: self.named,
            at: new.or(old).map_or(Position::START, |node| node.at),
        });
    }

    fn changed(&mut self, class: Class, old: &'a Node, new: &'a Node) {
        self.push(Kind::Changed, class, Some(old), Some(new));
    }

    pub(crate) fn nodes(&mut self, old: &'a Node, new: &'a Node) {
        if old.tag != new.tag {
            return self.changed(Class::Type, old, new);
        }
        match (&old.value, &new.value) {
            (Value::Map(old), Value::Map(new)) => self.maps(old, new),
            (Value::List(before), Value::List(after)) => self.lists(old, new, before, after),
            // Formats of text alone write a list of one like a single value.
            (Value::List(before), _) if self.only_text => self.lists(old, new, before, std::slice::from_ref(new)),
            (_, Value::List(after)) if self.only_text => self.lists(old, new, std::slice::from_ref(old), after),
            (before, after) if before == after => {}
            (before, after) if equivalent(before, after, self.only_text) => self.changed(Class::Equivalent, old, new),
            (Value::Null, _) | (_, Value::Null) => self.changed(Class::Value, old, new),
            (before, after) if before.type_name() != after.type_name() => self.changed(Class::Type, old, new),
            _ => self.changed(Class::Value, old, new),
        }
    }

    fn maps(&mut self, old: &'a Map, new: &'a Map) {
        let (in_old, in_new) = (Keys::of(old), Keys::of(new));
        let named = self.named;
        let both = |key: &str| named.entry(old, key).max(named.entry(new, key));
        for entry in old.entries() {
            let marks = self.push_key(&entry.key);
            self.named = both(&entry.key);
            self.presence(Some(&entry.node), in_new.get(&entry.key));
            self.truncate(marks);
        }
        for entry in new.entries().iter().filter(|entry| in_old.get(&entry.key).is_none()) {
            let marks = self.push_key(&entry.key);
            self.named = both(&entry.key);
            self.push(Kind::Added, Class::Value, None, Some(&entry.node));
            // The key, not the value, is where an added entry stands.
            if let Some(added) = self.found.last_mut() {
                added.at = entry.at;
            }
            self.truncate(marks);
        }
        self.named = named;
    }

    fn lists(&mut self, old_list: &'a Node, new_list: &'a Node, old: &'a [Node], new: &'a [Node]) {
        let mode = self.modes.mode(self.new_trail.key_path());
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

    /// Elements with an identity: order means nothing. One that went and one that came at the same place
    /// and are mostly the same are one element whose identity changed.
    fn keyed(&mut self, identity: &Identity, old: &'a [Node], new: &'a [Node]) {
        let matches = identity.matches();
        let kept: std::collections::HashSet<usize> = matches.iter().flatten().copied().collect();
        let gone: Vec<usize> = (0..old.len()).filter(|at| !kept.contains(at)).collect();
        let came: Vec<usize> = (0..new.len()).filter(|at| matches.get(*at).is_some_and(Option::is_none)).collect();
        let replaced = match (gone.as_slice(), came.as_slice()) {
            ([gone], [came]) => old.get(*gone).zip(new.get(*came)).filter(|(old, new)| equal::likeness(old, new) >= 50),
            _ => None,
        };
        for at in gone.iter().copied().filter(|_| replaced.is_none()) {
            self.element([identity.old.get(at), None], Item::at(old, at), Item::NONE);
        }
        let replaced = replaced.and_then(|_| gone.first().copied());
        for at in 0..new.len() {
            let before = matches.get(at).copied().flatten().or(replaced);
            let labels = [before.and_then(|before| identity.old.get(before)), identity.new.get(at)];
            self.element(labels, Item { list: old, at: before }, Item::at(new, at));
        }
    }

    /// One element, or what went or came in its place; `labels` name it on the golden side and on the candidate's.
    fn element(&mut self, labels: [Option<&String>; 2], old: Item<'a>, new: Item<'a>) {
        let at = |this: Item<'_>, other: Item<'_>| this.at.or(other.at).unwrap_or_default();
        let [old_label, new_label] = labels.map(|label| label.map(String::as_str));
        let old_mark = self.old_trail.push_element(at(old, new), old_label.or(new_label));
        let new_mark = self.new_trail.push_element(at(new, old), new_label.or(old_label));
        let named = self.named;
        self.named = named.element(old.in_front()).max(named.element(new.in_front()));
        self.presence(old.node(), new.node());
        self.named = named;
        self.truncate([old_mark, new_mark]);
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

/// An element of a list, or the lack of one.
#[derive(Clone, Copy)]
struct Item<'a> {
    list: &'a [Node],
    at: Option<usize>,
}

impl<'a> Item<'a> {
    const NONE: Self = Self { list: &[], at: None };

    const fn at(list: &'a [Node], at: usize) -> Self {
        Self { list, at: Some(at) }
    }

    fn node(self) -> Option<&'a Node> {
        self.list.get(self.at?)
    }

    fn in_front(self) -> Option<&'a Node> {
        self.list.get(self.at?.checked_sub(1)?)
    }
}
