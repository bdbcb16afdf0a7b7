//! YAML: several documents in a file.

use super::check;

#[test]
fn by_identity() {
    check(
        "app.yml",
        &[
            (
                "one inserted in front",
                "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {port: 80, host: svc.example, replicas: 3}\n",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: z}\nspec: {port: 90, host: svc.example, replicas: 3}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {port: 80, host: svc.example, replicas: 3}\n",
                &[
                    r#"added value . -> {apiVersion:"v1",kind:"ConfigMap",metadata:{name:"z"},spec:{host:"svc.example",port:90,replicas:3}}"#,
                ],
                &[],
            ),
            (
                "one that has another name",
                "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {port: 80, host: svc.example, replicas: 3}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {port: 90, host: svc.example, replicas: 3}\n",
                "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {port: 80, host: svc.example, replicas: 3}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: c}\nspec: {port: 90, host: svc.example, replicas: 3}\n",
                &[r#"#1 changed value /metadata/name "b" -> "c""#],
                &[],
            ),
            (
                "Spring profiles in another order",
                "x: 1\n---\nspring: {config: {activate: {on-profile: a}}}\nx: 2\n---\nspring: {config: {activate: {on-profile: b}}}\nx: 3\n",
                "x: 1\n---\nspring: {config: {activate: {on-profile: b}}}\nx: 4\n---\nspring: {config: {activate: {on-profile: a}}}\nx: 2\n",
                &[
                    "#1 changed value /x 3 -> 4",
                    r#"#1 changed order . {spring:{config:{activate:{on-profile:"a"}}},x:2} -> {spring:{config:{activate:{on-profile:"b"}}},x:4}"#,
                ],
                &[],
            ),
        ],
    );
}

#[test]
fn by_content() {
    check(
        "app.yml",
        &[
            ("in another order", "a: 1\n---\nb: 2\n", "b: 2\n---\na: 1\n", &["changed order . {a:1} -> {b:2}"], &[]),
            (
                "in another order and one changed",
                "a: 1\nx: 1\n---\nb: 2\ny: 2\n",
                "b: 2\ny: 3\n---\na: 1\nx: 1\n",
                &["changed value /y 2 -> 3", "changed order . {a:1,x:1} -> {b:2,y:3}"],
                &[],
            ),
            (
                "one inserted in front",
                "a: 1\n---\nb: 2\n",
                "z: 0\n---\na: 1\n---\nb: 2\n",
                &["added value . -> {z:0}"],
                &[],
            ),
            ("one removed", "a: 1\n---\nb: 2\n---\nc: 3\n", "a: 1\n---\nc: 3\n", &["#1 removed value . {b:2} ->"], &[]),
            ("equal ones", "a: 1\n---\na: 1\n", "a: 1\n", &["#1 removed value . {a:1} ->"], &[]),
            (
                "the same keys with other values",
                "a: 1\n---\nb: 2\n",
                "b: 3\n---\na: 4\n",
                &["changed value /b 2 -> 3", "#1 changed value /a 1 -> 4", "changed order . {a:1} -> {b:3}"],
                &[],
            ),
        ],
    );
}
