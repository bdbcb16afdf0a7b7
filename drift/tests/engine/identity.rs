//! Ids and fingerprints: unique, stable, and never derived from a value.

use std::collections::HashSet;

use drift::delta::Delta;
use drift::settings::Tier;

use crate::{Run, deltas, edit, shown};

fn ids(deltas: &[Delta]) -> Vec<&str> {
    deltas.iter().map(|delta| delta.id.as_str()).collect()
}

fn fingerprints(deltas: &[Delta]) -> Vec<&str> {
    deltas.iter().map(|delta| delta.fingerprint.as_str()).collect()
}

#[test]
fn ids_are_unique_where_places_are_not() {
    let lines = |mark: &str| (0..50).map(|line| format!("same\n{mark}{line}\nsame\n")).collect::<String>();
    let found = deltas("run.sh", &lines("a"), &lines("b"));
    assert_eq!(found.len(), 50);
    assert_eq!(ids(&found).into_iter().collect::<HashSet<_>>().len(), 50);
    // Two keys that are masked alike have one path.
    let urls = |value: u32| format!("https://a:s3cret1@h/: {value}\nhttps://a:s3cret2@h/: {value}\n");
    let masked = deltas("app.yml", &urls(1), &urls(2));
    assert_eq!(masked[0].path, masked[1].path);
    assert_ne!(masked[0].id, masked[1].id);
}

#[test]
fn ids_do_not_depend_on_the_order_of_files() {
    let changes = || -> Vec<_> {
        (0..20).map(|number| edit(&format!("f{number}.yml"), "a: 1\nl: [x]\n", "a: 2\nl: [x, y]\n")).collect()
    };
    let forward = Run::production(changes()).outcome();
    let mut turned = changes();
    turned.reverse();
    assert_eq!(Run::production(turned).outcome(), forward);
    assert_eq!(ids(&forward.deltas).into_iter().collect::<HashSet<_>>().len(), 40);
}

#[test]
fn the_same_contents_give_the_same_ids_whatever_else_changed() {
    let alone = deltas("app.yml", "a: 1\n", "a: 2\n");
    let run = Run::new(Tier::Staging, vec![edit("zzz.yml", "x: 1\n", "x: 2\n"), edit("app.yml", "a: 1\n", "a: 2\n")]);
    assert_eq!(run.outcome().deltas[0].id, alone[0].id);
}

#[test]
fn another_value_gives_the_same_id_and_fingerprint() {
    let pairs = [
        ("app.yml", "a: 1\n", "a: 2\n", "a: 3\n", "a: 4\n"),
        ("app.yml", "password: one\n", "password: two\n", "password: three\n", "password: four\n"),
        ("app.yml", "l: [a]\n", "l: [b]\n", "l: [c]\n", "l: [d]\n"),
        ("app.properties", "a=1\n", "a=x\n", "a=2\n", "a=y\n"),
        ("run.sh", "a\n", "b\n", "c\n", "d\n"),
    ];
    for (path, old, new, other_old, other_new) in pairs {
        let (one, other) = (deltas(path, old, new), deltas(path, other_old, other_new));
        assert_eq!(ids(&one), ids(&other), "{path} {old}");
        assert_eq!(fingerprints(&one), fingerprints(&other), "{path} {old}");
    }
}

#[test]
fn another_kind_class_or_place_gives_another_id() {
    let all = [
        deltas("app.yml", "a: 1\n", "a: 2\n"),
        deltas("app.yml", "a: 1\n", "a: x\n"),
        deltas("app.yml", "a: 1\n", "{}\n"),
        deltas("app.yml", "{}\n", "a: 1\n"),
        deltas("app.yml", "b: 1\n", "b: 2\n"),
        deltas("other.yml", "a: 1\n", "a: 2\n"),
        deltas("app.yml", "x: 1\n---\na: 1\n", "x: 1\n---\na: 2\n"),
    ];
    let distinct: HashSet<&str> = all.iter().flat_map(|deltas| ids(deltas)).collect();
    assert_eq!(distinct.len(), all.len());
}

#[test]
fn fingerprints_name_service_environment_file_document_and_key() {
    let run = || Run::production(vec![edit("app.yml", "c: [{name: a, x: 1}]\n", "c: [{name: a, x: 2}]\n")]);
    let first = run().outcome().deltas[0].fingerprint.clone();
    // The same key, though another element stands in front and the value is another one.
    let later = edit("app.yml", "c: [{name: b}, {name: a, x: 3}]\n", "c: [{name: b}, {name: a, x: 4}]\n");
    assert_eq!(Run::production(vec![later]).outcome().deltas[0].fingerprint, first);
    let mut elsewhere = run();
    elsewhere.source.service = "other".to_owned();
    assert_ne!(elsewhere.outcome().deltas[0].fingerprint, first);
    let mut elsewhere = run();
    elsewhere.source.environment = "staging".to_owned();
    assert_ne!(elsewhere.outcome().deltas[0].fingerprint, first);
    assert_eq!(first.len(), 32);
}

#[test]
fn kubernetes_documents_keep_their_fingerprint_when_they_change_places() {
    let object = |name: &str, x: u32| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{x: '{x}'}}\n")
    };
    let old = format!("{}---\n{}", object("a", 1), object("b", 1));
    let kept = deltas("k.yml", &old, &format!("{}---\n{}", object("a", 1), object("b", 2)));
    let turned = deltas("k.yml", &old, &format!("{}---\n{}", object("b", 2), object("a", 1)));
    assert_eq!(kept.iter().map(shown::delta).collect::<Vec<_>>(), [r##"#1 changed value /data/x "1" -> "2""##]);
    assert_eq!(turned.iter().map(shown::delta).collect::<Vec<_>>(), [r#"changed value /data/x "1" -> "2""#]);
    assert_eq!(fingerprints(&kept), fingerprints(&turned));
}
