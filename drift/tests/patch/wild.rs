//! Documents made by chance: patches take exactly the chosen deltas, and leave comments where they are.

use std::collections::BTreeMap;
use std::fmt::Write;

use drift::delta::Delta;
use drift::patch::Direction;
use drift::rules::Rules;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::{bytes, deltas, edit, rules};

/// A value of a small document.
#[derive(Clone, Debug)]
enum Tree {
    Number(u8),
    Text(String),
    List(Vec<u8>),
    Map(BTreeMap<String, Tree>),
}

fn tree(depth: u32) -> BoxedStrategy<Tree> {
    let leaf = prop_oneof![
        any::<u8>().prop_map(Tree::Number),
        "[a-z]{1,6}".prop_map(Tree::Text),
        prop::collection::vec(0..4_u8, 0..4).prop_map(Tree::List),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    prop_oneof![3 => leaf, 2 => map(depth - 1).prop_map(Tree::Map)].boxed()
}

fn map(depth: u32) -> BoxedStrategy<BTreeMap<String, Tree>> {
    prop::collection::btree_map("[a-f]{1,2}", tree(depth), 0..5).boxed()
}

/// How a document is written: with comments, which are numbered, so that none is lost unseen.
struct Writer {
    text: String,
    comments: u32,
    /// Comments are written.
    told: bool,
    sign: &'static str,
}

impl Writer {
    fn new(told: bool, sign: &'static str) -> Self {
        Self { text: String::new(), comments: 0, told, sign }
    }

    fn comment(&mut self, indent: usize) {
        if self.told {
            let _ = writeln!(self.text, "{}{} c{}", " ".repeat(indent), self.sign, self.comments);
            self.comments += 1;
        }
    }

    /// A comment behind a value, and the end of the line.
    fn end(&mut self) {
        if self.told {
            let _ = write!(self.text, " {} c{}", self.sign, self.comments);
            self.comments += 1;
        }
        self.text.push('\n');
    }

    fn yaml(&mut self, map: &BTreeMap<String, Tree>, indent: usize, step: usize) {
        for (key, value) in map {
            self.comment(indent);
            let _ = write!(self.text, "{}{key}:", " ".repeat(indent));
            let is_block = match value {
                Tree::Map(map) => !map.is_empty(),
                Tree::List(items) => !items.is_empty() && step == 2,
                _ => false,
            };
            match value {
                Tree::Number(number) => write!(self.text, " {number}").unwrap(),
                Tree::Text(text) => write!(self.text, " \"{text}\"").unwrap(),
                Tree::List(items) if items.is_empty() || step == 4 => write!(self.text, " {items:?}").unwrap(),
                Tree::List(items) => {
                    self.text.push('\n');
                    items.iter().for_each(|item| writeln!(self.text, "{}- {item}", " ".repeat(indent)).unwrap());
                }
                Tree::Map(map) if map.is_empty() => self.text.push_str(" {}"),
                Tree::Map(map) => {
                    self.text.push('\n');
                    self.yaml(map, indent + step, step);
                }
            }
            if !is_block {
                self.end();
            }
        }
        if map.is_empty() && indent == 0 {
            self.text.push_str("{}\n");
        }
    }

    fn json(&mut self, map: &BTreeMap<String, Tree>, indent: usize, step: usize) {
        self.text.push_str("{\n");
        for (at, (key, value)) in map.iter().enumerate() {
            self.comment(indent + step);
            let _ = write!(self.text, "{}\"{key}\": ", " ".repeat(indent + step));
            match value {
                Tree::Number(number) => write!(self.text, "{number}").unwrap(),
                Tree::Text(text) => write!(self.text, "\"{text}\"").unwrap(),
                Tree::List(items) => write!(self.text, "{items:?}").unwrap(),
                Tree::Map(map) => self.json(map, indent + step, step),
            }
            self.text.push_str(if at + 1 < map.len() { ",\n" } else { "\n" });
        }
        let _ = write!(self.text, "{}}}", " ".repeat(indent));
    }

    fn toml(&mut self, map: &BTreeMap<String, Tree>, path: &str) {
        for (key, value) in map {
            if !matches!(value, Tree::Map(_)) {
                self.comment(0);
            }
            match value {
                Tree::Number(number) => write!(self.text, "{key} = {number}").unwrap(),
                Tree::Text(text) => write!(self.text, "{key} = \"{text}\"").unwrap(),
                Tree::List(items) => write!(self.text, "{key} = {items:?}").unwrap(),
                Tree::Map(_) => continue,
            }
            self.end();
        }
        for (key, value) in map {
            if let Tree::Map(map) = value {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                self.comment(0);
                let _ = writeln!(self.text, "[{path}]");
                self.toml(map, &path);
            }
        }
    }

    /// Keys of one level, in sections of one level when the format has them.
    fn flat(&mut self, map: &BTreeMap<String, Tree>, sections: bool) {
        let value = |value: &Tree| match value {
            Tree::Number(number) => number.to_string(),
            Tree::Text(text) => text.clone(),
            other => format!("{}", format!("{other:?}").len()),
        };
        for (key, tree) in map {
            if !sections || !matches!(tree, Tree::Map(_)) {
                self.comment(0);
                let _ = writeln!(self.text, "{key}={}", value(tree));
            }
        }
        for (key, tree) in map.iter().filter(|_| sections) {
            if let Tree::Map(map) = tree {
                let _ = writeln!(self.text, "[s{key}]");
                self.flat(map, false);
            }
        }
    }
}

fn written(path: &str, map: &BTreeMap<String, Tree>, told: bool) -> String {
    let step = if told { 2 } else { 4 };
    let mut writer = Writer::new(told, if path.ends_with("json") { "//" } else { "#" });
    match path {
        "a.yml" => writer.yaml(map, 0, step),
        "a.json" => writer.json(map, 0, step),
        "a.toml" => writer.toml(map, ""),
        "a.ini" => writer.flat(map, true),
        _ => writer.flat(map, false),
    }
    writer.text
}

fn places(deltas: &[Delta]) -> Vec<(String, String)> {
    let mut places: Vec<_> = deltas.iter().map(|delta| (delta.kind.to_string(), delta.key_path.clone())).collect();
    places.sort();
    places
}

/// True when a list changed as a whole: then its places are not those of both files.
fn is_in_list(delta: &Delta) -> bool {
    delta.key_path.rsplit('/').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()))
        || delta.class.as_str() == "order"
}

