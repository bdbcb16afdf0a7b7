//! yaml-test-suite: documents with their JSON, and documents that are in error.

use serde_json::Value as Json;

use super::{Tally, files, means, refused, suite, taken};

/// Cases that are read otherwise, by reason.
const KNOWN: &[(&str, &[&str])] = &[];

#[test]
fn yaml_documents_are_read_as_the_suite_has_them() {
    let Some(folder) = suite("yaml-test-suite") else { return };
    let mut tally = Tally::default();
    for path in files(&folder, &|path| path.ends_with("in.yaml")) {
        let case = path.parent().unwrap();
        // `name` and `tags` hold links to the same cases.
        let name = case.strip_prefix(&folder).unwrap().to_str().unwrap();
        if name.starts_with("name/") || name.starts_with("tags/") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let outcome = if case.join("error").exists() {
            refused("a.yaml", &bytes)
        } else {
            match std::fs::read_to_string(case.join("in.json")) {
                Ok(expected) => reads_as(&bytes, &expected),
                Err(_) => taken("a.yaml", &bytes).map(drop),
            }
        };
        tally.note(name, outcome);
    }
    tally.conclude("yaml-test-suite", KNOWN);
}

fn reads_as(bytes: &[u8], expected: &str) -> Result<(), String> {
    let document = taken("a.yaml", bytes)?;
    let wanted: Vec<Json> = serde_json::Deserializer::from_str(expected).into_iter().map(Result::unwrap).collect();
    let same = document.roots.len() == wanted.len()
        && document.roots.iter().zip(&wanted).all(|(node, json)| means(node, json));
    if same { Ok(()) } else { Err(format!("{:?} is not {wanted:?}", document.roots)) }
}
