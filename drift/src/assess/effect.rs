//! What the deltas of a base file touch, so that a cascade can tell where they take effect.

use crate::cascade::{Base, Place, Reach};
use crate::delta::{Class, Kind};
use crate::document::Document;

use super::{Draft, Read};

/// The base file of these drafts, in their order; None for a file of another name.
pub(super) fn base(path: &str, drafts: &[Draft<'_>], old: Option<&Read<'_>>, new: Option<&Read<'_>>) -> Option<Base> {
    let (old, new) = (old.and_then(tree), new.and_then(tree));
    let mut base = Base::of(path, old, new)?;
    for draft in drafts {
        let reach = reach(&base, draft, old, new);
        base.push(reach);
    }
    Some(base)
}

fn tree<'r>(read: &'r Read<'_>) -> Option<&'r Document> {
    match read {
        Read::Document(document) => Some(document),
        _ => None,
    }
}

fn reach(base: &Base, draft: &Draft<'_>, old: Option<&Document>, new: Option<&Document>) -> Reach {
    let is_mode = draft.whole_file && draft.kind == Kind::Changed && draft.class == Class::Value;
    if is_mode && old.is_some_and(|old| !old.binary) && new.is_some_and(|new| !new.binary) {
        return Reach::Nothing;
    }
    let is_told = match draft.class {
        Class::Text | Class::Unreadable => false,
        // Documents in another order override each other otherwise.
        Class::Order => !draft.path.is_empty(),
        Class::Value | Class::Type | Class::Equivalent => !(draft.whole_file && draft.kind == Kind::Renamed),
    };
    if !is_told {
        return Reach::Everything;
    }
    let document = (!draft.whole_file).then_some(draft.document);
    let went = draft.from.as_ref().map_or(draft.path.as_str(), |from| from.path.as_str());
    let old = old.filter(|_| draft.kind != Kind::Added).map(|side| Place { side, document, path: went });
    let new = new.filter(|_| draft.kind != Kind::Removed).map(|side| Place { side, document, path: &draft.path });
    base.reach(&old.into_iter().chain(new).collect::<Vec<_>>())
}
