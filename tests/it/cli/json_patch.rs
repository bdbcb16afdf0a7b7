//! `golden diff --format json-patch`: RFC 6902, which another implementation applies.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::{Golden, Repo};

/// Applies operations to a document.
fn applied(mut document: Value, operations: &Value) -> Value {
    let operations: json_patch::Patch = serde_json::from_value(operations.clone()).unwrap();
    json_patch::patch(&mut document, &operations).unwrap();
    document
}

#[test]
fn of_two_files_it_is_a_list_and_gives_the_document() {
    let repo = Repo::empty();
    let golden = Golden::at(&repo.path());
    let (old, new) = (json!({"a": [1, 2, {"b": null}], "c/d": 1}), json!({"a": [2, {"b": 1.5}], "e~": {"f": []}}));
    repo.write("old.json", &old.to_string());
    repo.write("new.json", &new.to_string());
    let told = golden.run("diff old.json new.json --format json-patch");
    told.exits(1);
    let operations: Value = serde_json::from_str(&told.raw).unwrap();
    assert!(operations.is_array());
    assert_eq!(applied(old, &operations), new);
    golden.run("diff old.json old.json --format json-patch").is(0, "[]\n", "");
}

#[test]
fn of_two_trees_it_is_an_object_by_file() {
    let repo = Repo::of(&[("a.yml", "a: 1\n"), ("same.yml", "a: 1\n"), ("gone.yml", "a: 1\n"), ("b.env", "A=1\n")]);
    let golden = Golden::at(&repo.path());
    repo.write("a.yml", "# told\na: 2\n");
    repo.write("same.yml", "# comments are no difference\na: 1\n");
    repo.remove("gone.yml");
    repo.write("b.env", "A=1\nB=2\n");
    repo.commit();
    let told = golden.run("diff HEAD~1 HEAD --repo . --format json-patch");
    told.exits(1);
    assert_eq!(
        serde_json::from_str::<Value>(&told.raw).unwrap(),
        json!({
            "a.yml": [{"op": "replace", "path": "/a", "value": 2}],
            "b.env": [{"op": "add", "path": "/B", "value": "2"}],
            "gone.yml": [{"op": "replace", "path": "", "value": null}],
        })
    );
}

#[test]
fn a_secret_goes_to_a_file_of_its_owner_or_nowhere() {
    let repo = Repo::empty();
    let golden = Golden::at(&repo.path());
    repo.write("old.yml", "password: old-Aa1-secret\nx: 1\n");
    repo.write("new.yml", "password: new-Bb2-secret\nx: 1\n");
    golden.run("diff old.yml new.yml --format json-patch").fails(
        1,
        "error: the patch would show a secret in clear: new.yml, at /password\n  \
         remedy: give --with-secrets --output FILE; only its owner may read the file\n",
    );
    golden.run("diff old.yml new.yml --format json-patch --with-secrets --output p.json").is(1, "", "");
    let file = repo.path().join("p.json");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let operations: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(operations, json!([{"op": "replace", "path": "/password", "value": "new-Bb2-secret"}]));
    golden
        .run("diff old.yml new.yml --with-secrets --output p.txt")
        .fails(2, "error: --with-secrets belongs to --format json-patch; reports mask secrets\n");
}
