//! json-patch-tests: each document compared with what its patch makes of it differs exactly when both do.

use drift::assess::assess;
use drift::change::{Content, FileChange, FileSide};
use drift::mask::Masker;
use drift::rules::{RuleSource, Rules};
use drift::settings::{Settings, Tier};
use serde_json::Value as Json;

use super::{Tally, suite};

#[test]
fn documents_differ_from_their_patched_selves_exactly_when_the_patch_does_something() {
    let Some(folder) = suite("json-patch-tests") else { return };
    let mut tally = Tally::default();
    for file in ["tests.json", "spec_tests.json"] {
        let cases: Vec<Json> = serde_json::from_str(&std::fs::read_to_string(folder.join(file)).unwrap()).unwrap();
        for (at, case) in cases.iter().enumerate() {
            let (Some(old), Some(new)) = (case.get("doc"), case.get("expected")) else { continue };
            let found = deltas(old, new);
            let outcome = if (old != new) == (found > 0) { Ok(()) } else { Err(format!("{found} deltas")) };
            tally.note(&format!("{file}[{at}]"), outcome);
        }
    }
    tally.conclude("json-patch-tests", &[]);
}

fn deltas(old: &Json, new: &Json) -> usize {
    let source = RuleSource {
        service: "shop".to_owned(),
        environment: "production".to_owned(),
        aliases: Vec::new(),
        settings: Settings::for_tier(Tier::Production),
        policy: None,
        risk: None,
    };
    let rules = Rules::compile(source).unwrap();
    let masker = Masker::new(None, &rules.settings().limits);
    let side =
        |json: &Json| Some(FileSide { content: Content::Bytes(json.to_string().into_bytes()), executable: false });
    let (old, new) = (side(old), side(new));
    let change = FileChange { path: "a.json".to_owned(), renamed_from: None, old, new, profile: false };
    assess(&change, &rules, &masker).deltas.len()
}
