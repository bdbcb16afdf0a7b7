//! The code map is short, and a test holds each of its invariants.

use std::collections::BTreeSet;
use std::path::Path;

use super::{files, none};

const LINES: usize = 150;

/// Faults of a code map: its length, and numbered invariants that name no existing test in backticks.
fn faults(map: &str, tests: &BTreeSet<String>) -> Vec<String> {
    let mut faults = Vec::new();
    let count = map.lines().count();
    if count > LINES {
        faults.push(format!("{count} lines, at most {LINES}"));
    }
    let invariants = invariants(map);
    if invariants.is_empty() {
        faults.push("no numbered invariant".to_owned());
    }
    for invariant in invariants {
        let quoted = invariant.split('`').skip(1).step_by(2);
        let mut names = quoted.map(|name| name.rsplit("::").next().unwrap_or(name));
        if !names.any(|name| tests.contains(name)) {
            faults.push(format!("names no test: {invariant}"));
        }
    }
    faults
}

/// Items of numbered lists, with the lines that belong to them.
fn invariants(map: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    let mut inside = false;
    for line in map.lines() {
        let starts = line.split_once(". ").is_some_and(|(number, _)| number.parse::<u32>().is_ok());
        inside = starts || inside && line.starts_with("   ");
        match items.last_mut() {
            _ if starts => items.push(line.to_owned()),
            Some(item) if inside => item.push_str(&format!(" {}", line.trim())),
            _ => {}
        }
    }
    items
}

/// Functions under `#[test]` or `#[tokio::test]`, and the tests that run on both backends.
fn tests() -> BTreeSet<String> {
    let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut names = BTreeSet::new();
    for source in files(&["rs"]) {
        names.extend(source.text.split("both_backends!(").skip(1).map(|rest| name(rest.trim_start())));
        for marker in ["#[test]\n", "#[tokio::test]\n"] {
            let marked = source.text.split(marker).skip(1).filter_map(|rest| rest.split_once("fn "));
            names.extend(marked.map(|(_, rest)| name(rest)));
        }
    }
    names
}

#[test]
fn faults_of_a_code_map_are_found() {
    let tests = BTreeSet::from(["fails_closed".to_owned()]);
    let good = "# Map\n\n1. It fails closed\n   (`store::fails_closed`).\n2. Again: `fails_closed`.\n";
    assert_eq!(faults(good, &tests), Vec::<String>::new());
    assert_eq!(faults("# Map\n", &tests), ["no numbered invariant"]);
    assert_eq!(faults("1. It `drift`s.\n\n`fails_closed`\n", &tests), ["names no test: 1. It `drift`s."]);
    let long = format!("{good}{}", "\n".repeat(LINES));
    assert_eq!(faults(&long, &tests), ["155 lines, at most 150"]);
}

#[test]
fn the_tests_of_this_repository_are_known_by_name() {
    let known = tests();
    assert!(known.contains("faults_of_a_code_map_are_found") && known.contains("up_down_up_gives_the_same_schema"));
}

#[test]
fn each_invariant_of_the_code_map_names_its_test() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ARCHITECTURE.md");
    let map = std::fs::read_to_string(path).unwrap();
    none(faults(&map, &tests()));
}
