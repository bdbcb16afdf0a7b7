//! JSONTestSuite: texts that every parser takes, and texts that none of plain JSON may take.

use super::{Tally, files, refused, suite, taken};

/// Cases that are read otherwise, by reason.
const KNOWN: &[(&str, &[&str])] = &[];

#[test]
fn json_texts_are_taken_and_refused_as_the_suite_has_them() {
    let Some(folder) = suite("JSONTestSuite") else { return };
    let mut tally = Tally::default();
    for path in files(&folder.join("test_parsing"), &|path| path.extension().is_some_and(|end| end == "json")) {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        match name.split_once('_').map(|(kind, _)| kind) {
            Some("y") => tally.note(name, reads_as(&bytes)),
            Some("n") => tally.note(name, refused("a.json", &bytes)),
            // What parsers may do as they like must only not end the process.
            _ => drop(taken("a.json", &bytes)),
        }
    }
    for path in files(&folder.join("test_transform"), &|_| true) {
        drop(taken("a.json", &std::fs::read(&path).unwrap()));
    }
    tally.conclude("JSONTestSuite", KNOWN);
}

/// The suite has no answers, so that another parser gives them.
fn reads_as(bytes: &[u8]) -> Result<(), String> {
    let document = taken("a.json", bytes)?;
    let wanted = serde_json::from_slice(bytes).map_err(|error| format!("the other parser refuses: {error}"))?;
    let [root] = document.roots.as_slice() else { return Err("not one root".to_owned()) };
    if super::means(root, &wanted) { Ok(()) } else { Err(format!("{root:?} is not {wanted}")) }
}
