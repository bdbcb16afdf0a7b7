//! TOML.

use super::{Case, check};

const CASES: &[Case] = &[
    ("a value", "# top\na = 1 # one\nb = 'x'\n", "a = 2\nb = 'y'\n", &["/a"], "# top\na = 2 # one\nb = 'x'\n"),
    (
        "a key of a table",
        "[s]\na = 1\n\n[t]\nb = 1\n",
        "[s]\na = 1\nc = [1, 2]\n[t]\nb = 2\n",
        &["/s/c"],
        "[s]\na = 1\nc = [1, 2]\n\n[t]\nb = 1\n",
    ),
    (
        "a first key of a table",
        "x = 1\n[s] # s\n# none\n[t]\nb = 1\n",
        "x = 2\n[s]\na = 1\n[t]\nb = 1\n",
        &["/s/a"],
        "x = 1\n[s] # s\na = 1\n# none\n[t]\nb = 1\n",
    ),
    ("a key goes", "[s]\na = 1 # gone\n# stays\nb = 2\n", "[s]\nb = 3\n", &["/s/a"], "[s]\n# stays\nb = 2\n"),
    (
        "a table comes in",
        "x = 1\n[a]\nb = 1 # b\n",
        "x = 2\n[a]\nb = 1\n[n]\nc = 1\n[n.m]\nd = 2\n",
        &["/n"],
        "x = 1\n[a]\nb = 1 # b\n\n[n]\nc = 1\n[n.m]\nd = 2\n",
    ),
    (
        "a table goes with its tables",
        "x = 1\n[a]\nb = 1\n[a.c]\nd = 1\n[z]\ny = 1\n",
        "x = 2\n[z]\ny = 1\n",
        &["/a"],
        "x = 1\n[z]\ny = 1\n",
    ),
    (
        "dotted keys",
        "a.b.c = 1 # c\na.b.d = 2\nx = 1\n",
        "a.b.c = 5\na.b.d = 2\na.b.e = 3\nx = 2\n",
        &["/a/b/e"],
        "a.b.c = 1 # c\na.b.d = 2\na.b.e = 3\nx = 1\n",
    ),
    (
        "a dotted key into a table",
        "x = 1\n[a.b]\nc = 1\n",
        "x = 2\na.b.c = 1\na.b.d = 2\n",
        &["/a/b/d"],
        "x = 1\n[a.b]\nc = 1\nd = 2\n",
    ),
    (
        "an array of tables gets one",
        "[[p]]\nname = \"a\"\nv = 1 # one\n\n[[p]]\nname = \"c\"\nv = 3\n",
        "[[p]]\nname = \"a\"\nv = 2\n[[p]]\nname = \"b\"\nv = 2\n[[p]]\nname = \"c\"\nv = 3\n",
        &["/p/name=b"],
        "[[p]]\nname = \"a\"\nv = 1 # one\n\n[[p]]\nname = \"b\"\nv = 2\n\n[[p]]\nname = \"c\"\nv = 3\n",
    ),
    (
        "an array of tables changes one",
        "[[p]]\nname = \"a\"\nv = 1 # one\n[[p]]\nname = \"c\"\nv = 3 # three\n",
        "[[p]]\nname = \"a\"\nv = 2\n[[p]]\nname = \"c\"\nv = 4\n",
        &["/p/name=c/v"],
        "[[p]]\nname = \"a\"\nv = 1 # one\n[[p]]\nname = \"c\"\nv = 4 # three\n",
    ),
    (
        "an array of tables loses one",
        "[[p]]\nname = \"a\"\nv = 1\n[[p]]\nname = \"c\"\nv = 3\n",
        "[[p]]\nname = \"c\"\nv = 4\n",
        &["/p/name=a"],
        "[[p]]\nname = \"c\"\nv = 3\n",
    ),
    (
        "an inline table",
        "t = { a = 1, b = 2 } # t\nx = 1\n",
        "t = { a = 1, b = 3, c = 4 }\nx = 2\n",
        &["/t/c"],
        "t = { a = 1, b = 2, c = 4 } # t\nx = 1\n",
    ),
    (
        "an array of lines",
        "l = [\n  1, # one\n  3,\n]\nx = 1\n",
        "l = [1, 2, 3]\nx = 2\n",
        &["/l/1"],
        "l = [\n  1, # one\n  2,\n  3,\n]\nx = 1\n",
    ),
    (
        "line ends stay",
        "a = 1\r\n[s]\r\nb = 1\r\n",
        "a = 2\n[s]\nb = 1\nc = 2\n",
        &["/s/c"],
        "a = 1\r\n[s]\r\nb = 1\r\nc = 2\r\n",
    ),
    (
        "quoted keys and long texts",
        "\"a b\" = '''\nx'''\n'c.d' = 1\n",
        "\"a b\" = \"\"\"\ny\n  z\"\"\"\n'c.d' = 2\n",
        &["/a b"],
        "\"a b\" = \"\"\"\ny\n  z\"\"\"\n'c.d' = 1\n",
    ),
    (
        "date-times",
        "d = 2024-01-02 03:04:05Z # d\nx = 1\n",
        "d = 2025-01-02T03:04:05Z\nx = 2\n",
        &["/d"],
        "d = 2025-01-02T03:04:05Z # d\nx = 1\n",
    ),
    (
        "a key in front of the tables",
        "# top\n[s]\na = 1\n",
        "n = 1\n[s]\na = 2\n",
        &["/n"],
        "# top\nn = 1\n[s]\na = 1\n",
    ),
];

#[test]
fn toml_keeps_every_other_byte() {
    check("app.toml", CASES);
}
