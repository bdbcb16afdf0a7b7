//! Byte-exact cases: golden file, candidate, the deltas that are chosen, and the file that comes out.

mod dotenv;
mod ini;
mod json;
mod properties;
mod toml;
mod yaml;

use drift::patch::Direction;

use super::{bytes, deltas, edit, rules};

/// One case: a name, the golden file, the candidate, key paths of the chosen deltas, and what comes out.
type Case = (&'static str, &'static str, &'static str, &'static [&'static str], &'static str);

/// Checks every case, that no delta gives the golden bytes and all give the candidate's, forth and back.
#[track_caller]
fn check(file: &str, cases: &[Case]) {
    assert!(cases.len() >= 10);
    let rules = rules();
    let mut wrong = Vec::new();
    for (name, golden, candidate, chosen, expected) in cases {
        let change = edit(file, *golden, *candidate);
        let deltas = deltas(&change, &rules);
        let ids: Vec<&str> = deltas.iter().map(|delta| delta.id.as_str()).collect();
        let of = |key: &&str| {
            let found = deltas.iter().find(|delta| delta.key_path == **key);
            let known = || deltas.iter().map(|delta| format!("{} {}", delta.kind, delta.key_path)).collect::<Vec<_>>();
            found.unwrap_or_else(|| panic!("{name}: no delta at {key:?}, but {:?}", known())).id.as_str()
        };
        let chosen: Vec<&str> = chosen.iter().map(of).collect();
        assert!(chosen.len() < ids.len(), "{name}: all deltas are chosen: the candidate comes out untouched");
        let told = match bytes(&change, &rules, &chosen, Direction::Accept) {
            Ok(bytes) => String::from_utf8(bytes).unwrap(),
            Err(refusal) => format!("refused: {refusal}"),
        };
        if told != *expected {
            wrong.push(format!("--- {name}: expected\n{expected}--- but got\n{told}"));
        }
        for (direction, from, to) in [(Direction::Accept, golden, candidate), (Direction::Revert, candidate, golden)] {
            assert_eq!(bytes(&change, &rules, &[], direction).unwrap(), from.as_bytes(), "{name}");
            assert_eq!(bytes(&change, &rules, &ids, direction).unwrap(), to.as_bytes(), "{name}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
