//! Properties, INI and .env: text alone.

use super::check;

#[test]
fn properties() {
    check(
        "app.properties",
        &[
            ("comments and order", "a=1\nb=2\n", "# c\n! d\nb = 2\na: 1\n", &[], &[]),
            ("separators", "a=1\nb=2\nc=3\n", "a 1\nb:2\nc = 3\n", &[], &[]),
            ("continuation and escapes", "a=x\\\n   y\nb=\\u0041\n", "a=xy\nb=A\n", &[], &[]),
            (
                "a key with dots",
                "server.port=8080\n",
                "server.port=8090\n",
                &[r#"changed value /server.port "8080" -> "8090""#],
                &[],
            ),
            ("1 against 1.0", "a=1\n", "a=1.0\n", &[r#"changed equivalent /a "1" -> "1.0""#], &[]),
            ("a version is no number", "v=3.10\n", "v=3.1\n", &[r#"changed value /v "3.10" -> "3.1""#], &[]),
            ("TRUE against true", "a=TRUE\n", "a=true\n", &[r#"changed equivalent /a "TRUE" -> "true""#], &[]),
            ("a duplicate key", "a=1\n", "a=1\na=2\n", &[r#"changed value /a "1" -> "2""#], &["duplicate-key 2:1"]),
            ("a secret", "db.password=a\n", "db.password=b\n", &["changed value /db.password {••••} -> {••••}"], &[]),
            ("a value that is emptied", "a=1\n", "a=\n", &[r#"changed value /a "1" -> """#], &[]),
        ],
    );
}

#[test]
fn ini() {
    check(
        "app.ini",
        &[
            (
                "comments, spacing, order",
                "[a]\nx=1\ny=2\n[b]\nz=3\n",
                "; c\n[b]\nz = 3\n# d\n[a]\ny = 2\nx = 1\n",
                &[],
                &[],
            ),
            (
                "one key in two sections",
                "[a]\nx=1\n[b]\nx=1\n",
                "[a]\nx=1\n[b]\nx=2\n",
                &[r#"changed value /b/x "1" -> "2""#],
                &[],
            ),
            ("a section that came", "[a]\nx=1\n", "[a]\nx=1\n[b]\ny=2\n", &[r#"added value /b -> {y:"2"}"#], &[]),
            ("a section that went", "[a]\nx=1\n[b]\ny=2\n", "[a]\nx=1\n", &[r#"removed value /b {y:"2"} ->"#], &[]),
            ("60s against 1m", "[a]\nt=60s\n", "[a]\nt=1m\n", &[r#"changed equivalent /a/t "60s" -> "1m""#], &[]),
            (
                "a secret",
                "[db]\npassword=a\n",
                "[db]\npassword=b\n",
                &["changed value /db/password {••••} -> {••••}"],
                &[],
            ),
        ],
    );
}

#[test]
fn dotenv() {
    check(
        ".env",
        &[
            ("quotes and export", "A=1\nB='x'\n", "export A=\"1\"\nB=x\n", &[], &[]),
            ("comments and order", "A=1\nB=2\n", "# c\nB=2 # d\nA=1\n", &[], &[]),
            ("a variable stays text", "A=${B}\n", "A=${C}\n", &[r#"changed value /A "${B}" -> "${C}""#], &[]),
            (
                "one that came and one that went",
                "A=1\n",
                "B=1\n",
                &[r#"removed value /A "1" ->"#, r#"added value /B -> "1""#],
                &[],
            ),
            ("a secret", "API_KEY=a\n", "API_KEY=b\n", &["changed value /API_KEY {••••} -> {••••}"], &[]),
            ("empty and absent", "A=\nB=\n", "A=\n", &[r#"removed value /B "" ->"#], &[]),
        ],
    );
}
