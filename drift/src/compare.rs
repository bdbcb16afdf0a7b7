//! Comparison of two documents: maps by key, lists by identity or alignment, scalars by type and value.

mod align;

use crate::delta::{Class, Kind};
use crate::difference::Difference;
use crate::document::{Document, Map, Node, Position, Value};
use crate::equal::{self, Keys};
use crate::equivalent::equivalent;
use crate::identity::{Identity, kubernetes_label};
use crate::path::Trail;
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
    pub(crate) trail: Trail,
    found: Vec<Difference<'a>>,
}

/// All differences between the trees of two files, in golden order with additions behind their siblings.
pub(crate) fn compare<'a>(
    old: &'a Document,
    new: &'a Document,
    only_text: bool,
    modes: &impl ListModes,
) -> Vec<Difference<'a>> {
    let mut comparison = Comparison { modes, only_text, document: 0, trail: Trail::default(), found: Vec::new() };
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
        self.found.push(Difference {
            path: self.trail.pointer().to_owned(),
            key_path: self.trail.key_path().to_owned(),
            document: self.document,
            kind,
            class,
            old,
            new,
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
            (before, after) if before == after => {}
            (before, after) if equivalent(before, after, self.only_text) => self.changed(Class::Equivalent, old, new),
            (Value::Null, _) | (_, Value::Null) => self.changed(Class::Value, old, new),
            (before, after) if before.type_name() != after.type_name() => self.changed(Class::Type, old, new),
            _ => self.changed(Class::Value, old, new),
        }
    }

    fn maps(&mut self, old: &'a Map, new: &'a Map) {
        let (in_old, in_new) = (Keys::of(old), Keys::of(new));
        for entry in old.entries() {
            let mark = self.trail.push_key(&secret::redacted(&entry.key));
            self.presence(Some(&entry.node), in_new.get(&entry.key));
            self.trail.truncate(mark);
        }
        for entry in new.entries().iter().filter(|entry| in_old.get(&entry.key).is_none()) {
            let mark = self.trail.push_key(&secret::redacted(&entry.key));
            self.push(Kind::Added, Class::Value, None, Some(&entry.node));
            // The key, not the value, is where an added entry stands.
            if let Some(added) = self.found.last_mut() {
                added.at = entry.at;
            }
            self.trail.truncate(mark);
        }
    }

    fn lists(&mut self, old_list: &'a Node, new_list: &'a Node, old: &'a [Node], new: &'a [Node]) {
        let mode = self.modes.mode(self.trail.key_path());
        let identity = match mode {
            Some((ListMode::Keyed, Some(key))) => Identity::by_key(key, old, new),
            Some((ListMode::Ordered | ListMode::Set, _)) => None,
            _ => Identity::find(old, new),
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
        for at in gone.iter().filter(|_| replaced.is_none()) {
            self.element(*at, identity.old.get(*at), old.get(*at), None);
        }
        for (at, node) in new.iter().enumerate() {
            let matched = matches.get(at).copied().flatten().and_then(|matched| old.get(matched));
            let before = matched.or_else(|| replaced.map(|(old, _)| old));
            self.element(at, identity.new.get(at), before, Some(node));
        }
    }

    fn element(&mut self, at: usize, label: Option<&String>, old: Option<&'a Node>, new: Option<&'a Node>) {
        let mark = self.trail.push_element(at, label.map(String::as_str));
        self.presence(old, new);
        self.trail.truncate(mark);
    }
}
