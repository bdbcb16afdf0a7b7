//! What cannot be taken in part is refused by name, never done wrong.

use drift::patch::Direction;

use super::{bytes, deltas, edit, rules};

#[test]
fn what_cannot_be_taken_in_part_is_refused_by_name() {
    let rules = rules();
    let around = "the text around it would make it another value: an alias, a merge, a key that stands twice, or a \
                  notation that patches do not follow";
    let cases = [
        ("an alias alone", "a.yml", "a: &x 1\nb: *x\n", "a: &x 2\nb: *x\n", 0, around),
        (
            "a key of a merge",
            "a.yml",
            "a: &x {k: 1}\nb:\n  <<: *x\n  l: 1\n",
            "a: &x {k: 1}\nb:\n  k: 2\n  l: 2\n",
            1,
            around,
        ),
        (
            "an explicit key",
            "a.yml",
            "? a\n: 1\nb: 1\n",
            "? a\n: 2\nb: 2\n",
            0,
            "the file is written in a way that patches do not follow",
        ),
        (
            "another format",
            "a.xml",
            "<a><b>1</b><c>1</c></a>",
            "<a><b>2</b><c>2</c></a>",
            0,
            "a xml file like this is taken whole",
        ),
        (
            "order without the rest",
            "a.yml",
            "l: [1, 2, 3]\n",
            "l: [3, 4, 1]\n",
            2,
            "a list takes the order of the other file only with all of its other differences",
        ),
        ("a mode without bytes", "a.yml", "a: &x [1]\nb: *x\n", "a: [1]\nb: [2]\n", 0, around),
    ];
    for (name, path, golden, candidate, at, reason) in cases {
        let change = edit(path, golden, candidate);
        let deltas = deltas(&change, &rules);
        let id = deltas.get(at).unwrap_or_else(|| panic!("{name}: {deltas:#?}")).id.as_str();
        match bytes(&change, &rules, &[id], Direction::Accept) {
            Err(refusal) => {
                assert_eq!((refusal.file.as_str(), refusal.delta.as_str()), (path, id), "{name}");
                assert!(refusal.reason.starts_with(reason), "{name}: {}", refusal.reason);
            }
            Ok(bytes) if deltas.len() == 1 => assert_eq!(bytes, candidate.as_bytes(), "{name}"),
            Ok(bytes) => panic!("{name}: {}", String::from_utf8_lossy(&bytes)),
        }
    }
}

#[test]
fn a_delta_of_another_comparison_is_refused() {
    let change = edit("a.yml", "a: 1\n", "a: 2\n");
    let refusal = bytes(&change, &rules(), &["0123456789abcdef"], Direction::Accept).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "delta 0123456789abcdef of a.yml cannot be taken without the others: the comparison of both sides has no such delta"
    );
}
