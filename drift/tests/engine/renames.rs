//! Renamed files, with edits and without.

use drift::change::FileChange;
use drift::rename::pair_renames;

use crate::{Run, change, file, shown};

fn removed(path: &str, text: &str) -> FileChange {
    change(path, file(text), None)
}

fn added(path: &str, text: &str) -> FileChange {
    change(path, None, file(text))
}

fn shown(changes: Vec<FileChange>, most: u32) -> Vec<String> {
    let outcome = Run::production(pair_renames(changes, most)).outcome();
    outcome.deltas.iter().map(shown::delta).collect()
}

const TEXT: &str = "a: 1\nb: 2\nc: 3\nd: 4\n";

#[test]
fn with_and_without_edits() {
    assert_eq!(
        shown(vec![removed("x.yml", TEXT), added("y.yml", TEXT)], 10),
        [r#"renamed value . from=x.yml 100% "x.yml" -> "y.yml""#]
    );
    let edited = "a: 1\nb: 2\nc: 3\nd: 5\n";
    assert_eq!(
        shown(vec![removed("x.yml", TEXT), added("y.yml", edited)], 10),
        [r#"renamed value . from=x.yml 75% "x.yml" -> "y.yml""#, "changed value /d 4 -> 5"]
    );
}

#[test]
fn files_that_share_less_than_half_are_no_rename() {
    let other = "a: 1\nx: 2\ny: 3\nz: 4\n";
    let found = shown(vec![removed("x.yml", TEXT), added("y.yml", other)], 10);
    assert_eq!(found.len(), 2);
    assert!(found[0].starts_with("removed value .") && found[1].starts_with("added value ."), "{found:?}");
}

#[test]
fn the_order_of_files_does_not_matter() {
    let changes = || {
        vec![
            removed("a.yml", TEXT),
            removed("b.yml", "q: 1\nr: 2\n"),
            added("c.yml", "q: 1\nr: 3\n"),
            added("d.yml", TEXT),
        ]
    };
    let mut turned = changes();
    turned.reverse();
    assert_eq!(shown(changes(), 10), shown(turned, 10));
}

#[test]
fn a_moved_folder_with_edits_is_renames_within_the_limit() {
    let text = |number: usize, last: usize| format!("id: {number}\nb: {number}\nc: {number}\nlast: {last}\n");
    let changes = (0..50).flat_map(|number| {
        [
            removed(&format!("old/f{number}.yml"), &text(number, 0)),
            added(&format!("new/f{number}.yml"), &text(number, 1)),
        ]
    });
    let paired = pair_renames(changes.collect(), 60);
    assert_eq!(paired.len(), 50);
    for change in paired {
        let from = change.renamed_from.unwrap().path;
        assert_eq!(from.strip_prefix("old/"), change.path.strip_prefix("new/"));
    }
}

#[test]
fn a_profile_file_stays_one_when_it_is_renamed() {
    let outcome =
        Run::production(pair_renames(vec![removed("app-prod.yml", TEXT), added("app.yml", TEXT)], 10)).outcome();
    assert_eq!((outcome.deltas[0].category.as_str(), outcome.deltas[0].risk.as_str()), ("profile_file", "high"));
}
