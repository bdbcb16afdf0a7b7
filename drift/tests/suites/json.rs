//! JSONTestSuite: texts that every parser takes, and texts that none of plain JSON may take.

use super::{Tally, files, refused, suite, taken};

/// Cases that are read otherwise, by reason.
const KNOWN: &[(&str, &[&str])] = &[
    (
        "JSON5: commas at the end of lists and maps",
        &["n_array_extra_comma", "n_array_number_and_comma", "n_object_trailing_comma"],
    ),
    (
        "JSON5: numbers with a plus sign, without digits beside the point, in hexadecimal, infinite or none",
        &[
            "n_number_+1",
            "n_number_-2.",
            "n_number_-NaN",
            "n_number_.2e-3",
            "n_number_0.e1",
            "n_number_2.e+3",
            "n_number_2.e-3",
            "n_number_2.e3",
            "n_number_NaN",
            "n_number_hex_1_digit",
            "n_number_hex_2_digits",
            "n_number_infinity",
            "n_number_minus_infinity",
            "n_number_neg_real_without_int_part",
            "n_number_real_without_fractional_part",
            "n_number_starting_with_dot",
        ],
    ),
    (
        "JSON5: single quotes and keys without quotes",
        &[
            "n_object_key_with_single_quotes",
            "n_object_repeated_null_null",
            "n_object_single_quote",
            "n_object_unquoted_key",
            "n_string_single_quote",
        ],
    ),
    (
        "JSON with comments",
        &["n_object_trailing_comment", "n_object_trailing_comment_slash_open", "n_structure_object_with_comment"],
    ),
    (
        "JSON5: a backslash in front of any character, and blanks beyond those of JSON",
        &[
            "n_string_escape_x",
            "n_string_escaped_ctrl_char_tab",
            "n_string_escaped_emoji",
            "n_string_invalid_backslash_esc",
            "n_string_unescaped_tab",
            "n_string_unicode_CapitalU",
            "n_structure_whitespace_formfeed",
        ],
    ),
];

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
