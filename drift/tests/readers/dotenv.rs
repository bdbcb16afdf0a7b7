//! dotenv files.

use crate::outline::{outline, survives_damage};

#[test]
fn plain_values_lose_comments_and_blanks_only() {
    let text =
        "# head\nA=1\nexport B = two words  # note\nC=a#b\nD=#x\nE= # empty\nF=\nG=${A}:$B\nH=o'clock\n\n  I=\"\"\n";
    assert_eq!(
        outline(".env", text),
        [
            r#"/A 2:1 2:3 "1""#,
            r#"/B 3:8 3:12 "two words""#,
            r#"/C 4:1 4:3 "a#b""#,
            r##"/D 5:1 5:3 "#x""##,
            r#"/E 6:1 6:4 """#,
            r#"/F 7:1 7:3 """#,
            r#"/G 8:1 8:3 "${A}:$B""#,
            r#"/H 9:1 9:3 "o'clock""#,
            r#"/I 11:3 11:5 """#,
        ]
    );
}

#[test]
fn single_quotes_are_raw_and_double_quotes_have_escapes_and_lines() {
    let text = "A='a\\n # b'  # note\nB=\"x\\ty\\\"z\\\\ \\$HOME \\q\"#note\r\nC=\"one\r\ntwo\n # three\"\nD=4\n";
    assert_eq!(
        outline("prod.env", text),
        [
            r#"/A 1:1 1:3 "a\\n # b""#,
            r#"/B 2:1 2:3 "x\ty\"z\\ \\$HOME \\q""#,
            r#"/C 3:1 3:3 "one\ntwo\n # three""#,
            r#"/D 6:1 6:3 "4""#,
        ]
    );
}

#[test]
fn the_last_of_two_assignments_counts() {
    assert_eq!(
        outline(".env.local", "A=1\nexport A=2\n"),
        [
            r#"/A 2:8 2:10 "2""#,
            "duplicate-key 2:8 key `A` stands twice, first at line 1, column 1; the last one counts",
        ]
    );
}

#[test]
fn what_is_no_assignment_is_refused_with_its_place_and_without_its_text() {
    for (text, refusal) in [
        ("A=1\n  hunter2\n", "unreadable 2:3 a line is no assignment: no `=`"),
        ("two words=1\n", "unreadable 1:1 a line is no assignment: no plain name before `=`"),
        ("=1\n", "unreadable 1:1 a line is no assignment: no plain name before `=`"),
        ("A=1\nB=\"open\nC=2\n", "unreadable 2:3 the quote \" is not closed"),
        ("A='open\n", "unreadable 1:3 the quote ' is not closed"),
        ("A=\"x\\", "unreadable 1:3 the quote \" is not closed"),
        ("A=\"x\"y\n", "unreadable 1:6 text after the closing quote"),
    ] {
        assert_eq!(outline(".env", text), [refusal]);
    }
}

#[test]
fn damage_never_panics() {
    survives_damage(".env", "A=1 # n\nexport B=\"x\\n${A}\ny\"\nC='é'\nD = d\n");
}
