//! Differences between trees, shown and with the evidence that rules look at.

use crate::compare::{Terms, compare, document_label};
use crate::difference::Difference;
use crate::document::{Document, Node};
use crate::format::Format;

use super::judge::Evidence;
use super::{Assessing, Draft};

/// The drafts of all differences between the trees of two documents.
pub(super) fn drafts<'d>(assessing: &'d Assessing<'_>, old: &'d Document, new: &'d Document) -> Vec<Draft<'d>> {
    let modes = assessing.rules.list_modes(&assessing.change.path);
    let spelling = Format::of(&assessing.change.path).spelling();
    let terms = Terms { modes: &modes, spelling, limits: &assessing.rules.settings().limits };
    let labels = |document: &Document| -> Vec<String> {
        document.roots.iter().zip(0..).map(|(root, number)| document_label(Some(root), number)).collect()
    };
    // Made once for each document: a label may cost a walk over all keys of its root.
    let (in_old, in_new) = (labels(old), labels(new));
    let differences = compare(old, new, &terms);
    let drafts = differences.into_iter().map(|difference| {
        let at = difference.document as usize;
        let (stands, elsewhere) = if difference.new.is_some() { (&in_new, &in_old) } else { (&in_old, &in_new) };
        let label = stands.get(at).or_else(|| elsewhere.get(at)).cloned();
        draft(assessing, label.unwrap_or_else(|| difference.document.to_string()), difference)
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
        Some(_) => evidence.ends(difference.old, difference.new, named),
        None => evidence.node(difference.old, difference.new, named),
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
        evidence,
    }
}
