//! Generated documents: no difference to itself, and the same differences the other way round.

use std::collections::BTreeMap;

use drift::delta::{Class, Delta, Kind};

use crate::deltas;
use crate::seeded::Seeded;

const SEEDS: u64 = 150;

/// A generated tree, in JSON's terms.
#[derive(Clone)]
enum Tree {
    Text(String),
    List(Vec<Tree>),
    Map(BTreeMap<String, Tree>),
}

impl Tree {
    fn generate(seeded: &mut Seeded, depth: usize) -> Self {
        match if depth == 0 { 0 } else { seeded.below(4) } {
            0 => Self::Text(seeded.pick(&["a", "b", "c", "d e"]).to_string()),
            1 => Self::List((0..seeded.below(5)).map(|_| Self::generate(seeded, depth - 1)).collect()),
            _ => Self::map(seeded, depth),
        }
    }

    fn map(seeded: &mut Seeded, depth: usize) -> Self {
        let keys = (0..=seeded.below(4)).map(|_| seeded.pick(&["name", "k1", "k2", "k3", "k4", "port"]).to_string());
        let keys: Vec<String> = keys.collect();
        Self::Map(keys.into_iter().map(|key| (key, Self::generate(seeded, depth - 1))).collect())
    }

    /// The same with some leaves changed, elements dropped, added and swapped, keys dropped and added.
    fn altered(&self, seeded: &mut Seeded) -> Self {
        match self {
            Self::Text(_) if seeded.once_in(4) => Self::Text(seeded.pick(&["x", "y"]).to_string()),
            Self::Text(text) => Self::Text(text.clone()),
            Self::List(items) => {
                let kept: Vec<&Self> = items.iter().filter(|_| !seeded.once_in(5)).collect();
                let mut items: Vec<Self> = kept.into_iter().map(|item| item.altered(seeded)).collect();
                if seeded.once_in(4) {
                    let at = seeded.below(items.len() + 1);
                    items.insert(at, Self::generate(seeded, 1));
                }
                if items.len() > 1 && seeded.once_in(4) {
                    items.swap(0, 1);
                }
                Self::List(items)
            }
            Self::Map(map) => {
                let mut map: BTreeMap<String, Self> =
                    map.iter().map(|(key, tree)| (key.clone(), tree.altered(seeded))).collect();
                if seeded.once_in(4) {
                    map.insert("added".to_owned(), Self::generate(seeded, 1));
                }
                if map.len() > 1 && seeded.once_in(4) {
                    map.pop_first();
                }
                Self::Map(map)
            }
        }
    }

