//! Java properties: separators, escapes, spellings.

use super::check;

#[test]
fn what_counts() {
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
fn spellings_and_places() {
    check(
        "app.properties",
        &[
            ("a duplicate key with one value", "a=1\na=1\n", "a=1\n", &[], &[]),
            ("60s against 1m", "t=60s\n", "t=1m\n", &[r#"changed equivalent /t "60s" -> "1m""#], &[]),
            ("PT1M against 60s", "t=PT1M\n", "t=60s\n", &[r#"changed equivalent /t "PT1M" -> "60s""#], &[]),
            ("1024Mi against 1Gi", "m=1024Mi\n", "m=1Gi\n", &[r#"changed equivalent /m "1024Mi" -> "1Gi""#], &[]),
            (
                "1000MB against 1GB is a question of the reader",
                "m=1000MB\n",
                "m=1GB\n",
                &[r#"changed value /m "1000MB" -> "1GB""#],
                &[],
            ),
            (
                "a version 1 is no version 1.0",
                "app.version=1\n",
                "app.version=1.0\n",
                &[r#"changed value /app.version "1" -> "1.0""#],
                &[],
            ),
            ("yes against true is no spelling", "a=yes\n", "a=true\n", &[r#"changed value /a "yes" -> "true""#], &[]),
            (
                "the same URL",
                "u=HTTPS://Svc.example:443\n",
                "u=https://svc.example/\n",
                &[r#"changed equivalent /u "HTTPS://Svc.example:443" -> "https://svc.example/""#],
                &[],
            ),
            (
                "a password in a URL",
                "u=jdbc:postgresql://app:s3cret@svc.example/a\n",
                "u=jdbc:postgresql://app:s3cret@svc.example/b\n",
                &[
                    "changed value /u {jdbc:postgresql://app:••••@svc.example/a} -> {jdbc:postgresql://app:••••@svc.example/b}",
                ],
                &[],
            ),
            (
                "a password that looks like a time",
                "db.password=60s\n",
                "db.password=1m\n",
                &["changed value /db.password {••••} -> {••••}"],
                &[],
            ),
            ("a colon in a value", "a=b:c\n", "a = b:c\n", &[], &[]),
            ("a space in a key", "a\\ b=1\n", "a\\ b=2\n", &[r#"changed value /a b "1" -> "2""#], &[]),
            (
                "a key that has another name",
                "old.endpoint=orders.svc.example\n",
                "new.endpoint=orders.svc.example\n",
                &[r#"renamed value /new.endpoint from=/old.endpoint 100% "orders.svc.example""#],
                &[],
            ),
            (
                "short values are never followed",
                "a.x=true\n",
                "a.y=true\n",
                &[r#"removed value /a.x "true" ->"#, r#"added value /a.y -> "true""#],
                &[],
            ),
        ],
    );
}

#[test]
fn documents_of_spring() {
    let second = "a=1\n#---\nspring.config.activate.on-profile=prod\na=2\n";
    check(
        "application.properties",
        &[
            ("no key stands twice", second, second, &[], &[]),
            (
                "a value of the second document",
                second,
                "a=1\n#---\nspring.config.activate.on-profile=prod\na=3\n",
                &[r##"#1 changed value /a "2" -> "3""##],
                &[],
            ),
            ("another sign", "a=1\n#---\nb=2\n", "a=1\r\n!---\r\nb=2\r\n", &[], &[]),
            ("empty documents are none", "a=1\n", "#---\n\n#---\na=1\n\n#---\n", &[], &[]),
            (
                "beside a comment it is one",
                "a=1\n# x\n#---\na=2\n",
                "a=1\n#---\n# x\na=2\n",
                &[],
                &["duplicate-key 4:1"],
            ),
            ("within a value it is none", "a=x\\\n#---\nb=1\n", "a=x#---\nb=1\n", &[], &[]),
        ],
    );
    check("app.properties", &[("elsewhere it is a comment", "a=2\n", "a=1\n#---\na=2\n", &[], &["duplicate-key 3:1"])]);
}
