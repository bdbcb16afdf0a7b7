//! Moves and renames inside of a file.

use super::check;

#[test]
fn renamed() {
    check(
        "app.yml",
        &[
            (
                "a block with another name",
                "server:\n  host: svc.example\n  port: 8080\n  timeout: 30s\n  pool: 10\n",
                "http:\n  host: svc.example\n  port: 8080\n  timeout: 30s\n  pool: 10\n",
                &[r#"renamed value /http from=/server 100% {host:"svc.example",pool:10,port:8080,timeout:"30s"}"#],
                &[],
            ),
            (
                "a block with another name and one edit",
                "server:\n  host: svc.example\n  port: 8080\n  timeout: 30s\n  pool: 10\n",
                "http:\n  host: svc.example\n  port: 8090\n  timeout: 30s\n  pool: 10\n",
                &[
                    r#"renamed value /http from=/server 75% {host:"svc.example",pool:10,port:8080,timeout:"30s"} -> {host:"svc.example",pool:10,port:8090,timeout:"30s"}"#,
                    "changed value /http/port 8080 -> 8090",
                ],
                &[],
            ),
            (
                "a block with another name, one key less and one more",
                "server:\n  host: svc.example\n  port: 8080\n  timeout: 30s\n  pool: 10\n",
                "http:\n  host: svc.example\n  port: 8080\n  timeout: 30s\n  burst: 5\n",
                &[
                    r#"renamed value /http from=/server 75% {host:"svc.example",pool:10,port:8080,timeout:"30s"} -> {burst:5,host:"svc.example",port:8080,timeout:"30s"}"#,
                    "removed value /server/pool 10 ->",
                    "added value /http/burst -> 5",
                ],
                &[],
            ),
            (
                "too little in common",
                "server: {a: 1, b: 2, c: 3}\n",
                "http: {a: 1, b: 5, c: 6}\n",
                &["removed value /server {a:1,b:2,c:3} ->", "added value /http -> {a:1,b:5,c:6}"],
                &[],
            ),
        ],
    );
}

#[test]
fn renamed_scalars_only_where_they_are_distinct() {
    check(
        "app.yml",
        &[
            (
                "a distinct value with another key",
                "a: {url: orders.svc.example}\n",
                "a: {endpoint: orders.svc.example}\n",
                &[r#"renamed value /a/endpoint from=/a/url 100% "orders.svc.example""#],
                &[],
            ),
            (
                "booleans and small numbers are never followed",
                "a: true\nb: 1\nc: short\n",
                "x: true\ny: 1\nz: short\n",
                &[
                    "removed value /a true ->",
                    "removed value /b 1 ->",
                    r#"removed value /c "short" ->"#,
                    "added value /x -> true",
                    "added value /y -> 1",
                    r#"added value /z -> "short""#,
                ],
                &[],
            ),
            (
                "a value that stands elsewhere too is not followed",
                "a: orders.svc.example\nb: orders.svc.example\n",
                "a: orders.svc.example\nc: orders.svc.example\n",
                &[r#"removed value /b "orders.svc.example" ->"#, r#"added value /c -> "orders.svc.example""#],
                &[],
            ),
            (
                "another type is another value",
                "a: 123456789\n",
                "b: '123456789'\n",
                &["removed value /a 123456789 ->", r#"added value /b -> "123456789""#],
                &[],
            ),
            (
                "one leaf that says little is not followed",
                "a: {on-call: true}\n",
                "b: {on-call: true}\n",
                &["removed value /a {on-call:true} ->", "added value /b -> {on-call:true}"],
                &[],
            ),
        ],
    );
}

#[test]
fn moved() {
    check(
        "app.yml",
        &[
            (
                "a block that went below another key",
                "db:\n  host: svc.example\n  port: 8080\n  timeout: 30s\n  pool: 10\napp: {}\n",
                "app:\n  db:\n    host: svc.example\n    port: 8080\n    timeout: 30s\n    pool: 10\n",
                &[r#"moved value /app/db from=/db 100% {host:"svc.example",pool:10,port:8080,timeout:"30s"}"#],
                &[],
            ),
            (
                "a block that went into a new block",
                "db:\n  host: svc.example\n  port: 8080\n  timeout: 30s\n  pool: 10\n",
                "app:\n  db:\n    host: svc.example\n    port: 8080\n    timeout: 30s\n    pool: 10\n  name: x\n",
                &[
                    r#"moved value /app/db from=/db 100% {host:"svc.example",pool:10,port:8080,timeout:"30s"}"#,
                    r#"added value /app/name -> "x""#,
                ],
                &[],
            ),
            (
                "a block that came out of one that went",
                "app:\n  db:\n    host: svc.example\n    port: 8080\n    timeout: 30s\n    pool: 10\n  name: x\n",
                "db:\n  host: svc.example\n  port: 8080\n  timeout: 30s\n  pool: 10\n",
                &[
                    r#"removed value /app/name "x" ->"#,
                    r#"moved value /db from=/app/db 100% {host:"svc.example",pool:10,port:8080,timeout:"30s"}"#,
                ],
                &[],
            ),
            (
                "a block that moved with an edit",
                "a:\n  db: {host: svc.example, port: 1, user: app}\n  x: 1\nb: {y: 1}\n",
                "a: {x: 1}\nb:\n  db: {host: svc.example, port: 2, user: app}\n  y: 1\n",
                &[
                    r#"moved value /b/db from=/a/db 66% {host:"svc.example",port:1,user:"app"} -> {host:"svc.example",port:2,user:"app"}"#,
                    "changed value /b/db/port 1 -> 2",
                ],
                &[],
            ),
        ],
    );
}

#[test]
fn moved_with_care() {
    check(
        "app.yml",
        &[
            (
                "a value that moved",
                "a: {host: orders.svc.example}\nb: {x: 1}\n",
                "a: {}\nb: {x: 1, host: orders.svc.example}\n",
                &[r#"moved value /b/host from=/a/host 100% "orders.svc.example""#],
                &[],
            ),
            (
                "an element that went to another list",
                "a: [{name: x, image: 'registry.svc.example/x:1'}]\nb: []\n",
                "a: []\nb: [{name: x, image: 'registry.svc.example/x:1'}]\n",
                &[r#"moved value /b/0 (/b/name=x) from=/a/0 100% {image:"registry.svc.example/x:1",name:"x"}"#],
                &[],
            ),
            (
                "equal blocks keep their own names",
                "a: {log: {level: info, path: /x}, web: {level: info, path: /x}}\nb: {}\n",
                "a: {}\nb: {web: {level: info, path: /x}, log: {level: info, path: /x}}\n",
                &[
                    r#"moved value /b/web from=/a/web 100% {level:"info",path:"/x"}"#,
                    r#"moved value /b/log from=/a/log 100% {level:"info",path:"/x"}"#,
                ],
                &[],
            ),
            (
                "a secret block keeps its mask",
                "db: {password: correct-horse, user: app}\nx: {}\n",
                "x: {db: {password: correct-horse, user: app}}\n",
                &[r#"moved value /x/db from=/db 100% {password:{••••},user:"app"}"#],
                &[],
            ),
            (
                "documents do not exchange keys",
                "a: orders.svc.example\nx: 1\n---\ny: 2\n",
                "x: 1\n---\na: orders.svc.example\ny: 2\n",
                &[r#"removed value /a "orders.svc.example" ->"#, r#"#1 added value /a -> "orders.svc.example""#],
                &[],
            ),
        ],
    );
}
