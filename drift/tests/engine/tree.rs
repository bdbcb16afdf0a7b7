//! Generated trees and how each format writes them, in two styles that mean the same.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::select;

use crate::seeded::Seeded;

/// A generated tree, in JSON's terms.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree {
    Text(String),
    List(Vec<Tree>),
    Map(BTreeMap<String, Tree>),
}

/// The hand that writes: two of them agree in what they say and in nothing else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Hand {
    Plain,
    /// Keys the other way round, other quotes and spacing, and comments wherever there can be one.
    Other,
}

/// The formats that are generated.
pub(crate) const PATHS: [&str; 7] = ["a.yml", "a.json", "a.toml", "a.properties", "a.ini", ".env", "a.xml"];

/// Trees of a few keys and values, so that the same ones meet again; some keys are identities, some values distinct.
pub(crate) fn trees() -> impl Strategy<Value = Tree> {
    let leaf = select(vec!["a", "b", "c", "d e", "orders.svc.example", "payments.svc.example"]);
    let tree = leaf
        .prop_map(|text| Tree::Text(text.to_owned()))
        .prop_recursive(3, 24, 4, |inner| prop_oneof![vec(inner.clone(), 0..5).prop_map(Tree::List), maps(inner)]);
    maps(tree)
}

/// Trees of maps and lists that are never empty, of keys that tell nothing apart, in which every value is another one.
pub(crate) fn distinct_trees() -> impl Strategy<Value = Tree> {
    let tree = Just(Tree::Text(String::new())).prop_recursive(3, 24, 4, |inner| {
        let keys = select(vec!["k1", "k2", "k3", "k4"]).prop_map(str::to_owned);
        prop_oneof![vec(inner.clone(), 2..5).prop_map(Tree::List), btree_map(keys, inner, 1..5).prop_map(Tree::Map)]
    });
    let keys = select(vec!["k1", "k2", "k3", "k4"]).prop_map(str::to_owned);
    btree_map(keys, tree, 1..5).prop_map(|map| {
        let mut tree = Tree::Map(map);
        let mut number = 0;
        tree.each_leaf(&mut |text| {
            number += 1;
            *text = format!("v{number}");
        });
        tree
    })
}

fn maps(tree: impl Strategy<Value = Tree>) -> impl Strategy<Value = Tree> {
    let keys = select(vec!["name", "k1", "k2", "k3", "k4", "port"]).prop_map(str::to_owned);
    btree_map(keys, tree, 1..5).prop_map(Tree::Map)
}

impl Tree {
    /// Tells every text, in the order of keys and places.
    pub(crate) fn each_leaf(&mut self, each: &mut dyn FnMut(&mut String)) {
        match self {
            Self::Text(text) => each(text),
            Self::List(items) => items.iter_mut().for_each(|item| item.each_leaf(each)),
            Self::Map(map) => map.values_mut().for_each(|tree| tree.each_leaf(each)),
        }
    }

    /// The same with some leaves changed, elements dropped, added and swapped, keys dropped, added, moved and renamed.
    pub(crate) fn altered(&self, seeded: &mut Seeded) -> Self {
        match self {
            Self::Text(_) if seeded.once_in(4) => Self::Text(seeded.pick(&["x", "y"]).to_string()),
            Self::Text(text) => Self::Text(text.clone()),
            Self::List(items) => {
                let kept: Vec<&Self> = items.iter().filter(|_| !seeded.once_in(5)).collect();
                let mut items: Vec<Self> = kept.into_iter().map(|item| item.altered(seeded)).collect();
                if items.len() > 1 && seeded.once_in(4) {
                    items.swap(0, 1);
                }
                Self::List(items)
            }
            Self::Map(map) => {
                let mut map: BTreeMap<String, Self> =
                    map.iter().map(|(key, tree)| (key.clone(), tree.altered(seeded))).collect();
                if seeded.once_in(4) {
                    map.insert("added".to_owned(), Self::Text("z".to_owned()));
                }
                if map.len() > 1 && seeded.once_in(3) {
                    let (key, tree) = map.pop_first().unwrap();
                    match seeded.below(3) {
                        0 => {}
                        1 => drop(map.insert(format!("{key}-new"), tree)),
                        _ => drop(map.insert("around".to_owned(), Self::Map(BTreeMap::from([(key, tree)])))),
                    }
                }
                Self::Map(map)
            }
        }
    }

    fn entries(&self, hand: Hand) -> Vec<(&String, &Self)> {
        let Self::Map(map) = self else { return Vec::new() };
        if hand == Hand::Plain { map.iter().collect() } else { map.iter().rev().collect() }
    }

    /// The pointers of all leaves, in the order of [`Self::each_leaf`].
    pub(crate) fn pointers(&self, above: &str, found: &mut Vec<String>) {
        match self {
            Self::Text(_) => found.push(above.to_owned()),
            Self::List(items) => {
                items.iter().enumerate().for_each(|(at, item)| item.pointers(&format!("{above}/{at}"), found));
            }
            Self::Map(map) => map.iter().for_each(|(key, tree)| tree.pointers(&format!("{above}/{key}"), found)),
        }
    }

