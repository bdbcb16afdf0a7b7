//! JSON, with comments.

use super::{Case, check};

const CASES: &[Case] = &[
    (
        "a value",
        "{\n  // one\n  \"a\" : 1, /* x */\n  \"b\":2\n}\n",
        "{\"a\": 3, \"b\": 4}",
        &["/a"],
        "{\n  // one\n  \"a\" : 3, /* x */\n  \"b\":2\n}\n",
    ),
    (
        "a key comes in behind its sibling",
        "{\n    \"a\": 1, // one\n    \"c\": 3\n}",
        "{\"a\": 1, \"b\": {\"x\": 1}, \"c\": 4}",
        &["/b"],
        "{\n    \"a\": 1, // one\n    \"b\": {\"x\": 1},\n    \"c\": 3\n}",
    ),
    (
        "a key comes in at the end",
        "{\n  \"a\": 1\n}\n",
        "{\n  \"a\": 2,\n  \"b\": [\n    1\n  ]\n}\n",
        &["/b"],
        "{\n  \"a\": 1,\n  \"b\": [\n    1\n  ]\n}\n",
    ),
    ("a key comes in in front", "{ \"b\": 1 }", "{ \"a\": 1, \"b\": 2 }", &["/a"], "{ \"a\": 1, \"b\": 1 }"),
    (
        "a key goes with its line",
        "{\n  \"a\": 1, // gone\n  \"b\": 2,\n  \"c\": 3\n}",
        "{\"b\": 2, \"c\": 4}",
        &["/a"],
        "{\n  \"b\": 2,\n  \"c\": 3\n}",
    ),
    (
        "the last key takes the comma in front along",
        "{\n  \"a\": 1, // one\n  \"b\": 2\n}",
        "{\"a\": 2}",
        &["/b"],
        "{\n  \"a\": 1 // one\n}",
    ),
    (
        "the last one of a line",
        "{\"l\": [1, 2, 3], \"x\": 1}",
        "{\"l\": [1, 2], \"x\": 2}",
        &["/l/2"],
        "{\"l\": [1, 2], \"x\": 1}",
    ),
    (
        "a comma at the end stays",
        "{\n  \"a\": 1,\n  \"b\": 2,\n}\n",
        "{\n  \"a\": 1,\n  \"c\": 3,\n  \"d\": 4\n}\n",
        &["/b", "/c"],
        "{\n  \"a\": 1,\n  \"c\": 3,\n}\n",
    ),
    (
        "an empty map gets its first key",
        "{\"m\": {}, \"x\": 1}",
        "{\"m\": {\"a\": 1}, \"x\": 2}",
        &["/m/a"],
        "{\"m\": {\"a\": 1}, \"x\": 1}",
    ),
    (
        "a map loses its last key",
        "{\"m\": { \"a\": 1 }, \"x\": 1}",
        "{\"m\": {}, \"x\": 2}",
        &["/m/a"],
        "{\"m\": {}, \"x\": 1}",
    ),
    (
        "a comment in an empty map stays",
        "{\n  \"m\": {\n    // none\n  },\n  \"x\": 1\n}",
        "{\n  \"m\": {\n    \"a\": 1\n  },\n  \"x\": 2\n}",
        &["/m/a"],
        "{\n  \"m\": {\n    \"a\": 1\n    // none\n  },\n  \"x\": 1\n}",
    ),
    (
        "an element by its name",
        "[\n  {\"name\": \"a\", \"v\": 1},\n  {\"name\": \"b\", \"v\": 2}\n]\n",
        "[{\"name\": \"b\", \"v\": 3}, {\"name\": \"a\", \"v\": 4}]",
        &["/name=b/v"],
        "[\n  {\"name\": \"a\", \"v\": 1},\n  {\"name\": \"b\", \"v\": 3}\n]\n",
    ),
    (
        "line ends stay",
        "{\r\n\t\"a\": 1\r\n}\r\n",
        "{\n\t\"a\": 2,\n\t\"b\": {\n\t\t\"c\": 1\n\t}\n}\n",
        &["/b"],
        "{\r\n\t\"a\": 1,\r\n\t\"b\": {\r\n\t\t\"c\": 1\r\n\t}\r\n}\r\n",
    ),
    (
        "spellings come with the value",
        "{'a': 1, b: 2}",
        "{\"a\": 1e3, \"b\": \"\\u00e4\"}",
        &["/b"],
        "{'a': 1, b: \"\\u00e4\"}",
    ),
    (
        "everything of a list goes",
        "{\"l\": [ 1, 2 ], \"x\": 1}",
        "{\"l\": [], \"x\": 2}",
        &["/l/0", "/l/1"],
        "{\"l\": [], \"x\": 1}",
    ),
];

#[test]
fn json_keeps_every_other_byte() {
    check("app.json", CASES);
}
