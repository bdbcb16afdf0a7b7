//! TOML: tables, date-times, numbers.

use super::check;

#[test]
fn what_counts() {
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
fn spellings_and_places() {
    check(
        "app.toml",
        &[
            ("key order", "a = 1\nb = 2\n", "b = 2\na = 1\n", &[], &[]),
            ("dotted keys against a table", "a.b.c = 1\n", "[a.b]\nc = 1\n", &[], &[]),
            ("another type", "a = '8080'\n", "a = 8080\n", &[r#"changed type /a "8080" -> 8080"#], &[]),
            (
                "a date-time in another zone",
                "a = 2026-01-01T00:00:00Z\n",
                "a = 2026-01-01T01:00:00+01:00\n",
                &[r#"changed value /a "2026-01-01T00:00:00Z" -> "2026-01-01T01:00:00+01:00""#],
                &[],
            ),
            (
                "a scalar list swapped",
                "a = ['x', 'y']\n",
                "a = ['y', 'x']\n",
                &[r#"changed order /a ["x","y"] -> ["y","x"]"#],
                &[],
            ),
            ("60s against 1m", "a = '60s'\n", "a = '1m'\n", &[r#"changed equivalent /a "60s" -> "1m""#], &[]),
            (
                "beyond 2^53",
                "a = 9007199254740993\n",
                "a = 9007199254740992\n",
                &["changed value /a 9007199254740993 -> 9007199254740992"],
                &[],
            ),
            (
                "a secret",
                "password = 'one'\n",
                "password = 'two'\n",
                &["changed value /password {••••} -> {••••}"],
                &[],
            ),
            ("a key with dots", "\"a.b\" = 1\n", "\"a.b\" = 2\n", &["changed value /a.b 1 -> 2"], &[]),
            (
                "a duplicate key",
                "a = 1\n",
                "a = 1\na = 2\n",
                &["changed unreadable . {bytes:6} -> {bytes:12}"],
                &["unreadable 2:1"],
            ),
            (
                "a table that has another name",
                "[server]\nhost = 'svc.example'\nport = 8080\n",
                "[http]\nhost = 'svc.example'\nport = 8080\n",
                &[r#"renamed value /http from=/server 100% {host:"svc.example",port:8080}"#],
                &[],
            ),
            ("1e3 against 1000.0", "a = 1e3\n", "a = 1000.0\n", &[], &[]),
        ],
    );
}
