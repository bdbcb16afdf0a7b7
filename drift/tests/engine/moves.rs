//! Moves and renames beyond their shape: both ends are judged, masks hold, limits are exact, sides can be exchanged.

use drift::delta::{Delta, Kind};
use drift::mask::Masker;
use drift::rules::Rules;

use crate::{Run, deltas, edit, shown};

fn run(old: &str, new: &str) -> Run {
    Run::production(vec![edit("app.yml", old, new)])
}

fn risk(run: &Run) -> (&'static str, String) {
    let outcome = run.outcome();
    assert_eq!(outcome.deltas.len(), 1, "{:?}", outcome.deltas);
    (outcome.deltas[0].risk.as_str(), outcome.deltas[0].category.clone())
}

const OLD: &str = "a: {host: orders.svc.example}\nb: {x: 1}\n";
const NEW: &str = "a: {}\nb: {x: 1, host: orders.svc.example}\n";

#[test]
fn a_move_is_as_risky_as_the_worse_of_its_ends() {
    // A removal is medium, and so is the move, though an added key that no rule names is low.
    assert_eq!(risk(&run("a: orders.svc.example\nx: 1\n", "b: orders.svc.example\nx: 1\n")).0, "medium");
    let secret = run("a: {note: correct-horse}\nb: {}\n", "a: {}\nb: {password: correct-horse}\n");
    assert_eq!(risk(&secret), ("high", "credential".to_owned()));
    let from_secret = run("a: {password: correct-horse}\nb: {}\n", "a: {}\nb: {note: correct-horse}\n");
    assert_eq!(risk(&from_secret), ("high", "credential".to_owned()));
}

#[test]
fn a_rule_for_either_end_sees_the_move() {
    let policy = |path: &str, change: &str| {
        format!("version: 1\nrules:\n- id: r\n  severity: critical\n  where: {{keys: [{path}], changes: [{change}]}}\n")
    };
    for (path, change, broken) in [
        ("/a/host", "removed", 1),
        ("/b/host", "added", 1),
        ("/b/host", "moved", 1),
        ("/b/host", "removed", 0),
        ("/a/host", "added", 0),
    ] {
        let outcome = run(OLD, NEW).policy(&policy(path, change)).outcome();
        assert_eq!(outcome.violations.len(), broken, "{path} {change}");
        let risk = if broken == 1 { "critical" } else { "medium" };
        assert_eq!(outcome.deltas[0].risk.as_str(), risk, "{path} {change}");
    }
}

#[test]
fn a_move_is_allowed_only_where_its_removal_is() {
    let allow = |removals: bool| {
        format!(
            "version: 1\nrules:\n- id: r\n  then: allow\n  allow_removals: {removals}\n  where: {{files: ['app.yml']}}\n"
        )
    };
    assert_eq!(risk(&run(OLD, NEW).policy(&allow(true))).0, "allowed");
    assert_ne!(risk(&run(OLD, NEW).policy(&allow(false))).0, "allowed");
}

#[test]
fn a_secret_that_moved_shows_one_digest_and_no_value() {
    let run = run("a: {note: correct-horse}\nb: {}\n", "a: {}\nb: {password: correct-horse}\n");
    let rules = Rules::compile(run.source.clone()).unwrap();
    let masker = Masker::new(Some(b"a key of sixteen bytes or more"), &rules.settings().limits);
    let assessment = drift::assess::assess(&run.changes[0], &rules, &masker);
    let [delta] = assessment.deltas.as_slice() else { panic!("one move") };
    assert!(delta.secret && delta.old == delta.new, "{delta:?}");
    assert!(delta.old["digest"].as_str().unwrap().starts_with("hmac:"));
    assert!(!format!("{delta:?}").contains("correct-horse"));
}

fn block(name: &str, marks: &[String]) -> String {
    let lines: String = marks.iter().enumerate().map(|(at, mark)| format!("  k{at}: {mark}\n")).collect();
    format!("{name}:\n{lines}")
}

