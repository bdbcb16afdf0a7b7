//! YAML: lists with and without an identity.

use super::check;

#[test]
fn elements_with_an_identity() {
    let web = "c:\n- {name: web, image: 'a:1'}\n- {name: log, image: 'b:1'}\n";
    check(
        "app.yml",
        &[
            ("in another order", web, "c:\n- {name: log, image: 'b:1'}\n- {name: web, image: 'a:1'}\n", &[], &[]),
            (
                "one changed and in another order",
                web,
                "c:\n- {name: log, image: 'b:2'}\n- {name: web, image: 'a:1'}\n",
                &[r#"changed value /c/0/image (/c/name=log/image) "b:1" -> "b:2""#],
                &[],
            ),
            (
                "one inserted in front",
                web,
                "c:\n- {name: new, image: 'n:1'}\n- {name: web, image: 'a:1'}\n- {name: log, image: 'b:1'}\n",
                &[r#"added value /c/0 (/c/name=new) -> {image:"n:1",name:"new"}"#],
                &[],
            ),
            (
                "one removed",
                web,
                "c:\n- {name: log, image: 'b:1'}\n",
                &[r#"removed value /c/0 (/c/name=web) {image:"a:1",name:"web"} ->"#],
                &[],
            ),
            (
                "another name for the same element",
                web,
                "c:\n- {name: www, image: 'a:1'}\n- {name: log, image: 'b:1'}\n",
                &[r#"changed value /c/0/name (/c/name=www/name) "web" -> "www""#],
                &[],
            ),
            (
                "two keys together",
                "p:\n- {port: 53, protocol: TCP, x: 1}\n- {port: 53, protocol: UDP, x: 1}\n",
                "p:\n- {port: 53, protocol: UDP, x: 2}\n- {port: 53, protocol: TCP, x: 1}\n",
                &["changed value /p/0/x (/p/port=53,protocol=UDP/x) 1 -> 2"],
                &[],
            ),
        ],
    );
}

#[test]
fn elements_without_an_identity() {
    check(
        "app.yml",
        &[
            ("swapped", "l: [a, b]\n", "l: [b, a]\n", &[r#"changed order /l ["a","b"] -> ["b","a"]"#], &[]),
            ("one inserted in front", "l: [a, b]\n", "l: [x, a, b]\n", &[r#"added value /l/0 -> "x""#], &[]),
            ("one inserted between", "l: [a, b]\n", "l: [a, x, b]\n", &[r#"added value /l/1 -> "x""#], &[]),
            ("one removed", "l: [a, b, c]\n", "l: [a, c]\n", &[r#"removed value /l/1 "b" ->"#], &[]),
            ("one changed", "l: [a, b, c]\n", "l: [a, x, c]\n", &[r#"changed value /l/1 "b" -> "x""#], &[]),
            ("one of equal ones", "l: [a, a, a]\n", "l: [a, a]\n", &[r#"removed value /l/2 "a" ->"#], &[]),
            (
                "a map that changed between equal ones",
                "l:\n- {a: 1, b: 1}\n- {a: 2, b: 2}\n- {a: 1, b: 1}\n",
                "l:\n- {a: 1, b: 1}\n- {a: 2, b: 3}\n- {a: 1, b: 1}\n",
                &["changed value /l/1/b 2 -> 3"],
                &[],
            ),
            (
                "partners by likeness and not by place",
                "l:\n- {a: 1, b: 1, c: 1}\n- {a: 2, b: 2, c: 2}\n",
                "l:\n- {a: 2, b: 2, c: 9}\n- {a: 1, b: 1, c: 8}\n",
                &["changed value /l/0/c 2 -> 9", "changed value /l/1/c 1 -> 8"],
                &[],
            ),
            ("lists in lists", "l: [[1, 2], [3]]\n", "l: [[1, 2, 4], [3]]\n", &["added value /l/0/2 -> 4"], &[]),
            ("an empty list is no absent one", "l: []\n", "{}\n", &["removed value /l [] ->"], &[]),
        ],
    );
}

#[test]
fn identities_and_order() {
    check(
        "app.yml",
        &[
            (
                "nested lists by identity",
                "s:\n- name: a\n  p:\n  - {name: x, v: 1}\n  - {name: y, v: 1}\n",
                "s:\n- name: a\n  p:\n  - {name: y, v: 2}\n  - {name: x, v: 1}\n",
                &["changed value /s/0/p/0/v (/s/name=a/p/name=y/v) 1 -> 2"],
                &["ambiguous-scalar 4:12"],
            ),
            (
                "two elements with other names",
                "s:\n- {name: a, image: i:1, port: 1}\n- {name: b, image: j:1, port: 2}\n",
                "s:\n- {name: c, image: i:1, port: 1}\n- {name: d, image: j:1, port: 2}\n",
                &[
                    r#"changed value /s/0/name (/s/name=c/name) "a" -> "c""#,
                    r#"changed value /s/1/name (/s/name=d/name) "b" -> "d""#,
                ],
                &[],
            ),
            (
                "two keys together that nobody told",
                "s:\n- {name: a, zone: one, x: 1}\n- {name: a, zone: two, x: 1}\n",
                "s:\n- {name: a, zone: two, x: 1}\n- {name: a, zone: one, x: 9}\n",
                &["changed value /s/1/x (/s/name=a,zone=one/x) 1 -> 9"],
                &[],
            ),
            (
                "a list of lists in another order",
                "m: [[1, 2], [3, 4]]\n",
                "m: [[3, 4], [1, 2]]\n",
                &["changed order /m [[1,2],[3,4]] -> [[3,4],[1,2]]"],
                &[],
            ),
            (
                "a secret is no identity",
                "s:\n- {key: a, token: one}\n- {key: a, token: two}\n",
                "s:\n- {key: a, token: one}\n- {key: a, token: three}\n",
                &["changed value /s/1/token {••••} -> {••••}"],
                &[],
            ),
            (
                "numbers and texts as names",
                "s:\n- {id: 1, x: a}\n- {id: 2, x: b}\n",
                "s:\n- {id: 2, x: b}\n- {id: 1, x: c}\n",
                &[r#"changed value /s/1/x (/s/id=1/x) "a" -> "c""#],
                &[],
            ),
        ],
    );
}
