//! INI.

use super::{Case, check};

const CASES: &[Case] = &[
    ("a value", "; top\n[s]\na = 1 ; one\nb=2\n", "[s]\na=3\nb=4\n", &["/s/a"], "; top\n[s]\na = 3 ; one\nb=2\n"),
    (
        "a key of a section",
        "[s]\na = 1\n\n[t]\nb = 1\n",
        "[s]\na=1\nc=2\n[t]\nb=2\n",
        &["/s/c"],
        "[s]\na = 1\nc=2\n\n[t]\nb = 1\n",
    ),
    (
        "a first key of a section",
        "[s] # s\n\n[t]\nb = 1\n",
        "[s]\na=1\n[t]\nb=2\n",
        &["/s/a"],
        "[s] # s\na=1\n\n[t]\nb = 1\n",
    ),
    ("a key goes", "[s]\na = 1 ; gone\n; stays\nb = 2\n", "[s]\nb=3\n", &["/s/a"], "[s]\n; stays\nb = 2\n"),
    (
        "a section comes in",
        "[a]\nb = 1\n",
        "[a]\nb = 2\n[n]\nc = 1\nd = 2\n",
        &["/n"],
        "[a]\nb = 1\n\n[n]\nc = 1\nd = 2\n",
    ),
    (
        "a section goes",
        "x=1\n[a]\nb = 1\n; stays\n[z]\ny = 1\n",
        "x=2\n[z]\ny = 1\n",
        &["/a"],
        "x=1\n; stays\n[z]\ny = 1\n",
    ),
    (
        "a section that stands twice",
        "[a]\nb = 1\n[c]\nd = 1\n[a]\ne = 1 # e\n",
        "[a]\nb = 2\ne = 2\n[c]\nd = 1\n",
        &["/a/e"],
        "[a]\nb = 1\n[c]\nd = 1\n[a]\ne = 2 # e\n",
    ),
    (
        "quotes come with the value",
        "[s]\na = \"x y\"\nb = 1\n",
        "[s]\na = 'z'\nb = 2\n",
        &["/s/a"],
        "[s]\na = 'z'\nb = 1\n",
    ),
    (
        "a value of several lines",
        "[s]\na =\n  x\n  y\nb = 1\n",
        "[s]\na =\n  x\n  z\n  w\nb = 2\n",
        &["/s/a"],
        "[s]\na =\n  x\n  z\n  w\nb = 1\n",
    ),
    (
        "a value of several lines becomes one",
        "[s]\na =\n  x\n  y\nb = 1\n",
        "[s]\na = z\nb = 2\n",
        &["/s/a"],
        "[s]\na = z\nb = 1\n",
    ),
    ("a key without a value gets one", "[s]\na\nb = 1\n", "[s]\na = 1\nb = 2\n", &["/s/a"], "[s]\na = 1\nb = 1\n"),
    (
        "a key that stands twice",
        "[s]\na = 1 ; one\na = 2\nb = 1\n",
        "[s]\na = 1\na = 3\na = 4\nb = 2\n",
        &["/s/a/1"],
        "[s]\na = 1 ; one\na = 3\nb = 1\n",
    ),
    (
        "a key that stands once more",
        "[s]\na = 1 ; one\nb = 1\n",
        "[s]\na = 1\na = 3\nb = 2\n",
        &["/s/a/1"],
        "[s]\na = 1 ; one\na = 3\nb = 1\n",
    ),
    ("line ends stay", "[s]\r\na=1\r\n", "[s]\na=2\nb=2\n", &["/s/b"], "[s]\r\na=1\r\nb=2\r\n"),
    ("keys in front of sections", "; top\n[s]\na=1\n", "x=1\n[s]\na=2\n", &["/x"], "; top\nx=1\n[s]\na=1\n"),
];

#[test]
fn ini_keeps_every_other_byte() {
    check("app.ini", CASES);
}