/// `count` blocks that all share one leaf beside two of their own; the candidate's have other names and one edit.
fn blocks(count: usize) -> (String, String) {
    let marks = |at: usize, last: &str| ["same".to_owned(), format!("a{at}"), format!("b{at}"), last.to_owned()];
    let side = |name: &str, last: &str| (0..count).map(|at| block(&format!("{name}{at}"), &marks(at, last))).collect();
    (side("old", "one"), side("new", "two"))
}

#[test]
fn the_limit_of_pairs_is_exact_and_rare_leaves_come_first() {
    let kinds = |move_pairs: u32| -> Vec<Kind> {
        let (old, new) = blocks(3);
        let run = run(&old, &new).settings(|settings| settings.limits.move_pairs = move_pairs);
        run.outcome().deltas.iter().map(|delta| delta.kind).collect()
    };
    // Each block has two leaves that stand nowhere else: six pairs, and no leaf that all have is needed.
    let found = kinds(6);
    assert_eq!(found.iter().filter(|kind| **kind == Kind::Renamed).count(), 3, "{found:?}");
    assert_eq!(found.len(), 6, "each with one edit");
    assert_eq!(kinds(0), [[Kind::Removed; 3], [Kind::Added; 3]].concat());
}

#[test]
fn blocks_without_edits_are_found_whatever_the_limit() {
    let (old, _) = blocks(3);
    let new = old.replace("old", "new");
    let run = run(&old, &new).settings(|settings| settings.limits.move_pairs = 0);
    assert_eq!(run.outcome().deltas.iter().filter(|delta| delta.kind == Kind::Renamed).count(), 3);
}

#[test]
fn the_limit_of_list_pairs_only_bounds_how_far_a_partner_is_looked_for() {
    let element = |at: usize, last: &str| format!("- {{x: x{at}, y: y{at}, z: {last}}}\n");
    let old: String = (0..40).map(|at| element(at, "one")).collect();
    let new: String = (0..40).rev().map(|at| element(at, "two")).collect();
    let count = |list_pairs: u32| {
        let run = run(&format!("l:\n{old}"), &format!("l:\n{new}"));
        run.settings(|settings| settings.limits.list_pairs = list_pairs).outcome().deltas.len()
    };
    assert_eq!(count(65_536), 40, "everyone finds its partner");
    assert!(count(0) > 40, "far partners are not looked for");
}

#[test]
fn exchanged_sides_exchange_both_ends() {
    let ends = |delta: &Delta| (delta.kind, delta.from_path.clone().unwrap(), delta.path.clone(), delta.similarity);
    let (old, new) = blocks(5);
    let wrapped = format!("app:\n{}", old.lines().map(|line| format!("  {line}\n")).collect::<String>());
    for (old, new) in [(OLD, NEW), (&*old, &*new), (&*old, &*wrapped)] {
        let moves = |old: &str, new: &str| -> Vec<_> {
            let found = deltas("app.yml", old, new);
            found.iter().filter(|delta| delta.from_path.is_some()).map(ends).collect()
        };
        let mut back: Vec<_> =
            moves(new, old).into_iter().map(|(kind, from, to, similarity)| (kind, to, from, similarity)).collect();
        let mut there = moves(old, new);
        there.sort();
        back.sort();
        assert!(!there.is_empty());
        assert_eq!(there, back);
    }
}

#[test]
fn reports_tell_where_it_was() {
    let outcome = run(OLD, NEW).outcome();
    assert_eq!(
        outcome.deltas.iter().map(shown::delta).collect::<Vec<_>>(),
        [r#"moved value /b/host from=/a/host 100% "orders.svc.example""#]
    );
    assert_eq!(outcome.summary.by_kind.get(&Kind::Moved), Some(&1));
    let reason = &outcome.deltas[0].reason;
    assert!(reason.starts_with("it went elsewhere, judged as a removal and an addition: "), "{reason}");
}
