//! dotenv: quotes, export, spellings.

use super::check;

#[test]
fn what_counts() {
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

#[test]
fn spellings_and_places() {
    check(
        ".env",
        &[
            ("escapes in double quotes", "A=\"x\\ty\"\n", "A=\"x\ty\"\n", &[], &[]),
            (
                "a hash in quotes is no comment",
                "A='x # y'\n",
                "A='x # z'\n",
                &[r#"changed value /A "x # y" -> "x # z""#],
                &[],
            ),
            ("TRUE against true", "A=TRUE\n", "A=true\n", &[r#"changed equivalent /A "TRUE" -> "true""#], &[]),
            ("1 against 1.0", "WORKERS=1\n", "WORKERS=1.0\n", &[r#"changed equivalent /WORKERS "1" -> "1.0""#], &[]),
            ("a duplicate key", "A=1\n", "A=1\nA=2\n", &[r#"changed value /A "1" -> "2""#], &["duplicate-key 2:1"]),
            (
                "a secret that has another name keeps its mask",
                "DB_PASSWORD=correct-horse\n",
                "DATABASE_PASSWORD=correct-horse\n",
                &["renamed value /DATABASE_PASSWORD from=/DB_PASSWORD 100% {••••}"],
                &[],
            ),
            (
                "a secret that moved from a plain name is masked at both",
                "SETTING=correct-horse\n",
                "DB_PASSWORD=correct-horse\n",
                &["renamed value /DB_PASSWORD from=/SETTING 100% {••••}"],
                &[],
            ),
            (
                "two keys with one value are not followed",
                "A=svc.example.one\nB=svc.example.one\n",
                "C=svc.example.one\n",
                &[
                    r#"removed value /A "svc.example.one" ->"#,
                    r#"removed value /B "svc.example.one" ->"#,
                    r#"added value /C -> "svc.example.one""#,
                ],
                &[],
            ),
            (
                "a password in a URL",
                "U=amqp://a:s3cret@h/x\n",
                "U=amqp://a:s3cret@h/y\n",
                &["changed value /U {amqp://a:••••@h/x} -> {amqp://a:••••@h/y}"],
                &[],
            ),
        ],
    );
}
