//! JSON Patch: what another implementation makes of the operations is the candidate's document.

use drift::change::FileChange;
use drift::json_patch::{Patch, of_change};
use drift::limits::Limits;
use serde_json::{Value, json};

use super::{edit, file};

fn patch(change: &FileChange) -> Patch {
    of_change(change, &Limits::default()).unwrap()
}

/// Applies the operations to the golden document.
fn applied(golden: Value, patch: &Patch) -> Value {
    let operations: json_patch::Patch = serde_json::from_value(json!(patch.operations)).unwrap();
    let mut document = golden;
    json_patch::patch(&mut document, &operations).unwrap();
    document
}

#[test]
fn operations_give_the_document_of_the_candidate() {
    let documents = [
        "{}",
        "{\"a\":1,\"b\":[1,2,3],\"c\":{\"d\":null,\"e/f\":true,\"g~h\":\"x\"}}",
        "{\"a\":1.5,\"b\":[3,1,{\"k\":[]}],\"c\":{\"e/f\":false,\"\":0}}",
        "[1,[2,[3]],{\"a\":9007199254740993}]",
        "[[2,[3]],1,{\"a\":9007199254740992},4,5]",
        "[]",
        "\"text\"",
        "null",
        "{\"l\":[{\"name\":\"a\",\"v\":1},{\"name\":\"b\",\"v\":2},{\"name\":\"c\"}]}",
        "{\"l\":[{\"name\":\"c\"},{\"name\":\"b\",\"v\":3},{\"name\":\"a\",\"v\":1},{\"name\":\"d\"}]}",
    ];
    for golden in documents {
        for candidate in documents {
            let patch = patch(&edit("a.json", golden, candidate));
            let told = applied(serde_json::from_str(golden).unwrap(), &patch);
            assert_eq!(told, serde_json::from_str::<Value>(candidate).unwrap(), "{golden} {candidate}");
            assert_eq!(golden == candidate, patch.operations.is_empty());
        }
    }
}

#[test]
fn the_operations_are_the_fewest_and_say_no_more() {
    let patch = patch(&edit("a.json", "{\"a\":1,\"l\":[1,2,3],\"r\":0}", "{\"a\":2,\"l\":[1,3],\"n\":{}}"));
    let expected = json!([
        {"op": "replace", "path": "/a", "value": 2},
        {"op": "remove", "path": "/l/1"},
        {"op": "remove", "path": "/r"},
        {"op": "add", "path": "/n", "value": {}},
    ]);
    assert_eq!(json!(patch.operations), expected);
}

#[test]
fn other_formats_have_the_documents_that_they_are_read_as() {
    let cases = [
        ("a.yml", "a: 1\n", "a: 1\n---\nb: 0x10\n", json!({"a": 1}), json!([{"a": 1}, {"b": 16}])),
        ("a.yml", "a: .inf\n", "a: 1e3\n", json!({"a": ".inf"}), serde_json::from_str("{\"a\": 1e3}").unwrap()),
        ("a.properties", "a=1\n", "a=2\nb.c=x\n", json!({"a": "1"}), json!({"a": "2", "b.c": "x"})),
        ("Makefile", "a\n", "a\nb\n", json!("a\n"), json!("a\nb\n")),
        ("a.toml", "d = 2024-01-02\n", "d = 2024-01-03\n", json!({"d": "2024-01-02"}), json!({"d": "2024-01-03"})),
    ];
    for (path, golden, candidate, old, new) in cases {
        let patch = patch(&edit(path, golden, candidate));
        let old = if path == "a.yml" && new.is_array() { json!([old]) } else { old };
        assert_eq!(applied(old, &patch), new, "{path}");
    }
    let mut gone = edit("a.yml", "a: 1\n", "");
    gone.new = None;
    assert_eq!(json!(patch(&gone).operations), json!([{"op": "replace", "path": "", "value": null}]));
    gone.old = file("\0\u{1}binary".as_bytes());
    "a.bin".clone_into(&mut gone.path);
    let error = of_change(&gone, &Limits::default()).err().unwrap();
    assert_eq!(error.to_string(), "a.bin has no JSON document: it is not text");
}

#[test]
fn a_secret_that_an_operation_holds_is_told_by_its_place() {
    let secret = |golden: &str, candidate: &str| patch(&edit("a.yml", golden, candidate)).secret;
    assert_eq!(secret("a: 1\npassword: s3cr3t-Aa1\n", "a: 2\npassword: s3cr3t-Aa1\n"), None);
    assert_eq!(secret("password: s3cr3t-Aa1\n", "password: s3cr3t-Bb2\n").as_deref(), Some("/password"));
    assert_eq!(secret("a: {}\n", "a:\n  b:\n    db_password: s3cr3t-Bb2\n").as_deref(), Some("/a/b"));
    let moved = secret("l:\n- {n: 1, token: s3cr3t-Aa1}\n- 1\n", "l:\n- 1\n- {n: 1, token: s3cr3t-Aa1}\n");
    assert_eq!(moved.as_deref(), Some("/l/0"), "elements that change places are written out");
}
