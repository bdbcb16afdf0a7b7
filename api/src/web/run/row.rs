//! Deltas as the page of a run shows them, in groups.

use drift::delta::Delta;
use drift::outcome::Triage;
use drift::report::told::{Lines, Told, told};
use drift::risk::Risk;
use service::run_detail::FileCount;

use super::chosen::Chosen;
use crate::web::address::Address;
use crate::web::badge::Badge;

/// One delta.
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) badge: Badge,
    pub(crate) told: Told,
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) category: String,
    pub(crate) reason: String,
    pub(crate) rule: Option<String>,
    pub(crate) secret: bool,
    /// The page of the key's history.
    pub(crate) history: String,
}

impl Row {
    /// A delta, told.
    pub(crate) fn of(delta: &Delta) -> Self {
        Self {
            id: delta.id.clone(),
            badge: Badge::of_risk(delta.risk),
            told: told(delta),
            file: delta.file.clone(),
            line: delta.line,
            category: delta.category.clone(),
            reason: delta.reason.clone(),
            rule: delta.rule.clone(),
            secret: delta.secret,
            history: Address::of(&["keys", &delta.fingerprint]).to_string(),
        }
    }
}

impl Row {
    /// Both sides on one line, each by its first line; empty when neither is told.
    pub(crate) fn arrow(&self) -> String {
        let first = |lines: &Option<Lines>| lines.as_ref().and_then(|lines| lines.shown.first()).cloned();
        match (first(&self.told.old), first(&self.told.new)) {
            (Some(old), Some(new)) => format!("{old} \u{2192} {new}"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => String::new(),
        }
    }
}

/// The shown deltas of one file or bucket.
pub(crate) struct Group {
    /// The file or the bucket.
    pub(crate) name: String,
    /// What all of it holds, shown or not.
    pub(crate) counts: String,
    pub(crate) rows: Vec<Row>,
}

/// `1 critical, 3 low`.
fn buckets(triage: &Triage) -> String {
    let named = Risk::ALL.iter().filter(|risk| triage.bucket(**risk) > 0);
    named.map(|risk| format!("{} {risk}", triage.bucket(*risk))).collect::<Vec<_>>().join(", ")
}

/// The deltas of a page in groups, in the order in which each group first appears: the worst first.
pub(super) fn groups(deltas: Vec<Delta>, files: &[FileCount], chosen: &Chosen) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for delta in &deltas {
        let name = if chosen.by_risk { delta.risk.to_string() } else { delta.file.clone() };
        let known = groups.iter().position(|group| group.name == name);
        let place = known.unwrap_or_else(|| {
            let counts = match chosen.by_risk {
                true => String::new(),
                false => {
                    files.iter().find(|file| file.file == name).map(|file| buckets(&file.triage)).unwrap_or_default()
                }
            };
            groups.push(Group { name, counts, rows: Vec::new() });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(place) {
            group.rows.push(Row::of(delta));
        }
    }
    groups
}
