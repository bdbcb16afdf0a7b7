//! JSON, JSON with comments and JSON5: trees, places, duplicates, exact numbers, limits, errors.

use drift::format::read;
use drift::limits::Limits;

use crate::mutation::survive;
use crate::show::{document, findings, places, trees, unreadable};

const FILE: &str = "a.json";

fn one(text: &str) -> String {
    let mut trees = trees(FILE, text);
    assert_eq!(trees.len(), 1);
    trees.remove(0)
}

#[test]
fn a_json_file_is_one_tree() {
    let text = r#" {"b": [1, -2.50, 1e3, true, false, null], "a": {"x": "y"}, "": [], "o": {}} "#;
    assert_eq!(one(text), r#"{b=[1 -2.5f 1000.0f true false null] a={x="y"} =[] o={}}"#);
    assert_eq!(one("8080\n"), "8080");
}

#[test]
fn json_with_comments_and_json5_are_read() {
    let text = "// c\n{ /* x * y */ unquoted: 'single \"q\"', $a_1: [1, 2,], // end\r\n trailing: .5, t: 5., plus: +1,\n\
                hex: 0xFF, n: -0x10, i: -Infinity, nan: NaN, \u{e9}: 1e+2,\u{a0}}\n// end";
    let expected = "{unquoted=\"single \\\"q\\\"\" $a_1=[1 2] trailing=0.5f t=5.0f plus=1 hex=255 n=-16 \
                    i=\"-Infinity\"f nan=\"NaN\"f \u{e9}=100.0f}";
    assert_eq!(one(text), expected);
}

#[test]
fn escapes_are_resolved() {
    assert_eq!(one(r#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#), format!("{:?}", "\"\\/\u{8}\u{c}\n\r\té\u{1f600}"));
    assert_eq!(one("'\\'\\x41\\v\\0\\q\\\nz\\\r\ny'"), format!("{:?}", "'A\u{b}\0qzy"));
    assert_eq!(one(r#"{"\u0061": 1}"#), "{a=1}");
}

#[test]
fn numbers_are_exact() {
    assert_eq!(
        one("[9007199254740993, 123456789012345678901234567890]"),
        "[9007199254740993 123456789012345678901234567890]"
    );
    assert_eq!(one("[1, 1.0, -0, 0.1]"), "[1 1.0f 0 0.1f]");
}

#[test]
fn of_duplicate_keys_the_last_counts_and_each_is_a_finding() {
    let text = "{\"a\": 1,\n \"b\": {\"x\": 1, \"x\": 2},\n \"\\u0061\": 3}";
    assert_eq!(one(text), "{a=3 b={x=2}}");
    assert_eq!(
        findings(FILE, text),
        [
            "duplicate-key 2:16 the key \"x\" stands at line 2, column 8 and again at line 2, column 16; the last one counts",
            "duplicate-key 3:2 the key \"a\" stands at line 1, column 2 and again at line 3, column 2; the last one counts",
        ]
    );
}

#[test]
fn places_count_characters() {
    let text = "{\"é\": \"ü\", \"b\":\r\n\t[1, {\"c\": null}]}";
    let expected = ["1:1", "é@1:2", "1:7", "b@1:12", "2:2", "2:3", "2:6", "c@2:7", "2:12"];
    assert_eq!(places(&document(FILE, text).roots[0]), expected);
}

#[test]
fn a_long_single_line_is_read_in_linear_time() {
    let text = format!("[{}]", vec!["{\"key\":\"é\"}"; 200_000].join(","));
    let document = document(FILE, &text);
    let last = places(&document.roots[0]).pop();
    assert_eq!(last.as_deref(), Some("1:2399997"));
}

#[test]
fn what_is_not_json_names_its_place_and_quotes_nothing() {
    for (text, expected) in [
        ("", "empty file is not JSON (line 1, column 1)"),
        ("\n // c\n", "empty file is not JSON (line 3, column 1)"),
        ("{\"a\": hunter2}", "not valid JSON: a value is expected (line 1, column 7)"),
        ("[1 2]", "not valid JSON: `,` or `]` is expected (line 1, column 4)"),
        ("{\"a\": 1 \"b\"}", "not valid JSON: `,` or `}` is expected (line 1, column 9)"),
        ("{\"a\" 1}", "not valid JSON: `:` is expected after a key (line 1, column 6)"),
        ("{1: 2}", "not valid JSON: a key or `}` is expected (line 1, column 2)"),
        ("[,]", "not valid JSON: a value is expected (line 1, column 2)"),
        ("[1,,2]", "not valid JSON: a value is expected (line 1, column 4)"),
        ("{} {}", "not valid JSON: more text after the value (line 1, column 4)"),
        ("[1", "not valid JSON: `,` or `]` is expected (line 1, column 3)"),
        ("{\"a\":", "not valid JSON: the file ends where a value is expected (line 1, column 6)"),
        ("\"hunter2", "not valid JSON: the file ends inside a string (line 1, column 9)"),
        ("\"hun\nter2\"", "not valid JSON: a line ends inside a string (line 1, column 5)"),
        ("\"\\u12g4\"", "not valid JSON: an escape lacks hexadecimal digits (line 1, column 2)"),
        ("\"\\ud800\"", "not valid JSON: an escape of half a surrogate pair (line 1, column 2)"),
        ("\"\\udc00\\ud800\"", "not valid JSON: an escape of half a surrogate pair (line 1, column 2)"),
        ("\"\\ud800\\u0041\"", "not valid JSON: an escape of half a surrogate pair (line 1, column 2)"),
        ("\"\\01\"", "not valid JSON: an escape of a digit (line 1, column 2)"),
        ("012", "not valid JSON: a number starts with a needless zero (line 1, column 1)"),
        ("1x", "not valid JSON: a number has other than digits, or too large an exponent (line 1, column 1)"),
        ("+-1", "not valid JSON: a number has other than digits, or too large an exponent (line 1, column 1)"),
        (
            "1e99999999999",
            "not valid JSON: a number has other than digits, or too large an exponent (line 1, column 1)",
        ),
        ("0x", "not valid JSON: a hexadecimal number lacks digits or has more than 128 bits (line 1, column 1)"),
        ("/* x", "not valid JSON: a comment has no end (line 1, column 1)"),
    ] {
        assert_eq!(unreadable(FILE, text).to_string(), expected, "{text:?}");
    }
}

#[test]
fn limits_are_exact_and_100_000_levels_are_refused() {
    let too_deep = "nested deeper than 128 levels (limits.depth, at most 1000)";
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(FILE, nested(128).as_bytes(), &Limits::default()).is_ok());
    assert_eq!(unreadable(FILE, &nested(129)).to_string(), format!("{too_deep} (line 1, column 129)"));
    assert_eq!(unreadable(FILE, &"[".repeat(100_000)).reason, too_deep);
    assert_eq!(unreadable(FILE, &"{\"a\":".repeat(100_000)).reason, too_deep);
    let limits = Limits { depth: u32::MAX, nodes: 1_001, ..Limits::default() };
    assert!(read(FILE, nested(1_000).as_bytes(), &limits).is_ok());
    assert!(
        read(FILE, nested(1_001).as_bytes(), &limits).unwrap_err().reason.starts_with("nested deeper than 1000 levels")
    );
    let wide = |count: usize| format!("[{}]", vec!["0"; count].join(","));
    assert!(read(FILE, wide(1_000).as_bytes(), &limits).is_ok());
    assert_eq!(read(FILE, wide(1_001).as_bytes(), &limits).unwrap_err().reason, "more than 1001 nodes (limits.nodes)");
}

#[test]
fn broken_files_are_answered_and_never_panic() {
    let seed = "{\"a\": [1, -2.5e+3, 0xff, true, null], // c\n 'b': {c: \"\\u00e9\\ud83d\\ude00\", /* d */ \"é\": [[], {}]},}\n";
    let (read, refused) = survive(FILE, seed, 10_000);
    assert!(read > 100 && refused > 1_000, "{read} {refused}");
}