/// Takes some deltas, and checks that they are gone and the others are not.
fn take(path: &str, golden: &str, candidate: &str, rules: &Rules, mask: u64) -> Result<bool, TestCaseError> {
    let change = edit(path, golden, candidate);
    let all = deltas(&change, rules);
    let is_chosen = |at: usize| mask >> (at % 64) & 1 == 1;
    let (chosen, left): (Vec<_>, Vec<_>) = all.iter().enumerate().partition(|(at, _)| is_chosen(*at));
    let ids: Vec<&str> = chosen.iter().map(|(_, delta)| delta.id.as_str()).collect();
    if chosen.is_empty() || left.is_empty() {
        return Ok(false);
    }
    let patched = match bytes(&change, rules, &ids, Direction::Accept) {
        Ok(patched) => String::from_utf8(patched).unwrap(),
        Err(refusal) => {
            let order = refusal.reason.starts_with("a list takes the order");
            prop_assert!(order, "{refusal}\n{golden}---\n{candidate}");
            return Ok(false);
        }
    };
    let rest = deltas(&edit(path, patched.as_str(), candidate), rules);
    let left: Vec<Delta> = left.into_iter().map(|(_, delta)| delta.clone()).collect();
    if all.iter().any(is_in_list) {
        let outside = |deltas: &[Delta]| {
            places(deltas).into_iter().filter(|(_, key)| !key.contains(['0', '1', '2', '3'])).count()
        };
        let whole =
            |deltas: &[Delta]| outside(&deltas.iter().filter(|delta| !is_in_list(delta)).cloned().collect::<Vec<_>>());
        prop_assert_eq!(whole(&rest), whole(&left), "{}---\n{}---\n{}", golden, candidate, patched);
    } else {
        prop_assert_eq!(places(&rest), places(&left), "{}---\n{}---\n{}", golden, candidate, patched);
    }
    // A statement of TOML that becomes a table is another statement in another place.
    let goes = |delta: &Delta| delta.old.is_object() || delta.kind.as_str() == "removed" || delta.new.is_object();
    let removes = chosen.iter().any(|(_, delta)| delta.kind.as_str() != "added" && goes(delta));
    if !removes {
        let sign = if path.ends_with("json") { "// c" } else { "# c" };
        prop_assert_eq!(patched.matches(sign).count(), golden.matches(sign).count(), "{}---\n{}", golden, patched);
    }
    let back = bytes(&change, rules, &ids, Direction::Revert);
    if let Ok(back) = back {
        let rest = deltas(&edit(path, golden, back), rules);
        prop_assert!(all.iter().any(is_in_list) || rest.len() == left.len(), "{}---\n{}", golden, candidate);
    }
    Ok(true)
}

/// Pairs for each format, each with one subset and each delta by itself.
const CASES: u32 = 60;

/// Tries all pairs of a format.
fn wild(path: &'static str) {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let rules = rules();
    let taken = std::cell::Cell::new(0_u32);
    let pairs = (map(2), map(2), any::<u64>());
    let result = runner.run(&pairs, |(golden, candidate, mask)| {
        let (golden, candidate) = (written(path, &golden, true), written(path, &candidate, false));
        let all = deltas(&edit(path, golden.as_str(), candidate.as_str()), &rules).len();
        for mask in std::iter::once(mask).chain((0..all.min(64)).map(|at| 1 << at)) {
            taken.set(taken.get() + u32::from(take(path, &golden, &candidate, &rules, mask)?));
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{path}: {error}"));
    assert!(taken.get() > 100, "{path}: {} patches", taken.get());
}

#[test]
fn wild_yaml() {
    wild("a.yml");
}

#[test]
fn wild_json() {
    wild("a.json");
}

#[test]
fn wild_toml() {
    wild("a.toml");
}

#[test]
fn wild_properties() {
    wild("a.properties");
}

#[test]
fn wild_ini() {
    wild("a.ini");
}

#[test]
fn wild_dotenv() {
    wild("a.env");
}