    /// The tree as a file.
    pub(crate) fn written(&self, path: &str, hand: Hand) -> String {
        let other = hand == Hand::Other;
        let flat = |head: &str, line: &dyn Fn(&str, &str) -> String| {
            let mut leaves = Vec::new();
            self.leaves("x", &mut leaves);
            if other {
                leaves.reverse();
            }
            head.to_owned() + &leaves.iter().map(|(key, text)| line(key, text)).collect::<String>()
        };
        match (path, other) {
            ("a.yml", _) => self.yaml(0, hand),
            ("a.json", _) => self.json(hand),
            ("a.toml", _) => self.toml_file(hand),
            ("a.properties", false) => flat("", &|key, text| format!("{key}={text}\n")),
            ("a.properties", true) => flat("# one\n", &|key, text| format!("  {key} : {text}\n! c\n\n")),
            ("a.ini", false) => flat("[s]\n", &|key, text| format!("{key} = {text}\n")),
            ("a.ini", true) => flat("; one\n[s]\n", &|key, text| format!("{key}={text}\n# c\n\n")),
            (".env", false) => flat("", &|key, text| format!("{key}='{text}'\n")),
            (".env", true) => flat("# one\n", &|key, text| format!("export {key}=\"{text}\" # c\n\n")),
            _ => self.xml("root", hand),
        }
    }

    fn json(&self, hand: Hand) -> String {
        let (between, inside) = if hand == Hand::Plain { (", ", "") } else { ("\n,  ", " /* c */ ") };
        match self {
            Self::Text(text) => format!("{text:?}"),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(|item| item.json(hand)).collect();
                format!("[{inside}{}]", items.join(between))
            }
            Self::Map(_) => {
                let entries = self.entries(hand).into_iter().map(|(key, tree)| format!("{key:?}:{}", tree.json(hand)));
                format!("{{{inside}{}}}", entries.collect::<Vec<_>>().join(between))
            }
        }
    }

    fn yaml(&self, indent: usize, hand: Hand) -> String {
        let margin = "  ".repeat(indent);
        let comment = if hand == Hand::Plain { String::new() } else { format!("{margin}# c\n\n") };
        let nested = |tree: &Self| match tree {
            Self::Map(map) if !map.is_empty() => format!("\n{}", tree.yaml(indent + 1, hand)),
            Self::List(items) if !items.is_empty() => format!("\n{}", tree.yaml(indent + 1, hand)),
            Self::Text(text) if hand == Hand::Other => format!("   '{text}' # c\n"),
            other => format!(" {}\n", other.json(Hand::Plain)),
        };
        match self {
            Self::Text(_) => self.json(hand),
            Self::List(items) => items.iter().map(|item| format!("{comment}{margin}-{}", nested(item))).collect(),
            Self::Map(_) => {
                let entries = self.entries(hand).into_iter();
                entries.map(|(key, tree)| format!("{comment}{margin}{key}:{}", nested(tree))).collect()
            }
        }
    }

    fn toml(&self, hand: Hand) -> String {
        let quoted = |text: &str| if hand == Hand::Plain { format!("{text:?}") } else { format!("'{text}'") };
        match self {
            Self::Text(text) => quoted(text),
            Self::List(items) => {
                format!("[ {}]", items.iter().map(|item| item.toml(hand)).collect::<Vec<_>>().join(" , "))
            }
            Self::Map(_) => {
                let entries = self.entries(hand).into_iter().map(|(key, tree)| format!("{key} = {}", tree.toml(hand)));
                format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn toml_file(&self, hand: Hand) -> String {
        let line = |(key, tree): (&String, &Self)| format!("{key} = {}\n", tree.toml(hand));
        let is_table = |tree: &Self| hand == Hand::Other && matches!(tree, Self::Map(_));
        let entries = self.entries(hand);
        let plain = entries.iter().filter(|(_, tree)| !is_table(tree)).map(|entry| line(*entry));
        let tables = entries.iter().filter(|(_, tree)| is_table(tree)).map(|(key, tree)| {
            format!("# c\n[{key}]\n{}", tree.entries(hand).into_iter().map(line).collect::<String>())
        });
        plain.chain(tables).collect()
    }

    fn xml(&self, name: &str, hand: Hand) -> String {
        let gap = if hand == Hand::Plain { "" } else { "\n <!-- c --> " };
        match self {
            Self::Text(text) => format!("{gap}<{name}>{text}</{name}>"),
            Self::List(items) => items.iter().map(|item| item.xml(name, hand)).collect(),
            Self::Map(_) => {
                let inner: String = self.entries(hand).into_iter().map(|(key, tree)| tree.xml(key, hand)).collect();
                format!("{gap}<{name}>{inner}{gap}</{name}>")
            }
        }
    }

    /// Leaves with the way to them, for formats without a tree.
    fn leaves(&self, way: &str, found: &mut Vec<(String, String)>) {
        match self {
            Self::Text(text) => found.push((way.to_owned(), text.clone())),
            Self::List(items) => {
                items.iter().enumerate().for_each(|(at, item)| item.leaves(&format!("{way}_{at}"), found));
            }
            Self::Map(map) => map.iter().for_each(|(key, tree)| tree.leaves(&format!("{way}_{key}"), found)),
        }
    }
}
