//! YAML: documents, anchors, merge keys, duplicates, keys, templates, places.

use crate::mutation::survive;
use crate::show::{document, findings, places, trees, unreadable};

const FILE: &str = "a.yml";

#[test]
fn each_document_is_a_root_and_an_empty_file_has_none() {
    assert_eq!(trees(FILE, "a: 1\n---\n- b\n---\nc\n"), ["{a=1}", "[\"b\"]", "\"c\""]);
    assert_eq!(trees(FILE, ""), [""; 0]);
    assert_eq!(trees(FILE, "# nothing\n\n"), [""; 0]);
    assert_eq!(trees(FILE, "---\n# an explicit document\n"), ["null"]);
}

#[test]
fn anchors_equal_their_expansion() {
    let with = "base: &b {host: db.example, ports: [1, 2]}\none: *b\nlist: [*b, &s x, *s]\n";
    let without = "base: {host: db.example, ports: [1, 2]}\none: {host: db.example, ports: [1, 2]}\n\
                   list: [{host: db.example, ports: [1, 2]}, x, x]\n";
    assert_eq!(trees(FILE, with), trees(FILE, without));
    assert_eq!(trees(FILE, "&k name: *k\n"), ["{name=\"name\"}"]);
    assert_eq!(trees(FILE, "a: &x 1\nb: &x 2\nc: *x\n"), ["{a=1 b=2 c=2}"]);
}

#[test]
fn an_alias_stands_at_its_own_place_and_its_content_where_it_is_written() {
    let document = document(FILE, "a: &x {b: 1}\nc: *x\n");
    assert_eq!(places(&document.roots[0]), ["1:1", "a@1:1", "1:4", "b@1:8", "1:11", "c@2:1", "2:4", "b@1:8", "1:11"]);
}

#[test]
fn an_alias_needs_an_anchor_before_it_in_its_document() {
    assert_eq!(
        unreadable(FILE, "a: *x\n").to_string(),
        "not valid YAML: while parsing node, found unknown anchor (line 1, column 4)"
    );
    let inside =
        "not valid YAML: an alias stands inside its own anchor or names one of another document (line 1, column 5)";
    assert_eq!(unreadable(FILE, "&x [*x]\n").to_string(), inside);
    assert_eq!(unreadable(FILE, "- &x 1\n---\n- *x\n").at.line, 3);
}

#[test]
fn merge_keys_are_resolved_and_own_keys_win() {
    let base = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\n";
    let merged = |map: &str| trees(FILE, &format!("{base}c:\n{map}"))[0].rsplit_once(" c=").unwrap().1.to_owned();
    assert_eq!(merged("  <<: *a\n  y: 9\n"), "{y=9 x=1}}");
    assert_eq!(merged("  y: 9\n  <<: [*a, *b]\n"), "{y=9 x=1 z=2}}");
    assert_eq!(merged("  <<: [*b, *a]\n"), "{y=2 z=2 x=1}}");
    assert_eq!(merged("  !!merge <<: {q: 1}\n"), "{q=1}}");
    assert_eq!(merged("  '<<': *a\n"), "{<<={x=1 y=1}}}");
    assert_eq!(findings(FILE, &format!("{base}c: {{<<: *a, y: 9}}\n")), [""; 0]);
}

#[test]
fn two_merge_keys_are_a_duplicate_of_which_the_last_wins() {
    let text = "a: &a {x: 1}\nb: &b {x: 2}\nc:\n  <<: *a\n  <<: *b\n";
    assert_eq!(trees(FILE, text), ["{a={x=1} b={x=2} c={x=2}}"]);
    assert_eq!(
        findings(FILE, text),
        [
            "duplicate-key 5:3 the key \"<<\" stands at line 4, column 3 and again at line 5, column 3; the last one counts"
        ]
    );
}

#[test]
fn a_merge_of_anything_but_maps_is_not_valid() {
    let reason = "not valid YAML: a merge key needs a map or a list of maps";
    for text in ["<<: 1\n", "<<: [1]\n", "<<:\n"] {
        assert_eq!(unreadable(FILE, text).reason, reason, "{text:?}");
    }
}

#[test]
fn of_duplicate_keys_the_last_counts_and_each_is_a_finding() {
    let text = "port: 1\nname: x\nport: 2\nin: {port: 3, \"port\": 4}\nport: 5\n";
    assert_eq!(trees(FILE, text), ["{port=5 name=\"x\" in={port=4}}"]);
    assert_eq!(
        findings(FILE, text),
        [
            "duplicate-key 3:1 the key \"port\" stands at line 1, column 1 and again at line 3, column 1; the last one counts",
            "duplicate-key 4:15 the key \"port\" stands at line 4, column 6 and again at line 4, column 15; the last one counts",
            "duplicate-key 5:1 the key \"port\" stands at line 1, column 1 and again at line 5, column 1; the last one counts",
        ]
    );
}