    fn json(&self) -> String {
        match self {
            Self::Text(text) => format!("{text:?}"),
            Self::List(items) => format!("[{}]", items.iter().map(Self::json).collect::<Vec<_>>().join(", ")),
            Self::Map(map) => {
                let entries: Vec<String> = map.iter().map(|(key, tree)| format!("{key:?}: {}", tree.json())).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    fn yaml(&self, indent: usize) -> String {
        let margin = "  ".repeat(indent);
        let nested = |tree: &Self| match tree {
            Self::Map(map) if !map.is_empty() => format!("\n{}", tree.yaml(indent + 1)),
            Self::List(items) if !items.is_empty() => format!("\n{}", tree.yaml(indent + 1)),
            other => format!(" {}\n", other.json()),
        };
        match self {
            Self::Text(_) => self.json(),
            Self::List(items) => items.iter().map(|item| format!("{margin}-{}", nested(item))).collect(),
            Self::Map(map) => map.iter().map(|(key, tree)| format!("{margin}{key}:{}", nested(tree))).collect(),
        }
    }

    fn toml(&self) -> String {
        match self {
            Self::Text(text) => format!("{text:?}"),
            Self::List(items) => format!("[{}]", items.iter().map(Self::toml).collect::<Vec<_>>().join(", ")),
            Self::Map(map) => {
                let entries: Vec<String> = map.iter().map(|(key, tree)| format!("{key} = {}", tree.toml())).collect();
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }

    fn toml_file(&self) -> String {
        self.entries().map(|(key, tree)| format!("{key} = {}\n", tree.toml())).collect()
    }

    fn xml(&self, name: &str) -> String {
        match self {
            Self::Text(text) => format!("<{name}>{text}</{name}>"),
            Self::List(items) => items.iter().map(|item| item.xml(name)).collect(),
            Self::Map(map) => {
                let inner: String = map.iter().map(|(key, tree)| tree.xml(key)).collect();
                format!("<{name}>{inner}</{name}>")
            }
        }
    }

    fn entries(&self) -> impl Iterator<Item = (&String, &Self)> {
        let map = if let Self::Map(map) = self { Some(map) } else { None };
        map.into_iter().flatten()
    }

    /// Leaves with the way to them, for formats without a tree.
    fn leaves(&self, way: &str, found: &mut Vec<(String, String)>) {
        match self {
            Self::Text(text) => found.push((way.to_owned(), text.clone())),
            Self::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    item.leaves(&format!("{way}_{at}"), found);
                }
            }
            Self::Map(map) => map.iter().for_each(|(key, tree)| tree.leaves(&format!("{way}_{key}"), found)),
        }
    }

    fn flat(&self, line: impl Fn(&str, &str) -> String) -> String {
        let mut found = Vec::new();
        self.leaves("x", &mut found);
        found.iter().map(|(key, text)| line(key, text)).collect()
    }
}

fn written(tree: &Tree) -> [(&'static str, String); 7] {
    [
        ("a.yml", tree.yaml(0)),
        ("a.json", tree.json()),
        ("a.toml", tree.toml_file()),
        ("a.properties", tree.flat(|key, text| format!("{key}={text}\n"))),
        ("a.ini", format!("[s]\n{}", tree.flat(|key, text| format!("{key} = {text}\n")))),
        (".env", tree.flat(|key, text| format!("{key}='{text}'\n"))),
        ("a.xml", tree.xml("root")),
    ]
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

#[test]
fn nothing_differs_from_itself() {
    for seed in 0..SEEDS {
        let tree = Tree::map(&mut Seeded::new(seed), 4);
        for (path, text) in written(&tree) {
            let found = deltas(path, &text, &text);
            assert!(found.is_empty(), "seed {seed} {path}\n{text}\n{found:?}");
        }
    }
}

#[test]
fn differences_are_mirrored_when_sides_are_exchanged() {
    let mut found = 0;
    for seed in 0..SEEDS {
        let mut seeded = Seeded::new(seed);
        let old = Tree::map(&mut seeded, 4);
        let new = old.altered(&mut seeded);
        for ((path, old), (_, new)) in written(&old).into_iter().zip(written(&new)) {
            let (there, back) = (deltas(path, &old, &new), deltas(path, &new, &old));
            assert_eq!(counted(&there, false), counted(&back, true), "seed {seed} {path}\n{old}\n{new}");
            assert_eq!(there.is_empty(), old == new, "seed {seed} {path}\n{old}\n{new}");
            found += there.len();
        }
    }
    assert!(found > 1_000, "{found} differences were generated");
}

#[test]
fn every_difference_blames_a_tree_that_has_it() {
    for seed in 0..SEEDS {
        let mut seeded = Seeded::new(seed);
        let old = Tree::map(&mut seeded, 4);
        let new = old.altered(&mut seeded);
        let parsed = |tree: &Tree| serde_json::from_str::<serde_json::Value>(&tree.json()).unwrap();
        let (old_json, new_json) = (parsed(&old), parsed(&new));
        for delta in deltas("a.json", &old.json(), &new.json()) {
            let (stands, shown) = if delta.has_new() { (&new_json, &delta.new) } else { (&old_json, &delta.old) };
            assert_eq!(stands.pointer(&delta.path), Some(shown), "seed {seed} {}", delta.path);
        }
    }
}
