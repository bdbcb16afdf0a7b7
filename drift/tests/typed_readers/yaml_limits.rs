//! YAML against its limits: depth, nodes, alias bombs.

use std::fmt::Write;

use drift::format::read;
use drift::limits::Limits;

use crate::show::{trees, unreadable};

const FILE: &str = "a.yml";
const TOO_DEEP: &str = "nested deeper than 128 levels (limits.depth, at most 1000)";

fn refusal(text: &str, limits: &Limits) -> String {
    read(FILE, text.as_bytes(), limits).unwrap_err().reason
}

#[test]
fn nesting_of_100_000_levels_is_refused() {
    assert_eq!(unreadable(FILE, &"[".repeat(100_000)).reason, TOO_DEEP);
    assert_eq!(unreadable(FILE, &"{".repeat(100_000)).reason, TOO_DEEP);
    assert_eq!(unreadable(FILE, &"{a: ".repeat(100_000)).reason, TOO_DEEP);
    assert_eq!(unreadable(FILE, &"- ".repeat(100_000)).reason, TOO_DEEP);
    assert_eq!(unreadable(FILE, &"? ".repeat(100_000)).reason, TOO_DEEP);
    let block = (0..1_000).fold(String::new(), |mut text, level| {
        writeln!(text, "{}a:", " ".repeat(level)).unwrap();
        text
    });
    assert_eq!(unreadable(FILE, &block).reason, TOO_DEEP);
}

#[test]
fn the_depth_limit_is_exact_and_has_a_ceiling() {
    let nested = |depth: usize| format!("{}{}", "- ".repeat(depth), "x");
    assert_eq!(trees(FILE, &nested(128)).len(), 1);
    assert_eq!(unreadable(FILE, &nested(129)).reason, TOO_DEEP);
    let limits = Limits { depth: u32::MAX, ..Limits::default() };
    assert!(read(FILE, nested(1_000).as_bytes(), &limits).is_ok());
    assert_eq!(refusal(&nested(1_001), &limits), "nested deeper than 1000 levels (limits.depth, at most 1000)");
    assert_eq!(refusal(&"[".repeat(5_000), &limits), "flow lists and maps are nested deeper than 255 levels");
}

#[test]
fn aliases_cannot_deepen_a_tree_beyond_the_limit() {
    let mut text = format!("- &a0 {}x\n", "- ".repeat(0));
    for number in 1..200 {
        writeln!(text, "- &a{number} [*a{}]", number - 1).unwrap();
    }
    assert_eq!(unreadable(FILE, &text).reason, TOO_DEEP);
}

#[test]
fn a_billion_laughs_stop_at_the_alias_limit() {
    let mut text = "l0: &l0 lol\n".to_owned();
    for level in 1..10 {
        let aliases = vec![format!("*l{}", level - 1); 10].join(", ");
        writeln!(text, "l{level}: &l{level} [{aliases}]").unwrap();
    }
    assert_eq!(unreadable(FILE, &text).reason, "aliases add more than 100000 nodes (limits.alias_nodes)");
}

#[test]
fn a_long_text_costs_by_its_length_when_it_is_copied() {
    let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(64_000), vec!["*a"; 100].join(", "));
    assert_eq!(unreadable(FILE, &text).reason, "aliases add more than 100000 nodes (limits.alias_nodes)");
}

#[test]
fn node_limits_are_exact() {
    let limits = Limits { nodes: 3, alias_nodes: 1, ..Limits::default() };
    assert!(read(FILE, b"[a, b]\n", &limits).is_ok());
    assert_eq!(refusal("[a, b, c]\n", &limits), "more than 3 nodes (limits.nodes)");
    let limits = Limits { alias_nodes: 2, ..Limits::default() };
    assert!(read(FILE, b"[&a x, *a, *a]\n", &limits).is_ok());
    assert_eq!(refusal("[&a x, *a, *a, *a]\n", &limits), "aliases add more than 2 nodes (limits.alias_nodes)");
}

#[test]
fn anchors_in_anchors_count_as_nodes() {
    let opened: String = (0..100).map(|number| format!("&a{number} [")).collect();
    let text = format!("{opened}{}{}", vec!["x"; 500].join(","), "]".repeat(100));
    let limits = Limits { nodes: 10_000, ..Limits::default() };
    assert_eq!(refusal(&text, &limits), "more than 10000 nodes (limits.nodes)");
}

#[test]
fn a_limit_is_no_template() {
    let text = format!("# {{{{ x }}}}\n{}", "- ".repeat(200));
    assert_eq!(unreadable(FILE, &text).reason, TOO_DEEP);
}