#[test]
fn a_map_of_100_000_keys_is_checked_for_duplicates_in_one_pass() {
    let mut text: String = (0..100_000).map(|number| format!("k{number}: {number}\n")).collect();
    text.push_str("k77: again\n");
    assert_eq!(findings(FILE, &text).len(), 1);
    assert_eq!(document(FILE, &text).roots.len(), 1);
}

#[test]
fn keys_of_any_type_are_text() {
    assert_eq!(trees(FILE, "true: 1\n012: 2\n~: 3\non: 4\n'q': 5\n"), ["{true=1 012=2 ~=3 on=4 q=5}"]);
    assert_eq!(trees(FILE, "? [a, {b: 1.50}]\n: x\n"), ["{[\"a\",{b:1.50}]=\"x\"}"]);
    assert_eq!(trees(FILE, "? {? {? {? a}}}\n"), ["{{{{a:null}:null}:null}=null}"]);
    assert_eq!(trees(FILE, "!t a: 1\na: 2\n"), ["{!t a=1 a=2}"]);
    assert_eq!(trees(FILE, "a: &k name\n*k : 1\n"), ["{a=\"name\" name=1}"]);
    assert_eq!(trees(FILE, ": 1\n"), ["{=1}"]);
}

#[test]
fn places_count_characters_with_any_line_end() {
    let expected = ["1:1", "é@1:1", "1:4", "1:5", "1:8", "b@2:1", "3:3", "c@3:3", "3:6"];
    assert_eq!(places(&document(FILE, "é: [ü, x]\nb:\n  c: 1\n").roots[0]), expected);
    assert_eq!(places(&document(FILE, "é: [ü, x]\r\nb:\r\n  c: 1\r\n").roots[0]), expected);
}

#[test]
fn a_carriage_return_is_no_part_of_a_value() {
    assert_eq!(trees(FILE, "a: x\r\nb: |\r\n  one\r\n  two\r\n"), ["{a=\"x\" b=\"one\\ntwo\\n\"}"]);
}

#[test]
fn tabs_are_refused_as_indentation_and_allowed_between_tokens() {
    assert_eq!(trees(FILE, "a: \t1\nb: [1,\t2]\t# c\n"), ["{a=1 b=[1 2]}"]);
    assert_eq!(unreadable(FILE, "a:\n\tb: 1\n").at.line, 2);
}

#[test]
fn what_is_not_yaml_names_its_place_and_quotes_nothing() {
    assert_eq!(
        unreadable(FILE, "a: 1\npassword: @hunter2\n").to_string(),
        "not valid YAML: a plain scalar cannot start with this character (line 2, column 11)"
    );
    for text in ["a: [hunter2\n", "a: 'hunter2\n", "hunter2: x: hunter2\n", "a: !h!hunter2 x\n", "%TAG hunter2\n"] {
        let message = unreadable(FILE, text).to_string();
        assert!(message.starts_with("not valid YAML: ") && !message.contains("hunter2"), "{message}");
    }
    assert_eq!(unreadable(FILE, "a: 1\n\u{0}b: 2\n").at.line, 2);
}

#[test]
fn a_template_that_is_not_yaml_is_text_with_a_finding() {
    let text = "{{- if .Values.on }}\nname: x\r\n{{- end }}\n";
    let document = document("values.yaml", text);
    assert_eq!(document.roots.len(), 0);
    let lines: Vec<_> = document.lines.iter().map(|line| (line.number, line.text.as_str())).collect();
    assert_eq!(lines, [(1, "{{- if .Values.on }}"), (2, "name: x"), (3, "{{- end }}")]);
    let found = findings("values.yaml", text);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("template ") && found[0].contains("not valid YAML: "), "{found:?}");
    assert_eq!(findings(FILE, "{% if x %}\na: 1\n{% endif %}\n").len(), 1);
    assert_eq!(trees(FILE, "a: \"{{ .Values.a }}\"\n"), ["{a=\"{{ .Values.a }}\"}"]);
}

#[test]
fn broken_files_are_answered_and_never_panic() {
    let seed = "# c\nbase: &b {h: 'x', p: [1, 2.5]}\nmap:\n  <<: *b\n  text: |-\n    one\n    two\n  q: \"\\u00e9\\n\"\n\
                ? [k]\n: !!int 5\nlist:\n  - a: yes\n    b: ~\n  - >\n    folded\n---\n%YAML 1.2\n---\nz: .inf\n";
    let (read, refused) = survive(FILE, seed, 5_000);
    assert!(read > 100 && refused > 1_000, "{read} {refused}");
}
