//! YAML.

use super::{Case, check};

const CASES: &[Case] = &[
    (
        "a value, its comment stays",
        "# top\na: 1 # one\nb: 'x'  # two\n",
        "a: 2\nb: y\n",
        &["/a"],
        "# top\na: 2 # one\nb: 'x'  # two\n",
    ),
    (
        "comments behind quotes and brackets",
        "a: &x \"1 \\\" # 2\" # one\nb: 'it''s # x' # two\nc: [1] # three\nd: 1\n",
        "a: 5\nb: 6\nc: 7\nd: 2\n",
        &["/a", "/b", "/c"],
        "a: 5 # one\nb: 6 # two\nc: 7 # three\nd: 1\n",
    ),
    ("quotes come with the value", "a: 1\nb: 1\n", "a: \"1\"\nb: 2\n", &["/a"], "a: \"1\"\nb: 1\n"),
    (
        "line ends stay",
        "a: 1\r\nb:\r\n  c: 1\r\n",
        "a: 2\nb:\n  c: 1\n  d: 2\n",
        &["/b/d"],
        "a: 1\r\nb:\r\n  c: 1\r\n  d: 2\r\n",
    ),
    (
        "a nested key comes in behind its sibling",
        "s:\n    x: 1 # x\n    z: 3\nt: 1\n",
        "s:\n  x: 1\n  y: [1, 2]\n  z: 3\nt: 2\n",
        &["/s/y"],
        "s:\n    x: 1 # x\n    y: [1, 2]\n    z: 3\nt: 1\n",
    ),
    (
        "a block comes in with the indentation of its place",
        "a:\n    x: 1\nb: 1\n",
        "a:\n  x: 1\n  y:\n    k: 1\n    l:\n    - 2\nb: 2\n",
        &["/a/y"],
        "a:\n    x: 1\n    y:\n      k: 1\n      l:\n      - 2\nb: 1\n",
    ),
    (
        "a key goes with its lines",
        "# keep\na:\n  b: 1 # gone\n  # stays\n  c: 2\nd: 1\n",
        "a:\n  c: 2\nd: 2\n",
        &["/a/b"],
        "# keep\na:\n  # stays\n  c: 2\nd: 1\n",
    ),
    ("the last key leaves an empty map", "a: # why\n  b: 1\nc: 1\n", "a: {}\nc: 2\n", &["/a/b"], "a: {} # why\nc: 1\n"),
    (
        "an empty map gets its first key",
        "a: {} # none\nc: 1\n",
        "a:\n  b: 1\nc: 2\n",
        &["/a/b"],
        "a: # none\n  b: 1\nc: 1\n",
    ),
    (
        "an element by its name",
        "- name: a\n  v: 1 # one\n- name: b\n  v: 2\n",
        "- name: b\n  v: 3\n- name: a\n  v: 9\n",
        &["/name=b/v"],
        "- name: a\n  v: 1 # one\n- name: b\n  v: 3\n",
    ),
    (
        "an element comes in where it stands",
        "l:\n  - 1\n  # three\n  - 3\nx: 1\n",
        "l:\n- 1\n- 2\n- 3\nx: 2\n",
        &["/l/1"],
        "l:\n  - 1\n  - 2\n  # three\n  - 3\nx: 1\n",
    ),
    (
        "an element goes",
        "l:\n- a # A\n- b # B\n- c\nx: 1\n",
        "l: [a, c]\nx: 2\n",
        &["/l/1"],
        "l:\n- a # A\n- c\nx: 1\n",
    ),
    (
        "a keyed element with its lines",
        "c:\n  - name: a\n    v: 1\nx: 1\n",
        "c:\n- name: z\n  v: 5\n  w:\n  - 1\n- name: a\n  v: 1\nx: 2\n",
        &["/c/name=z"],
        "c:\n  - name: z\n    v: 5\n    w:\n    - 1\n  - name: a\n    v: 1\nx: 1\n",
    ),
    (
        "a block scalar changes",
        "s: |\n    one\n    two\nx: 1\n",
        "s: |-\n  one\n  2\n\n  three\nx: 2\n",
        &["/s"],
        "s: |-\n  one\n  2\n\n  three\nx: 1\n",
    ),
    (
        "a plain value becomes a block scalar",
        "a:\n    s: one # why\n    t: 1\n",
        "a:\n  s: |\n    one\n    two\n  t: 2\n",
        &["/a/s"],
        "a:\n    s: | # why\n      one\n      two\n    t: 1\n",
    ),
    (
        "a block becomes a value",
        "a: # why\n  b: 1\n  c: 2\nd: 1\n",
        "a: null\nd: 2\n",
        &["/a"],
        "a: null # why\nd: 1\n",
    ),
    (
        "a value becomes a block",
        "a: off # why\nd: 1\n",
        "a:\n  b: 1\n  c: [2]\nd: 2\n",
        &["/a"],
        "a: # why\n  b: 1\n  c: [2]\nd: 1\n",
    ),
    (
        "inside of brackets",
        "f: {a: 1, \"b\": 2 , c: 3} # f\nx: 1\n",
        "f: {a: 1, c: 4, d: 5}\nx: 2\n",
        &["/f/b", "/f/c", "/f/d"],
        "f: {a: 1, c: 4, d: 5} # f\nx: 1\n",
    ),
    (
        "quoted keys and keys with signs",
        "\"a b\": 1\n'c/d': 1\ne.f: 1\n",
        "\"a b\": 2\n'c/d': 2\ne.f: 2\n",
        &["/a b", "/e.f"],
        "\"a b\": 2\n'c/d': 1\ne.f: 2\n",
    ),
    (
        "the second document alone",
        "a: 1 # x\n---\nb: 1 # y\n...\n",
        "a: 2\n---\nb: 2\n",
        &["/b"],
        "a: 1 # x\n---\nb: 2 # y\n...\n",
    ),
    ("a document comes in", "a: 1 # x\n", "a: 2\n---\nb: 2\n", &[""], "a: 1 # x\n---\nb: 2\n"),
    ("a document goes", "a: 1\n---\n# y\nb: 1\n", "a: 2\n", &[""], "a: 1\n"),
    ("a key that nobody named a value", "a:\nb: 1\n", "a: 5\nb: 2\n", &["/a"], "a: 5\nb: 1\n"),
    ("the first key behind a dash goes", "- a: 1\n  b: 2\n- c: 1\n", "- b: 2\n- c: 2\n", &["/0/a"], "- b: 2\n- c: 1\n"),
    ("no line end at the end", "a: 1\nb: 1", "a: 1\nb: 2\nc: 3", &["/c"], "a: 1\nb: 1\nc: 3"),
    (
        "an anchor with all its uses",
        "a: &x 1 # x\nb: *x\nc: 1\n",
        "a: &x 2\nb: *x\nc: 2\n",
        &["/a", "/b"],
        "a: &x 2 # x\nb: *x\nc: 1\n",
    ),
    ("letters beyond ascii", "ä: ö # ü\nb: 1\nc: €\n", "ä: ö\nb: 2\nc: £\n", &["/c"], "ä: ö # ü\nb: 1\nc: £\n"),
];

#[test]
fn yaml_keeps_every_other_byte() {
    check("app.yml", CASES);
}
