//! Every limit of reading, for every format that it applies to: what is read at the limit, and refused one beyond it.

use std::collections::BTreeSet;

use drift::document::{Document, Node, Value};
use drift::format::{Format, read};
use drift::limits::Limits;

/// A file of each format, and the fewest `limits.nodes` with which it is read; 0 where nothing is counted.
const NODES: [(&str, &str, u32); 14] = [
    ("a.yaml", "a: [1, 2]\nb: {c: 3}\n", 9),
    ("a.json", "{\"a\": [1, 2], \"b\": {\"c\": 3}}", 6),
    ("a.properties", "a=1\nb=2\nc=3\n", 3),
    ("a.toml", "a = [1, 2]\nb = {c = 3}\n", 6),
    ("a.ini", "a=1\n[s]\nb=2\nc=3\n", 4),
    (".env", "A=1\nB=2\n", 2),
    ("a.xml", "<a><b c='1'>x</b><d/></a>", 4),
    ("Dockerfile", "FROM a\nENV B=1\nRUN c\n", 8),
    ("requirements.txt", "a==1\nb==2\n", 2),
    ("go.mod", "module a\nrequire b v1.0.0\n", 2),
    ("a.tf", "a = [1, 2]\nb \"c\" {\n  d = 3\n}\n", 5),
    ("build.gradle", "a = 1\nb { c = 2 }\n", 2),
    ("Jenkinsfile", "pipeline {\n  agent any\n  environment {\n    A = '1'\n  }\n}\n", 2),
    ("a.txt", "a\nb\n", 0),
];

#[test]
fn node_limits_are_exact_in_every_format() {
    let formats: BTreeSet<Format> = NODES.iter().map(|(path, ..)| Format::of(path)).collect();
    assert_eq!(formats, Format::ALL.iter().copied().collect());
    let mut wrong = Vec::new();
    for (path, text, least) in NODES {
        let within = |nodes| read(path, text.as_bytes(), &Limits { nodes, ..Limits::default() });
        let found = (0..50).find(|nodes| within(*nodes).is_ok()).unwrap();
        if found != least {
            wrong.push(format!("{path}: {found}, not {least}"));
        }
        if let Some(below) = found.checked_sub(1) {
            assert_eq!(within(below).unwrap_err().reason, format!("more than {below} nodes (limits.nodes)"), "{path}");
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// A file that is nested as deep as told.
type Nested = fn(usize) -> String;

/// The formats that nest without end. What is nested deeper makes the file unreadable.
const DEPTHS: [(&str, Nested); 9] = [
    ("a.yaml", |depth| format!("{}x\n", "- ".repeat(depth))),
    ("a.yaml", |depth| format!("{}{}\n", "[".repeat(depth), "]".repeat(depth))),
    ("a.yaml", |depth| (0..depth).map(|level| format!("{}a:\n", " ".repeat(level))).collect()),
    ("a.json", |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth))),
    ("a.json", |depth| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth))),
    ("a.toml", |depth| format!("a = {}{}\n", "[".repeat(depth - 1), "]".repeat(depth - 1))),
    ("a.xml", |depth| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth))),
    ("a.tf", |depth| format!("a = {}1{}\n", "[".repeat(depth - 1), "]".repeat(depth - 1))),
    ("a.tf", |depth| format!("a{} {{}}\n", " \"b\"".repeat(depth - 1))),
];

#[test]
fn depth_limits_are_exact_in_every_format_that_nests() {
    for (path, nested) in DEPTHS {
        for depth in [2, 5, 70] {
            let limits = Limits { depth, ..Limits::default() };
            let within = |deep: u32| read(path, nested(deep as usize).as_bytes(), &limits);
            assert!(within(depth).is_ok(), "{path} {depth}: {:?}", within(depth).unwrap_err());
            let told = format!("nested deeper than {depth} levels (limits.depth, at most 1000)");
            assert_eq!(within(depth + 1).unwrap_err().reason, told, "{path}");
        }
    }
}

/// Whatever is configured, trees are compared and dropped by recursion: none is deeper than the ceiling.
#[test]
fn no_configured_depth_goes_beyond_the_ceiling() {
    let limits = Limits { depth: u32::MAX, ..Limits::default() };
    for (path, nested) in DEPTHS {
        let refused = read(path, nested(100_000).as_bytes(), &limits).unwrap_err();
        let known = [
            "nested deeper than 1000 levels (limits.depth, at most 1000)",
            "flow lists and maps are nested deeper than 255 levels",
            "blocks, lists and objects are nested deeper than 255 levels",
        ];
        assert!(known.contains(&refused.reason.as_str()), "{path}: {refused}");
    }
}

fn depth(node: &Node) -> usize {
    match &node.value {
        Value::Map(map) => 1 + map.entries().iter().map(|entry| depth(&entry.node)).max().unwrap_or(0),
        Value::List(nodes) => 1 + nodes.iter().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Blocks of scripts are code, not data: what nests deeper than keys may is compared as lines.
#[test]
fn deeper_blocks_of_scripts_are_lines() {
    let gradle = |blocks: usize| format!("{}a = 1{}\n", "b { ".repeat(blocks), " }".repeat(blocks));
    let jenkins = |blocks: usize| {
        format!(
            "pipeline {{ {}environment {{ A = '1' }}{} }}\n",
            "stages { stage('s') { ".repeat(blocks),
            " } }".repeat(blocks)
        )
    };
    let limits = Limits { depth: 9, ..Limits::default() };
    let deepest = |path: &str, text: String| -> (usize, bool) {
        let Document { roots, lines, .. } = read(path, text.as_bytes(), &limits).unwrap();
        (roots.iter().map(depth).max().unwrap_or(0), lines.is_empty())
    };
    assert_eq!(deepest("build.gradle", gradle(8)), (9, true));
    assert_eq!(deepest("build.gradle", gradle(9)), (0, false));
    // A stage is two keys, and the environment one with another below it.
    assert_eq!(deepest("Jenkinsfile", jenkins(3)).0, 8);
    for blocks in 4..40 {
        assert_eq!(deepest("Jenkinsfile", jenkins(blocks)), (0, false), "{blocks}");
    }
}

/// Every named limit has its row in the documentation, with its default.
#[test]
fn every_limit_is_documented_with_its_default() {
    let table = include_str!("../../../docs/ENGINE.md");
    let limits = serde_json::to_value(Limits::default()).unwrap();
    let limits = limits.as_object().unwrap();
    assert_eq!(limits.len(), 11);
    for (name, value) in limits {
        let row = format!("| `limits.{name}` | {value} |");
        assert!(table.contains(&row), "docs/ENGINE.md has no row that starts with {row:?}");
    }
    assert!(table.contains("| `evidence.max_files` | 500 |"));
}
