//! `[[list]]` of golden.toml: ordered, set and keyed lists by file and key path, the same when a run is replayed.

use drift::rules::{RuleSource, Rules, RulesError};
use drift::settings::{ListMode, ListRule};

use crate::{Run, edit, shown};

fn rule(path: &str, mode: ListMode, key: Option<&str>) -> ListRule {
    ListRule { path: path.to_owned(), mode, key: key.map(str::to_owned) }
}

/// What differs under a rule, as the run sees it and as its replay from the stored rules does.
fn told(rule: &ListRule, path: &str, old: &str, new: &str) -> Vec<String> {
    let run = Run::production(vec![edit(path, old, new)]).settings(|settings| settings.lists = vec![rule.clone()]);
    let outcome = run.outcome();
    let stored = RuleSource::from_content(&run.source.content().unwrap()).unwrap();
    assert_eq!(stored, run.source);
    assert_eq!(Run { source: stored, ..run }.outcome(), outcome);
    outcome.deltas.iter().map(shown::delta).collect()
}

const SWAPPED: [&str; 2] = ["l: [a, b, c]\n", "l: [c, a, b]\n"];

#[test]
fn the_order_of_a_set_means_nothing() {
    let [old, new] = SWAPPED;
    assert_eq!(told(&rule("/l", ListMode::Set, None), "app.yml", old, new), [""; 0]);
    assert_eq!(told(&rule("/l", ListMode::Set, None), "app.yml", old, "l: [c, a]\n"), [r#"removed value /l/1 "b" ->"#]);
}

#[test]
fn elements_of_an_ordered_list_are_told_apart_by_their_place() {
    let [old, new] = SWAPPED;
    assert_eq!(
        told(&rule("/l", ListMode::Ordered, None), "app.yml", old, new),
        [r#"added value /l/0 -> "c""#, r#"removed value /l/2 "c" ->"#]
    );
    let named = ["l:\n- {name: a, x: 1}\n- {name: b, x: 2}\n", "l:\n- {name: b, x: 2}\n- {name: a, x: 1}\n"];
    let found = told(&rule("/l", ListMode::Ordered, None), "app.yml", named[0], named[1]);
    assert_eq!(found.len(), 2, "an identity does not make up for the place: {found:?}");
}

#[test]
fn elements_of_a_keyed_list_are_told_apart_by_the_key_that_the_rule_names() {
    let old = "l:\n- {name: same, slot: 1, x: a}\n- {name: same, slot: 2, x: b}\n";
    let new = "l:\n- {name: same, slot: 2, x: b}\n- {name: same, slot: 1, x: c}\n";
    assert_eq!(
        told(&rule("/l", ListMode::Keyed, Some("slot")), "app.yml", old, new),
        [r#"changed value /l/1/x (/l/slot=1/x) "a" -> "c""#]
    );
}

#[test]
fn a_rule_is_for_the_files_and_key_paths_that_it_names() {
    let [old, new] = SWAPPED;
    let order = [r#"changed order /l ["a","b","c"] -> ["c","a","b"]"#];
    assert_eq!(told(&rule("other.yml:/l", ListMode::Set, None), "app.yml", old, new), order);
    assert_eq!(told(&rule("/**/m", ListMode::Set, None), "app.yml", old, new), order);
    assert_eq!(told(&rule("*.yml:/**", ListMode::Set, None), "app.yml", old, new), [""; 0]);
}

#[test]
fn a_key_belongs_to_keyed_lists_and_only_to_them() {
    for rule in [rule("/l", ListMode::Keyed, None), rule("/l", ListMode::Set, Some("x"))] {
        let mut run = Run::production(Vec::new());
        run.source.settings.lists = vec![rule];
        assert!(matches!(Rules::compile(run.source), Err(RulesError::ListKey { .. })));
    }
}
