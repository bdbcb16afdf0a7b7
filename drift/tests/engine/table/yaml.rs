//! YAML: scalars, maps, documents, anchors and secrets.

use super::check;

#[test]
fn what_means_the_same_is_no_delta() {
    check(
        "app.yml",
        &[
            ("comment only", "a: 1 # one\n", "# first\na: 1\n", &[], &[]),
            ("key order", "a: 1\nb: {c: 2, d: 3}\n", "b:\n  d: 3\n  c: 2\na: 1\n", &[], &[]),
            ("quotes and folding", "a: 'x y'\n", "a: >-\n  x\n  y\n", &[], &[]),
            ("an anchor against its expansion", "a: &x {p: 1}\nb: *x\n", "a: {p: 1}\nb: {p: 1}\n", &[], &[]),
            (
                "a merge against its expansion",
                "base: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n",
                "base: {p: 1, q: 2}\nb: {p: 1, q: 3}\n",
                &[],
                &[],
            ),
            ("another base of one number", "a: 0x10\n", "a: 16\n", &[], &[]),
        ],
    );
}

#[test]
fn scalars_by_type_and_value() {
    check(
        "app.yml",
        &[
            ("another type", "port: '8080'\n", "port: 8080\n", &[r#"changed type /port "8080" -> 8080"#], &[]),
            ("1 against 1.0", "a: 1\n", "a: 1.0\n", &["changed equivalent /a 1 -> 1.0"], &[]),
            ("60s against 1m", "a: 60s\n", "a: 1m\n", &[r#"changed equivalent /a "60s" -> "1m""#], &[]),
            ("1024Mi against 1Gi", "a: 1024Mi\n", "a: 1Gi\n", &[r#"changed equivalent /a "1024Mi" -> "1Gi""#], &[]),
            (
                "beyond 2^53",
                "a: 9007199254740992\n",
                "a: 9007199254740993\n",
                &["changed value /a 9007199254740992 -> 9007199254740993"],
                &[],
            ),
            (
                "null, empty and absent",
                "a: null\nb: ''\nc: 1\n",
                "a: ''\nb: null\n",
                &[r#"changed value /a null -> """#, r#"changed value /b "" -> null"#, "removed value /c 1 ->"],
                &[],
            ),
            ("a null that goes", "a: null\n", "{}\n", &["removed value /a null ->"], &[]),
            ("a map in place of a scalar", "a: 1\n", "a: {b: 1}\n", &["changed type /a 1 -> {b:1}"], &[]),
            ("another tag", "a: x\n", "a: !vault x\n", &[r#"changed type /a "x" -> "x""#], &[]),
            (
                "a key with dots, slashes and tildes",
                "a.b/c~d: 1\n",
                "a.b/c~d: 2\n",
                &["changed value /a.b~1c~0d 1 -> 2"],
                &[],
            ),
            ("a duplicate key", "a: 1\n", "a: 1\na: 2\n", &["changed value /a 1 -> 2"], &["duplicate-key 2:1"]),
        ],
    );
}

#[test]
fn documents_by_place_or_by_kubernetes_identity() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {port: 80}\n";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: '1'}\n";
    let joined = |first: &str, second: &str| format!("{first}---\n{second}").leak() as &'static str;
    check(
        "app.yml",
        &[
            (
                "the second document changed",
                "a: 1\n---\nb: 2\n",
                "a: 1\n---\nb: 3\n",
                &["#1 changed value /b 2 -> 3"],
                &[],
            ),
            ("a document that came", "a: 1\n", "a: 1\n---\nb: 3\n", &["#1 added value . -> {b:3}"], &[]),
            ("Kubernetes documents in another order", joined(service, map), joined(map, service), &[], &[]),
            (
                "and one of them changed",
                joined(service, map),
                joined(map, "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {port: 81}\n"),
                &["#1 changed value /spec/port 80 -> 81"],
                &[],
            ),
        ],
    );
}

#[test]
fn secrets_by_key_and_by_value() {
    check(
        "app.yml",
        &[
            (
                "a password",
                "db: {password: hunter2}\n",
                "db: {password: hunter3}\n",
                &["changed value /db/password {••••} -> {••••}"],
                &[],
            ),
            (
                "a reference that gave way to a secret",
                "token: ${TOKEN}\n",
                "token: abc\n",
                &[r#"changed value /token "${TOKEN}" -> {••••}"#],
                &[],
            ),
            (
                "a password in a URL",
                "u: amqp://a:s3cret@h/x\n",
                "u: amqp://a:s3cret@h/y\n",
                &["changed value /u {amqp://a:••••@h/x} -> {amqp://a:••••@h/y}"],
                &[],
            ),
            (
                "a secret in an added subtree",
                "a: 1\n",
                "a: 1\ndb: {user: app, password: s3cret}\n",
                &[r#"added value /db -> {password:{••••},user:"app"}"#],
                &[],
            ),
        ],
    );
}

#[test]
fn trees_once_more() {
    check(
        "app.yml",
        &[
            (
                "a merge whose base changed",
                "base: &x {p: 1}\nb: {<<: *x, q: 2}\n",
                "base: &x {p: 9}\nb: {<<: *x, q: 2}\n",
                &["changed value /base/p 1 -> 9", "changed value /b/p 1 -> 9"],
                &[],
            ),
            ("flow against block", "a: {b: [1, 2]}\n", "a:\n  b:\n  - 1\n  - 2\n", &[], &[]),
            ("escapes in quotes", "a: \"x\\ty\"\n", "a: \"x\\u0009y\"\n", &[], &[]),
            (
                "a duplicate key in a nested map",
                "a:\n  b: 1\n",
                "a:\n  b: 1\n  b: 2\n",
                &["changed value /a/b 1 -> 2"],
                &["duplicate-key 3:3"],
            ),
            ("a number as a key", "1: a\n", "1: b\n", &[r#"changed value /1 "a" -> "b""#], &[]),
            (
                "a template is text",
                "a: 1\n",
                "a: {{ x }}\n  b\n",
                &["removed value . {a:1} ->", r#"changed text . "" -> "a: {{ x }}\n  b""#],
                &["template 2:3"],
            ),
            (
                "a long text changes as one",
                "a: |\n  one\n  two\n",
                "a: |\n  one\n  three\n",
                &[r#"changed value /a "one\ntwo\n" -> "one\nthree\n""#],
                &[],
            ),
            ("a map in place of a list", "a: [1]\n", "a: {b: 1}\n", &["changed type /a [1] -> {b:1}"], &[]),
            ("true against 'true'", "a: true\n", "a: 'true'\n", &[r#"changed type /a true -> "true""#], &[]),
        ],
    );
}
