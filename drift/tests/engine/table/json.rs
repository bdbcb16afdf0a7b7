//! JSON: types, numbers, escapes, duplicate keys.

use super::check;

#[test]
fn what_counts() {
    check(
        "app.json",
        &[
            ("spacing and key order", r#"{"a":1,"b":2}"#, "{\n \"b\": 2,\n \"a\": 1\n}", &[], &[]),
            ("comments", "{\"a\": 1}", "{\n// one\n\"a\": 1 /* two */\n}", &[], &[]),
            ("escapes", r#"{"a": "\u0041\/"}"#, r#"{"a": "A/"}"#, &[], &[]),
            ("another type", r#"{"a": "1"}"#, r#"{"a": 1}"#, &[r#"changed type /a "1" -> 1"#], &[]),
            ("1 against 1.0", r#"{"a": 1}"#, r#"{"a": 1.0}"#, &["changed equivalent /a 1 -> 1.0"], &[]),
            (
                "beyond 2^53",
                r#"{"a": 9007199254740993}"#,
                r#"{"a": 9007199254740992}"#,
                &["changed value /a 9007199254740993 -> 9007199254740992"],
                &[],
            ),
            ("null that goes", r#"{"a": null, "b": 1}"#, r#"{"b": 1}"#, &["removed value /a null ->"], &[]),
            (
                "a duplicate key",
                r#"{"a": 1}"#,
                r#"{"a": 1, "a": 2}"#,
                &["changed value /a 1 -> 2"],
                &["duplicate-key 1:10"],
            ),
            (
                "one key inserted into a list of maps",
                r#"[{"id": 1, "x": 1}, {"id": 2}]"#,
                r#"[{"id": 3}, {"id": 1, "x": 2}, {"id": 2}]"#,
                &["added value /0 (/id=3) -> {id:3}", "changed value /1/x (/id=1/x) 1 -> 2"],
                &[],
            ),
            (
                "a parameter that names a secret",
                r#"[{"ParameterKey": "DbPassword", "ParameterValue": "a"}]"#,
                r#"[{"ParameterKey": "DbPassword", "ParameterValue": "b"}]"#,
                &["changed value /0/ParameterValue {••••} -> {••••}"],
                &[],
            ),
        ],
    );
}

#[test]
fn spellings_and_places() {
    check(
        "app.json",
        &[
            (
                "inline against expanded",
                r#"{"a":{"b":[1,2]}}"#,
                "{\n  \"a\": {\n    \"b\": [\n      1,\n      2\n    ]\n  }\n}",
                &[],
                &[],
            ),
            (
                "a scalar list swapped",
                r#"{"l":["a","b"]}"#,
                r#"{"l":["b","a"]}"#,
                &[r#"changed order /l ["a","b"] -> ["b","a"]"#],
                &[],
            ),
            (
                "a scalar list that only has other numbers",
                r#"{"l":[1,2,3]}"#,
                r#"{"l":[1,5,3]}"#,
                &["changed value /l/1 2 -> 5"],
                &[],
            ),
            ("a key with dots", r#"{"a.b":1}"#, r#"{"a.b":2}"#, &["changed value /a.b 1 -> 2"], &[]),
            (
                "a key with a slash and a tilde",
                r#"{"a/b~c":1}"#,
                r#"{"a/b~c":2}"#,
                &["changed value /a~1b~0c 1 -> 2"],
                &[],
            ),
            ("an empty key", r#"{"":1}"#, r#"{"":2}"#, &["changed value / 1 -> 2"], &[]),
            ("true against its text", r#"{"a":true}"#, r#"{"a":"true"}"#, &[r#"changed type /a true -> "true""#], &[]),
            ("null against empty", r#"{"a":null}"#, r#"{"a":""}"#, &[r#"changed value /a null -> """#], &[]),
        ],
    );
}

#[test]
fn duplicates_texts_and_lists() {
    check(
        "app.json",
        &[
            (
                "a duplicate key names both places",
                "{\"a\":1,\n\"a\":1}",
                "{\"a\":1,\n\"a\":2}",
                &["changed value /a 1 -> 2"],
                &["duplicate-key 2:1"],
            ),
            (
                "embedded JSON with other spacing",
                r#"{"a":"{\"x\":1}"}"#,
                r#"{"a":"{ \"x\": 1 }"}"#,
                &[r#"changed equivalent /a "{\"x\":1}" -> "{ \"x\": 1 }""#],
                &[],
            ),
            (
                "embedded JSON with another value",
                r#"{"a":"{\"x\":1}"}"#,
                r#"{"a":"{\"x\":2}"}"#,
                &[r#"changed value /a "{\"x\":1}" -> "{\"x\":2}""#],
                &[],
            ),
            (
                "a password in a URL",
                r#"{"u":"https://app:s3cret@svc.example/a"}"#,
                r#"{"u":"https://app:s3cret@svc.example/b"}"#,
                &["changed value /u {https://app:••••@svc.example/a} -> {https://app:••••@svc.example/b}"],
                &[],
            ),
            (
                "beyond 2^53 as a float",
                r#"{"a":9007199254740993}"#,
                r#"{"a":9007199254740993.0}"#,
                &["changed equivalent /a 9007199254740993 -> 9007199254740993.0"],
                &[],
            ),
            ("an exponent", r#"{"a":1e3}"#, r#"{"a":1000}"#, &["changed equivalent /a 1000.0 -> 1000"], &[]),
            ("a list of one is not its element", r#"{"a":[1]}"#, r#"{"a":1}"#, &["changed type /a [1] -> 1"], &[]),
            (
                "a list of lists with one inserted",
                r#"{"m":[[1,2],[3,4]]}"#,
                r#"{"m":[[1,2],[9,9],[3,4]]}"#,
                &["added value /m/1 -> [9,9]"],
                &[],
            ),
            (
                "an element told by two keys",
                r#"[{"name":"a","env":"prod","x":1},{"name":"a","env":"dev","x":1}]"#,
                r#"[{"name":"a","env":"dev","x":2},{"name":"a","env":"prod","x":1}]"#,
                &["changed value /0/x (/name=a,env=dev/x) 1 -> 2"],
                &[],
            ),
        ],
    );
}
