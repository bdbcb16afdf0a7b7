//! Differences between trees, shown and with the evidence that rules look at.

use crate::compare::{compare, document_label};
use crate::difference::Difference;
use crate::document::{Document, Node};
use crate::format::Format;
use crate::naming::Naming;
use crate::path;

use super::judge::Evidence;
use super::{Assessing, Draft};

/// The drafts of all differences between the trees of two documents.
pub(super) fn drafts<'d>(assessing: &'d Assessing<'_>, old: &'d Document, new: &'d Document) -> Vec<Draft<'d>> {
    let only_text = Format::of(&assessing.change.path).has_only_text();
    let lists = assessing.rules.list_modes(&assessing.change.path);
    let differences = compare(old, new, only_text, &lists);
    differences.into_iter().map(|difference| draft(assessing, old, new, difference)).collect()
}

fn draft<'d>(assessing: &Assessing<'_>, old: &'d Document, new: &'d Document, difference: Difference<'d>) -> Draft<'d> {
    let at = difference.document as usize;
    let in_candidate = difference.new.is_some();
    let (stands, elsewhere) = if in_candidate { (new, old) } else { (old, new) };
    let root = stands.roots.get(at).or_else(|| elsewhere.roots.get(at));
    let tokens: Vec<String> = path::tokens(&difference.path).collect();
    // A list element that changed its place is below the same keys, so one side's way down tells for both.
    let named = root.map_or(Naming::Plain, |root| Naming::at(root, &tokens));
    let show =
        |node: Option<&Node>| node.map_or((serde_json::Value::Null, false), |node| assessing.masker.node(node, named));
    let ((before, old_secret), (after, new_secret)) = (show(difference.old), show(difference.new));
    let mut evidence = Evidence::default();
    evidence.node(difference.old, difference.new, named);
    Draft {
        kind: difference.kind,
        class: difference.class,
        document: difference.document,
        document_label: document_label(root, difference.document),
        path: difference.path,
        key_path: difference.key_path,
        from_file: None,
        similarity: None,
        at: difference.at,
        old: before,
        new: after,
        secret: old_secret || new_secret,
        whole_file: false,
        evidence,
    }
}
