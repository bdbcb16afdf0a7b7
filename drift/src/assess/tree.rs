//! Differences between trees, shown and with the evidence that rules look at.

use std::cell::OnceCell;

use crate::compare::{Terms, compare, document_label};
use crate::difference::Difference;
use crate::document::{Document, Node};
use crate::format::Format;

use super::evidence::Evidence;
use super::{Assessing, Draft};

/// The drafts of all differences between the trees of two documents.
pub(super) fn drafts<'d>(assessing: &'d Assessing<'_>, old: &'d Document, new: &'d Document) -> Vec<Draft<'d>> {
    let modes = assessing.rules.list_modes(&assessing.change.path);
    let spelling = Format::of(&assessing.change.path).spelling();
    let terms = Terms { modes: &modes, spelling, limits: &assessing.rules.settings().limits };
    // Made once for each document that differs: a label costs a walk over all keys of its root.
    let unmade = |document: &Document| vec![OnceCell::new(); document.roots.len()];
    let (in_old, in_new): (Vec<OnceCell<String>>, _) = (unmade(old), unmade(new));
    let label = |document: &Document, made: &[OnceCell<String>], number: u32| {
        let at = number as usize;
        let label = || document_label(document.roots.get(at), number);
        made.get(at).map(|made| made.get_or_init(label).clone())
    };
    let differences = compare(old, new, &terms);
    let drafts = differences.into_iter().map(|difference| {
        let number = difference.document;
        let (of_old, of_new) = (|| label(old, &in_old, number), || label(new, &in_new, number));
        let found = if difference.new.is_some() { of_new().or_else(of_old) } else { of_old().or_else(of_new) };
        draft(assessing, found.unwrap_or_else(|| number.to_string()), difference)
    });
    drafts.collect()
}

fn draft<'d>(assessing: &Assessing<'_>, document_label: String, difference: Difference<'d>) -> Draft<'d> {
    let named = difference.named;
    let show =
        |node: Option<&Node>| node.map_or((serde_json::Value::Null, false), |node| assessing.masker.node(node, named));
    let ((before, old_secret), (after, new_secret)) = (show(difference.old), show(difference.new));
    let mut evidence = Evidence::default();
    match &difference.from {
        Some(_) => evidence.ends(difference.old, difference.new, named, difference.referred),
        None => evidence.node(difference.old, difference.new, named, difference.referred),
    }
    Draft {
        kind: difference.kind,
        class: difference.class,
        document: difference.document,
        document_label,
        path: difference.path,
        key_path: difference.key_path,
        from_file: None,
        similarity: difference.from.as_ref().map(|from| from.similarity),
        from: difference.from,
        at: difference.at,
        old: before,
        new: after,
        secret: old_secret || new_secret,
        whole_file: false,
        values: (difference.old.map(|node| &node.value), difference.new.map(|node| &node.value)),
        evidence,
    }
}
