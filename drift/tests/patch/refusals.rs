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

/// The refusal of one delta, forth and back: the delta that it names, by kind and class, and why.
fn refused(golden: &str, candidate: &str, chosen: usize) -> Vec<(String, String)> {
    let (rules, change) = (rules(), edit("a.yml", golden, candidate));
    let deltas = deltas(&change, &rules);
    let refused = [Direction::Accept, Direction::Revert].map(|direction| {
        let refusal = bytes(&change, &rules, &[deltas[chosen].id.as_str()], direction).unwrap_err();
        let named = deltas.iter().find(|delta| delta.id == refusal.delta).unwrap();
        (format!("{} {} {}", named.kind, named.class, named.key_path), refusal.reason)
    });
    refused.to_vec()
}

#[test]
fn what_moved_and_changed_is_taken_with_its_whole_file() {
    let golden = "a:\n  k: {l: 1, m: 2, n: 3, o: 4, p: 5}\nb: {}\nx: 1\n";
    let candidate = "a: {}\nb:\n  k: {l: 1, m: 2, n: 3, o: 4, p: 6}\nx: 2\n";
    let reason = "what moved was changed as well, so that the file is taken whole".to_owned();
    let named = "moved value /b/k".to_owned();
    let all = deltas(&edit("a.yml", golden, candidate), &rules());
    assert_eq!(
        all.iter().map(|delta| (&*delta.key_path, delta.similarity)).collect::<Vec<_>>(),
        [("/b/k", Some(80)), ("/b/k/p", None), ("/x", None)]
    );
    for chosen in [0, 1, 2] {
        assert_eq!(refused(golden, candidate, chosen), vec![(named.clone(), reason.clone()); 2], "{chosen}");
    }
}

#[test]
fn the_order_of_documents_is_taken_with_the_whole_file() {
    let (golden, candidate) = ("a: 1\nx: 1\n---\nb: 2\ny: 2\n", "b: 2\ny: 3\n---\na: 1\nx: 1\n");
    let told = ("changed order ".to_owned(), "the order of documents is taken with the whole file".to_owned());
    assert_eq!(refused(golden, candidate, 1), vec![told; 2]);
    // The value beside it can be taken, each way, and leaves the order as it is.
    let (rules, change) = (rules(), edit("a.yml", golden, candidate));
    let value = deltas(&change, &rules)[0].id.clone();
    let told = |direction| String::from_utf8(bytes(&change, &rules, &[&value], direction).unwrap()).unwrap();
    assert_eq!(told(Direction::Accept), "a: 1\nx: 1\n---\nb: 2\ny: 3\n");
    assert_eq!(told(Direction::Revert), "b: 2\ny: 2\n---\na: 1\nx: 1\n");
}

#[test]
fn what_moved_as_it_was_goes_in_one_place_and_comes_in_the_other() {
    let golden = "a:\n  j: 0\n  k: # why\n    l: 1\n    m: 2\n    n: 3\nb:\n  z: 9\nx: 1\n";
    let candidate = "a:\n  j: 0\nb:\n  z: 9\n  k:\n    l: 1\n    m: 2\n    n: 3\nx: 2\n";
    let (rules, change) = (rules(), edit("a.yml", golden, candidate));
    let deltas = deltas(&change, &rules);
    assert_eq!((deltas[0].kind.as_str(), deltas[0].similarity), ("moved", Some(100)));
    let told = |direction| String::from_utf8(bytes(&change, &rules, &[&deltas[0].id], direction).unwrap()).unwrap();
    assert_eq!(told(Direction::Accept), "a:\n  j: 0\nb:\n  z: 9\n  k:\n    l: 1\n    m: 2\n    n: 3\nx: 1\n");
    assert_eq!(told(Direction::Revert), "a:\n  j: 0\n  k: # why\n    l: 1\n    m: 2\n    n: 3\nb:\n  z: 9\nx: 2\n");
}
