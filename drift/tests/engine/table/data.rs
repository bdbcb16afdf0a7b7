//! JSON, TOML and XML.

use super::check;

#[test]
fn json() {
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
fn toml() {
    check(
        "app.toml",
        &[
            ("comment only", "a = 1\n", "# c\na = 1 # d\n", &[], &[]),
            ("an inline table is a table", "[a]\nb = 1\nc.d = 2\n", "a = { c = { d = 2 }, b = 1 }\n", &[], &[]),
            ("underscores and bases", "a = 1_000\nb = 0x10\n", "a = 1000\nb = 16\n", &[], &[]),
            ("quotes", "a = 'x'\n", "a = \"\"\"x\"\"\"\n", &[], &[]),
            (
                "a date-time is no text",
                "a = 2026-01-01T00:00:00Z\n",
                "a = \"2026-01-01T00:00:00Z\"\n",
                &[r#"changed type /a "2026-01-01T00:00:00Z" -> "2026-01-01T00:00:00Z""#],
                &[],
            ),
            (
                "another date",
                "a = 2026-01-01\n",
                "a = 2026-01-02\n",
                &[r#"changed value /a "2026-01-01" -> "2026-01-02""#],
                &[],
            ),
            (
                "an array of tables by name",
                "[[s]]\nname = 'a'\nx = 1\n[[s]]\nname = 'b'\n",
                "[[s]]\nname = 'b'\n[[s]]\nname = 'a'\nx = 2\n",
                &["changed value /s/1/x (/s/name=a/x) 1 -> 2"],
                &[],
            ),
            ("1 against 1.0", "a = 1\n", "a = 1.0\n", &["changed equivalent /a 1 -> 1.0"], &[]),
        ],
    );
}

#[test]
fn xml() {
    check(
        "app.xml",
        &[
            ("attribute order", r#"<a x="1" y="2"/>"#, r#"<a y="2" x="1"></a>"#, &[], &[]),
            ("comments and spacing", "<a><b>1</b></a>", "<a>\n <!-- c -->\n <b> 1 </b>\n</a>", &[], &[]),
            ("namespace prefixes", r#"<p:a xmlns:p="urn:x"/>"#, r#"<q:a xmlns:q="urn:x"/>"#, &[], &[]),
            (
                "an attribute and a text",
                r#"<a x="1">t</a>"#,
                r#"<a x="2">u</a>"#,
                &[r#"changed value /a/@x "1" -> "2""#, r##"changed value /a/#text "t" -> "u""##],
                &[],
            ),
            (
                "one of two siblings",
                "<a><b>1</b><b>2</b></a>",
                "<a><b>1</b><b>3</b></a>",
                &[r#"changed value /a/b/1 "2" -> "3""#],
                &[],
            ),
            (
                "a second sibling is one addition",
                "<a><b>1</b></a>",
                "<a><b>1</b><b>2</b></a>",
                &[r#"added value /a/b/1 -> "2""#],
                &[],
            ),
            (
                "and its removal one removal",
                "<a><b>1</b><b>2</b></a>",
                "<a><b>2</b></a>",
                &[r#"removed value /a/b/0 "1" ->"#],
                &[],
            ),
            (
                "a property that names a secret",
                r#"<p name="db.password" value="a"/>"#,
                r#"<p name="db.password" value="b"/>"#,
                &["changed value /p/@value {••••} -> {••••}"],
                &[],
            ),
            (
                "and the same as text",
                r#"<p name="db.password">a</p>"#,
                r#"<p name="db.password">b</p>"#,
                &["changed value /p/#text {••••} -> {••••}"],
                &[],
            ),
        ],
    );
}
