//! Files as a whole: mode, symbolic links, submodules, another sort of thing, unreadable, added and removed.

use drift::change::{Content, FileChange, FileSide};
use drift::outcome::Outcome;

use crate::{Run, change, edit, file, shown};

fn side(content: Content) -> Option<FileSide> {
    Some(FileSide { content, executable: false })
}

fn link(target: &str) -> Option<FileSide> {
    side(Content::Symlink(target.as_bytes().to_vec()))
}

fn submodule(commit: &str) -> Option<FileSide> {
    side(Content::Submodule(commit.to_owned()))
}

fn executable(text: &str) -> Option<FileSide> {
    Some(FileSide { content: Content::Bytes(text.into()), executable: true })
}

/// Deltas, findings and risks.
fn told(change: FileChange) -> (Vec<String>, Vec<String>, Vec<&'static str>) {
    let outcome = Run::production(vec![change]).outcome();
    (
        outcome.deltas.iter().map(shown::delta).collect(),
        outcome.findings.iter().map(shown::finding).collect(),
        outcome.deltas.iter().map(|delta| delta.risk.as_str()).collect(),
    )
}

fn one(delta: &str, findings: &[&str], risk: &'static str) -> (Vec<String>, Vec<String>, Vec<&'static str>) {
    (vec![delta.to_owned()], findings.iter().map(|finding| (*finding).to_owned()).collect(), vec![risk])
}

#[test]
fn another_mode() {
    let changed = told(change("run.sh", file("a\n"), executable("a\n")));
    assert_eq!(changed, one(r#"changed value . {mode:"regular"} -> {mode:"executable"}"#, &[], "medium"));
    let (deltas, ..) = told(change("run.sh", executable("a\n"), file("b\n")));
    assert_eq!(deltas.len(), 2, "the mode and the line");
}

#[test]
fn symbolic_links() {
    let changed = told(change("app.yml", link("a.yml"), link("b.yml")));
    assert_eq!(changed, one(r#"changed value . "a.yml" -> "b.yml""#, &["symlink 1:1"], "medium"));
    let (deltas, ..) = told(change("app.yml", file("a: 1\n"), link("b.yml")));
    assert_eq!(deltas, [r#"changed value . {a:1} -> "b.yml""#]);
}

#[test]
fn submodules() {
    let changed = told(change("lib", submodule("aaaa"), submodule("bbbb")));
    assert_eq!(changed, one(r#"changed value . {submodule:"aaaa"} -> {submodule:"bbbb"}"#, &[], "medium"));
    let (deltas, ..) = told(change("lib.yml", submodule("aaaa"), file("a: 1\n")));
    assert_eq!(deltas, [r#"changed value . {submodule:"aaaa"} -> {a:1}"#]);
}

#[test]
fn what_cannot_be_read_is_one_finding_and_one_delta_that_blocks() {
    let unreadable = |change: FileChange| {
        let outcome = Run::production(vec![change]).outcome();
        assert_eq!((outcome.deltas.len(), outcome.findings.len()), (1, 1));
        assert_eq!((outcome.deltas[0].class.as_str(), outcome.deltas[0].risk.as_str()), ("unreadable", "high"));
        assert_eq!(outcome.certification.decision.as_str(), "BLOCK_MERGE");
        (outcome.findings[0].code.as_str(), outcome.findings[0].line)
    };
    assert_eq!(unreadable(change("a.yml", file("a: 1\n"), file("a: 1\nb: [\n"))).0, "unreadable");
    assert_eq!(unreadable(change("a.json", file("{}"), file("{\"a\": 1,\n}x"))), ("unreadable", 2));
    assert_eq!(unreadable(change("a.yml", file("a: 1\n"), side(Content::TooLarge(1 << 40)))), ("too-large", 1));
    assert_eq!(unreadable(change("a.yml", None, side(Content::Unreadable("gone".to_owned())))), ("unreadable", 1));
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 12\n";
    assert_eq!(unreadable(change("a.yml", file("a: 1\n"), file(pointer))).0, "lfs-pointer");
}

#[test]
fn nothing_allows_what_cannot_be_read() {
    let run = Run::production(vec![change("a.yml", file("a: 1\n"), file("a: [\n"))]).policy("exclusions: ['**']\n");
    assert_eq!(run.outcome().deltas[0].risk.as_str(), "high");
    assert_eq!(run.verdict().1, "BLOCK_MERGE");
}

#[test]
fn added_and_removed_files() {
    let (deltas, _, risks) = told(change("app.yml", None, file("a: 1\n")));
    assert_eq!((deltas[0].as_str(), risks[0]), ("added value . -> {a:1}", "medium"));
    let (deltas, _, risks) = told(change("app.yml", file("a: 1\n"), None));
    assert_eq!((deltas[0].as_str(), risks[0]), ("removed value . {a:1} ->", "high"));
    let (_, _, risks) = told(change("app-prod.yml", None, file("a: 1\n")));
    assert_eq!(risks[0], "high", "a profile file");
}

#[test]
fn the_deepest_nesting_is_compared() {
    let depth = 120;
    let nested = |value: u32| format!("{}{value}{}", "[".repeat(depth), "]".repeat(depth));
    let (deltas, ..) = told(change("a.json", file(nested(1)), file(nested(2))));
    assert_eq!(deltas, [format!("changed value {} 1 -> 2", "/0".repeat(depth))]);
}

/// Large sides are read at the same time: what comes of it is the same, whichever of them ends first.
#[test]
fn large_sides_come_to_what_small_ones_do() {
    let padded = |size: usize, line: &str| format!("{}{line}\n", "# padding\n".repeat(size));
    let outcome = |old: &str, new: &str| {
        let run = |size| Run::production(vec![edit("a.yml", &padded(size, old), &padded(size, new))]).outcome();
        let told = |outcome: Outcome| {
            let deltas = outcome.deltas.into_iter().map(|delta| (delta.key_path, delta.kind, delta.class));
            (deltas.collect::<Vec<_>>(), outcome.findings.into_iter().map(|finding| finding.code).collect::<Vec<_>>())
        };
        let (small, large) = (told(run(1)), told(run(30_000)));
        assert_eq!(small, large);
        large
    };
    let (deltas, findings) = outcome("a: 1", "a: 2");
    assert_eq!((deltas[0].0.as_str(), deltas.len(), findings.len()), ("/a", 1, 0));
    assert_eq!(outcome("a: [1", "a: {1").1.len(), 2);
    assert_eq!(outcome("a: 1", "a: {1").1.len(), 1);
}
