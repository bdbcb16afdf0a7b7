//! What holds for every document of every format.

use std::collections::{BTreeMap, BTreeSet};

use drift::delta::{Class, Delta, Kind};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};
use proptest::test_runner::RngSeed;

use crate::deltas;
use crate::seeded::Seeded;
use crate::tree::{Hand, PATHS, Tree, distinct_trees, trees};

/// The same cases in every run.
fn config() -> ProptestConfig {
    ProptestConfig { cases: 120, failure_persistence: None, rng_seed: RngSeed::Fixed(3), ..ProptestConfig::default() }
}

/// How many deltas there are of each kind and class, with kinds exchanged when the sides are.
fn counted(deltas: &[Delta], exchanged: bool) -> BTreeMap<(Kind, Class), usize> {
    let mut counts = BTreeMap::new();
    for delta in deltas {
        let kind = match delta.kind {
            Kind::Added if exchanged => Kind::Removed,
            Kind::Removed if exchanged => Kind::Added,
            kind => kind,
        };
        *counts.entry((kind, delta.class)).or_default() += 1;
    }
    counts
}

/// Where everything that moved was and is, exchanged when the sides are.
fn moves(deltas: &[Delta], exchanged: bool) -> BTreeSet<(String, String, Option<u8>)> {
    let ends = deltas.iter().filter_map(|delta| Some((delta.from_path.clone()?, delta.path.clone(), delta.similarity)));
    ends.map(|(from, to, similarity)| if exchanged { (to, from, similarity) } else { (from, to, similarity) }).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nothing_differs_from_itself(tree in trees()) {
        for path in PATHS {
            let text = tree.written(path, Hand::Plain);
            let found = deltas(path, &text, &text);
            prop_assert!(found.is_empty(), "{}\n{}\n{:?}", path, text, found);
        }
    }

    #[test]
    fn key_order_comments_quotes_and_spacing_are_no_difference(tree in trees()) {
        for path in PATHS {
            let (plain, other) = (tree.written(path, Hand::Plain), tree.written(path, Hand::Other));
            let found = deltas(path, &plain, &other);
            prop_assert!(found.is_empty(), "{}\n{}\n{}\n{:?}", path, plain, other, found);
        }
    }

    #[test]
    fn differences_are_mirrored_when_sides_are_exchanged(tree in trees(), seed in any::<u64>()) {
        let altered = tree.altered(&mut Seeded::new(seed));
        for path in PATHS {
            let (old, new) = (tree.written(path, Hand::Plain), altered.written(path, Hand::Plain));
            let (there, back) = (deltas(path, &old, &new), deltas(path, &new, &old));
            prop_assert_eq!(counted(&there, false), counted(&back, true), "{}\n{}\n{}", path, old, new);
            prop_assert_eq!(moves(&there, false), moves(&back, true), "{}\n{}\n{}", path, old, new);
            prop_assert_eq!(there.is_empty(), old == new, "{}\n{}\n{}", path, old, new);
        }
    }

    #[test]
    fn every_difference_stands_where_it_says(tree in trees(), seed in any::<u64>()) {
        let altered = tree.altered(&mut Seeded::new(seed));
        let (old, new) = (tree.written("a.json", Hand::Plain), altered.written("a.json", Hand::Plain));
        let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        let (old_json, new_json) = (parsed(&old), parsed(&new));
        for delta in deltas("a.json", &old, &new) {
            let (stands, shown) = if delta.has_new() { (&new_json, &delta.new) } else { (&old_json, &delta.old) };
            prop_assert_eq!(stands.pointer(&delta.path), Some(shown), "{}\n{}\n{}", delta.path, old, new);
            if let Some(from) = &delta.from_path {
                prop_assert_eq!(old_json.pointer(from), Some(&delta.old), "{}\n{}\n{}", from, old, new);
            }
        }
    }

    #[test]
    fn edits_of_distinct_values_are_told_one_by_one(tree in distinct_trees(), edited in vec(any::<bool>(), 64)) {
        let mut pointers = Vec::new();
        tree.pointers("", &mut pointers);
        let (mut altered, mut at) = (tree.clone(), 0);
        altered.each_leaf(&mut |text: &mut String| {
            if edited[at % edited.len()] {
                text.insert(0, 'e');
            }
            at += 1;
        });
        let is_edited = |at: usize| edited[at % edited.len()];
        let expected: Vec<&String> =
            pointers.iter().enumerate().filter(|(at, _)| is_edited(*at)).map(|(_, pointer)| pointer).collect();
        for path in PATHS {
            if path == "a.xml" && holds_lists_of_lists(&tree) {
                continue;
            }
            let (old, new) = (tree.written(path, Hand::Plain), altered.written(path, Hand::Other));
            let found = deltas(path, &old, &new);
            prop_assert!(found.iter().all(|delta| (delta.kind, delta.class) == (Kind::Changed, Class::Value)),
                "{}\n{}\n{}\n{:?}", path, old, new, found);
            prop_assert_eq!(found.len(), expected.len(), "{}\n{}\n{}", path, old, new);
            if ["a.yml", "a.json", "a.toml"].contains(&path) {
                let places: BTreeSet<&String> = found.iter().map(|delta| &delta.path).collect();
                prop_assert_eq!(places, expected.iter().copied().collect::<BTreeSet<_>>(), "{}\n{}\n{}", path, old, new);
            }
        }
    }
}

/// XML has no lists of lists: elements of one name stand beside each other.
fn holds_lists_of_lists(tree: &Tree) -> bool {
    match tree {
        Tree::Text(_) => false,
        Tree::List(items) => items.iter().any(|item| matches!(item, Tree::List(_)) || holds_lists_of_lists(item)),
        Tree::Map(map) => map.values().any(holds_lists_of_lists),
    }
}
