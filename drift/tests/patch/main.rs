//! Patches: chosen deltas come in, every other byte stays.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what helpers of tests assert fails the test"
)]

mod growth;
mod json_patch;
mod marked;
mod refusals;
mod table;
mod whole;
mod wild;

use std::collections::BTreeSet;

use drift::assess::assess;
use drift::change::{Content, FileChange, FileSide};
use drift::delta::Delta;
use drift::mask::Masker;
use drift::patch::{Direction, PatchRefusal, apply};
use drift::rules::{RuleSource, Rules};
use drift::settings::{Settings, Tier};

/// A regular file.
fn file(content: impl Into<Vec<u8>>) -> Option<FileSide> {
    Some(FileSide { content: Content::Bytes(content.into()), executable: false })
}

/// A file that is on both sides.
fn edit(path: &str, golden: impl Into<Vec<u8>>, candidate: impl Into<Vec<u8>>) -> FileChange {
    let (old, new) = (file(golden), file(candidate));
    FileChange { path: path.to_owned(), renamed_from: None, old, new, profile: false }
}

fn rules() -> Rules {
    let settings = Settings::for_tier(Tier::Production);
    let (service, environment) = ("shop".to_owned(), "production".to_owned());
    let source = RuleSource { service, environment, aliases: Vec::new(), settings, policy: None, risk: None };
    Rules::compile(source).unwrap()
}

fn deltas(change: &FileChange, rules: &Rules) -> Vec<Delta> {
    assess(change, rules, &Masker::new(None, &rules.settings().limits)).deltas
}

/// The bytes of the file with some of its deltas.
fn bytes(change: &FileChange, rules: &Rules, ids: &[&str], direction: Direction) -> Result<Vec<u8>, PatchRefusal> {
    let chosen: BTreeSet<&str> = ids.iter().copied().collect();
    match apply(change, rules, &chosen, direction)?.unwrap().side.content {
        Content::Bytes(bytes) => Ok(bytes),
        other => panic!("{other:?}"),
    }
}
