//! Java properties.

use drift::limits::Limits;

use crate::outline::{outline, outline_within, survives_damage};

#[test]
fn every_separator_comment_and_blank_is_read_as_java_reads_it() {
    let text = "# comment = 1\n! another\n\nserver.port=8080\n  name : first one \nempty\npath\tC:\\\\dir\nkey== x\n";
    assert_eq!(
        outline("a.properties", text),
        [
            r#"/server.port 4:1 4:13 "8080""#,
            r#"/name 5:3 5:10 "first one ""#,
            r#"/empty 6:1 6:6 """#,
            r#"/path 7:1 7:6 "C:\\dir""#,
            r#"/key 8:1 8:5 "= x""#,
        ]
    );
}

#[test]
fn continuations_need_an_odd_number_of_backslashes() {
    let text = "list = a,\\\n    b,\\\r\n\tc\nodd = x\\\\\\\n  y\neven = x\\\\\nlong\\\n  er = 1\nlast = z\\";
    assert_eq!(
        outline("a.properties", text),
        [
            r#"/list 1:1 1:8 "a,b,c""#,
            r#"/odd 4:1 4:7 "x\\y""#,
            r#"/even 6:1 6:8 "x\\""#,
            r#"/longer 7:1 8:8 "1""#,
            r#"/last 9:1 9:8 "z""#,
        ]
    );
}

#[test]
fn escapes_give_characters_and_keep_separators_in_keys() {
    let text = "a\\=b\\ c = \\t\\n\\r\\f\\q\nu = \\u00e9\\uD83D\\uDE00!\n\\u0061 = 1\n";
    assert_eq!(
        outline("a.properties", text),
        [r#"/a=b c 1:1 1:11 "\t\n\r\u{c}q""#, r#"/u 2:1 2:5 "é😀!""#, r#"/a 3:1 3:10 "1""#]
    );
}

#[test]
fn the_last_of_two_equal_keys_counts_and_both_places_are_named() {
    assert_eq!(
        outline("a.properties", "a=1\nb=2\n a : 3\n"),
        [
            r#"/b 2:1 2:3 "2""#,
            r#"/a 3:2 3:6 "3""#,
            "duplicate-key 3:2 key `a` stands twice, first at line 1, column 1; the last one counts",
        ]
    );
}

#[test]
fn malformed_escapes_are_refused_with_their_place() {
    for (text, refusal) in [
        ("a=1\nb=x\\u00g1\n", "unreadable 2:4 \\u escape without four hexadecimal digits"),
        ("a=\\u12", "unreadable 1:3 \\u escape without four hexadecimal digits"),
        ("a=\\uD83D!", "unreadable 1:3 unpaired surrogate in a \\u escape"),
        ("a=\\uDE00", "unreadable 1:3 unpaired surrogate in a \\u escape"),
        ("a=\\uD83D\\u0041", "unreadable 1:3 unpaired surrogate in a \\u escape"),
    ] {
        assert_eq!(outline("a.properties", text), [refusal]);
    }
}

#[test]
fn line_ends_of_every_kind_are_one_line_end() {
    let expected = [r#"/a 1:1 1:3 "1""#, r#"/b 2:1 2:3 "2""#];
    for text in ["a=1\nb=2\n", "a=1\r\nb=2\r\n", "a=1\rb=2\r", "a=1\nb=2"] {
        assert_eq!(outline("a.properties", text), expected);
    }
}

#[test]
fn the_limit_of_nodes_holds() {
    let limits = Limits { nodes: 2, ..Limits::default() };
    assert_eq!(outline_within("a.properties", "a=1\nb=2\n", &limits).len(), 2);
    let refusal = ["unreadable 3:3 more than 2 nodes (limits.nodes)"];
    assert_eq!(outline_within("a.properties", "a=1\nb=2\nc=3\n", &limits), refusal);
}

#[test]
fn damage_never_panics() {
    survives_damage("a.properties", "a.b = 1 \\\n  2\n# c\nk\\=y : \\u00e9\\uD83D\\uDE00\nlast=\\\\\n");
}
