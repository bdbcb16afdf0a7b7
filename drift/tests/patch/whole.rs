//! Text by hunk, whole files, modes, renames and encodings.

use std::collections::BTreeSet;

use drift::change::{Content, Renamed};
use drift::patch::{Direction, apply};

use super::{bytes, deltas, edit, file, rules};

#[test]
fn text_takes_chosen_hunks_forth_and_back() {
    let rules = rules();
    let change = edit("Makefile", "a\r\nb\r\nc\r\nd", "A\nb\nc\nD\nE\n");
    let deltas = deltas(&change, &rules);
    assert_eq!(deltas.len(), 2);
    let [first, last] = [deltas[0].id.as_str(), deltas[1].id.as_str()];
    let told = |id, direction| String::from_utf8(bytes(&change, &rules, &[id], direction).unwrap()).unwrap();
    assert_eq!(told(first, Direction::Accept), "A\r\nb\r\nc\r\nd");
    assert_eq!(told(last, Direction::Accept), "a\r\nb\r\nc\r\nD\r\nE");
    assert_eq!(told(first, Direction::Revert), "a\nb\nc\nD\nE\n");
    assert_eq!(told(last, Direction::Revert), "A\nb\nc\nd\n");
}

#[test]
fn a_template_is_text() {
    let rules = rules();
    let change = edit("t.yml", "{{ if x }}\na: 1\n{{ end }}\nb: 1\n", "{{ if x }}\na: 2\n{{ end }}\nb: 2\n");
    let deltas = deltas(&change, &rules);
    let told = bytes(&change, &rules, &[&deltas[1].id], Direction::Accept).unwrap();
    assert_eq!(String::from_utf8(told).unwrap(), "{{ if x }}\na: 1\n{{ end }}\nb: 2\n");
}

#[test]
fn a_rename_and_a_mode_are_taken_apart_from_the_content() {
    let rules = rules();
    let mut change = edit("new.yml", "a: 1 # one\nb: 1\n", "a: 2\nb: 2\n");
    change.renamed_from = Some(Renamed { path: "old.yml".to_owned(), similarity: 60 });
    change.new.as_mut().unwrap().executable = true;
    let deltas = deltas(&change, &rules);
    assert_eq!(deltas.len(), 4);
    let told = |places: &[usize], direction| {
        let ids: BTreeSet<&str> = places.iter().map(|at| deltas[*at].id.as_str()).collect();
        let patched = apply(&change, &rules, &ids, direction).unwrap().unwrap();
        let Content::Bytes(bytes) = patched.side.content else { panic!("no bytes") };
        (patched.path, patched.side.executable, String::from_utf8(bytes).unwrap())
    };
    let (old, new) = ("old.yml".to_owned(), "new.yml".to_owned());
    assert_eq!(told(&[0], Direction::Accept), (new.clone(), false, "a: 1 # one\nb: 1\n".to_owned()));
    assert_eq!(told(&[1, 2], Direction::Accept), (old.clone(), true, "a: 2 # one\nb: 1\n".to_owned()));
    assert_eq!(told(&[0, 3], Direction::Revert), (old, true, "a: 2\nb: 1\n".to_owned()));
    assert_eq!(told(&[2, 3], Direction::Accept), ("old.yml".to_owned(), false, "a: 2\nb: 2\n".to_owned()));
}

#[test]
fn a_file_that_came_or_went_is_taken_whole() {
    let rules = rules();
    let mut change = edit("a.yml", "a: 1\n", "a: 1\n");
    change.old = None;
    let deltas = deltas(&change, &rules);
    let ids = BTreeSet::from([deltas[0].id.as_str()]);
    assert_eq!(apply(&change, &rules, &ids, Direction::Accept).unwrap().unwrap().side, file("a: 1\n").unwrap());
    assert_eq!(apply(&change, &rules, &ids, Direction::Revert).unwrap(), None);
    assert_eq!(apply(&change, &rules, &BTreeSet::new(), Direction::Accept).unwrap(), None);
}

#[test]
fn encodings_and_marks_stay() {
    let rules = rules();
    let wide =
        |text: &str| [&[0xFF, 0xFE][..], &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()].concat();
    let cases: [(&str, Vec<u8>, &str, Vec<u8>); 3] = [
        ("a.yml", "\u{feff}a: 1\nb: ä\n".into(), "a: 2\nb: ö\n", "\u{feff}a: 2\nb: ä\n".into()),
        ("a.yml", wide("a: 1\nb: ä\n"), "a: 2\nb: ö\n", wide("a: 2\nb: ä\n")),
        ("a.properties", b"a=1\nb=\xe4\n".to_vec(), "a=2\nb=x\n", b"a=2\nb=\xe4\n".to_vec()),
    ];
    for (path, golden, candidate, expected) in cases {
        let change = edit(path, golden, candidate);
        let deltas = deltas(&change, &rules);
        assert_eq!(bytes(&change, &rules, &[&deltas[0].id], Direction::Accept).unwrap(), expected);
    }
}
