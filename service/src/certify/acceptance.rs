//! Which files of a run are accepted, and the rules for accepting what blocks.

use std::collections::{BTreeMap, BTreeSet};

use drift::decision::Decision;
use drift::delta::{Class, Delta};
use drift::risk::Risk;
use drift::settings::Settings;
use entity::validation_runs::Model;

use crate::context_bundle::Bundle;
use crate::error::{Refusal, ServiceError};

/// Which deltas of a run are accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// All of them, and the files that changed without a delta.
    All,
    /// These, by id or by the beginning of it.
    Named(Vec<String>),
}

/// What is accepted of the files that changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Accepted {
    /// Paths of files that are accepted as the candidate has them.
    pub(super) whole: BTreeSet<String>,
    /// Deltas, by id, of files that are accepted in part.
    pub(super) partial: BTreeMap<String, BTreeSet<String>>,
}

/// What is accepted of the changed files of a run that was judged with these settings.
pub(super) fn accepted(
    (run, bundle, deltas): (&Model, &Bundle, &[Delta]),
    settings: &Settings,
    acceptance: &Acceptance,
    overrides: bool,
) -> Result<Accepted, ServiceError> {
    let accepted = match acceptance {
        Acceptance::All => deltas.iter().collect(),
        Acceptance::Named(names) => names.iter().map(|name| named(deltas, name)).collect::<Result<Vec<_>, _>>()?,
    };
    if !overrides {
        check_blocking((run, deltas), settings, &accepted, acceptance)?;
    }
    let ids: BTreeSet<&str> = accepted.iter().map(|delta| delta.id.as_str()).collect();
    let mut files: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for delta in deltas {
        let (taken, all) = files.entry(delta.file.as_str()).or_default();
        *taken += usize::from(ids.contains(delta.id.as_str()));
        *all += 1;
    }
    let mut chosen = Accepted::default();
    for change in &bundle.changes {
        let path = change.path.as_str();
        let takes = match files.get(path) {
            Some((taken, all)) if taken < all => {
                if *taken > 0 {
                    let of_file = accepted.iter().filter(|delta| delta.file == path).map(|delta| delta.id.clone());
                    chosen.partial.insert(path.to_owned(), of_file.collect());
                }
                false
            }
            Some(_) => true,
            // Its bytes differ and nothing else: only comments, spacing or order changed.
            None => *acceptance == Acceptance::All,
        };
        if takes {
            chosen.whole.insert(path.to_owned());
        }
    }
    if chosen.whole.is_empty() && chosen.partial.is_empty() {
        return Err(Refusal::NothingAccepted.into());
    }
    Ok(chosen)
}

/// The one delta of this id, or of the beginning of one.
pub(crate) fn named<'d>(deltas: &'d [Delta], name: &str) -> Result<&'d Delta, ServiceError> {
    let mut found = deltas.iter().filter(|delta| !name.is_empty() && delta.id.starts_with(&name.to_ascii_lowercase()));
    match (found.next(), found.next()) {
        (Some(delta), None) => Ok(delta),
        (Some(first), Some(second)) => Err(ServiceError::Ambiguous {
            what: "delta",
            id: name.to_owned(),
            found: vec![first.id.clone(), second.id.clone()],
        }),
        (None, _) => Err(ServiceError::NotFound { what: "delta", id: name.to_owned() }),
    }
}

/// A blocked run is certified by naming each blocking delta; all of it at once, and any critical or unreadable delta,
/// needs an override.
fn check_blocking(
    (run, deltas): (&Model, &[Delta]),
    settings: &Settings,
    accepted: &[&Delta],
    acceptance: &Acceptance,
) -> Result<(), ServiceError> {
    let grave = |delta: &Delta| delta.risk == Risk::Critical || delta.class == Class::Unreadable;
    let ids = |deltas: Vec<&Delta>| deltas.into_iter().map(|delta| delta.id.clone()).collect();
    let graves: Vec<&Delta> = accepted.iter().copied().filter(|delta| grave(delta)).collect();
    if !graves.is_empty() {
        return Err(Refusal::NeedsOverride { deltas: ids(graves) }.into());
    }
    if run.decision()? == Some(Decision::BlockMerge) && *acceptance == Acceptance::All {
        let blocks = |delta: &&Delta| settings.decision.for_risk(delta.risk, settings.tier) == Decision::BlockMerge;
        let blocking: Vec<&Delta> = deltas.iter().filter(blocks).collect();
        // No delta blocks alone: the score does, to which all that cost risk add.
        let costly = || deltas.iter().filter(|delta| delta.risk != Risk::Allowed).collect();
        let blocking = if blocking.is_empty() { costly() } else { blocking };
        return Err(Refusal::NameBlocking { deltas: ids(blocking) }.into());
    }
    Ok(())
}
