//! INI, cfg and conf: sections, spellings.

use super::check;

#[test]
fn what_counts() {
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
fn spellings_and_places() {
    check(
        "app.ini",
        &[
            (
                "yes, on and true are one",
                "[a]\nx=yes\n",
                "[a]\nx=On\n",
                &[r#"changed equivalent /a/x "yes" -> "On""#],
                &[],
            ),
            (
                "1 against true is no spelling",
                "[a]\nx=1\n",
                "[a]\nx=true\n",
                &[r#"changed value /a/x "1" -> "true""#],
                &[],
            ),
            ("1 against 1.0", "[a]\nx=1\n", "[a]\nx=1.0\n", &[r#"changed equivalent /a/x "1" -> "1.0""#], &[]),
            (
                "a duplicate key",
                "[a]\nx=1\n",
                "[a]\nx=1\nx=2\n",
                &[r#"added value /a/x/1 -> "2""#],
                &["duplicate-key 3:1"],
            ),
            ("a value that is emptied", "[a]\nx=1\n", "[a]\nx=\n", &[r#"changed value /a/x "1" -> """#], &[]),
            (
                "a section that has another name",
                "[server]\nhost=svc.example\nport=8080\n",
                "[http]\nhost=svc.example\nport=8080\n",
                &[r#"renamed value /http from=/server 100% {host:"svc.example",port:"8080"}"#],
                &[],
            ),
            (
                "a section renamed with one edit",
                "[server]\nhost=svc.example\nport=8080\ntimeout=30\n",
                "[http]\nhost=svc.example\nport=8090\ntimeout=30\n",
                &[
                    r#"renamed value /http from=/server 66% {host:"svc.example",port:"8080",timeout:"30"} -> {host:"svc.example",port:"8090",timeout:"30"}"#,
                    r#"changed value /http/port "8080" -> "8090""#,
                ],
                &[],
            ),
            (
                "a key that moved to another section",
                "[a]\nhost=orders.svc.example\nx=1\n[b]\ny=1\n",
                "[a]\nx=1\n[b]\ny=1\nhost=orders.svc.example\n",
                &[r#"moved value /b/host from=/a/host 100% "orders.svc.example""#],
                &[],
            ),
        ],
    );
}
