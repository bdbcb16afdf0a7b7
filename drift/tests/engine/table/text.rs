//! Text and binary files.

use drift::outcome::Outcome;

use super::check;
use crate::{Run, change, file, shown};

#[test]
fn text() {
    check(
        "run.sh",
        &[
            ("one line", "a\nb\nc\n", "a\nx\nc\n", &[r#"changed text . "b" -> "x""#], &[]),
            (
                "two hunks",
                "a\nb\nc\nd\ne\n",
                "x\nb\nc\nd\ny\n",
                &[r#"changed text . "a" -> "x""#, r#"changed text . "e" -> "y""#],
                &[],
            ),
            ("lines that came", "a\n", "a\nb\nc\n", &[r#"changed text . "" -> "b\nc""#], &[]),
            ("lines that went", "a\nb\n", "a\n", &[r#"changed text . "b" -> """#], &[]),
            ("line ends", "a\nb\n", "a\r\nb\r\n", &[], &[]),
            (
                "a secret in a line",
                "x --password a1 y\n",
                "x --password a2 y\n",
                &["changed text . {x --password •••• y} -> {x --password •••• y}"],
                &[],
            ),
            (
                "inside a private key",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\nBBBB\n-----END PRIVATE KEY-----\n",
                &["changed text . {••••} -> {••••}"],
                &[],
            ),
        ],
    );
}

#[test]
fn binary() {
    let outcome =
        |old: &[u8], new: &[u8]| -> Outcome { Run::production(vec![change("a.bin", file(old), file(new))]).outcome() };
    let changed = outcome(b"\0\x01\x02", b"\0\x01\x03\x04");
    assert_eq!(changed.deltas.len(), 1);
    assert_eq!((changed.deltas[0].old["bytes"].as_u64(), changed.deltas[0].new["bytes"].as_u64()), (Some(3), Some(4)));
    assert_eq!(changed.deltas[0].old["sha256"].as_str().unwrap().len(), 64);
    assert!(outcome(b"\0\x01", b"\0\x01").deltas.is_empty());
    assert_eq!(outcome(b"a: 1\n", b"\0\x01").deltas.len(), 1);
    assert_eq!(outcome(b"\0\x01", b"a: 1\n").deltas.len(), 1);
    let came = Run::production(vec![change("a.bin", None, file(b"\0\x01".as_slice()))]).outcome();
    let digest = "b413f47d13ee2fe6c845b2ee141af81de858df4ec549a58b7970bb96645bc8d2";
    assert_eq!(
        came.deltas.iter().map(shown::delta).collect::<Vec<_>>(),
        [format!("added value . -> {{bytes:2,sha256:{digest:?}}}")]
    );
}

#[test]
fn lines_as_they_are() {
    check(
        "Makefile",
        &[
            ("one line of two equal ones", "a\na\n", "a\n", &[r#"changed text . "a" -> """#], &[]),
            ("a comment is text here", "# a\nx\n", "# b\nx\n", &[r##"changed text . "# a" -> "# b""##], &[]),
            ("an empty file", "a\n", "", &[r#"changed text . "a" -> """#], &[]),
            (
                "a line that moved",
                "a\nb\nc\n",
                "c\na\nb\n",
                &[r#"changed text . "" -> "c""#, r#"changed text . "c" -> """#],
                &[],
            ),
        ],
    );
}
