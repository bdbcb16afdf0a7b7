//! YAML scalars: the 1.2 core schema decides, 1.1 readings are told, tags are applied.

use drift::format::read;
use drift::limits::Limits;

use crate::show::{document, findings, trees, unreadable};

const FILE: &str = "a.yml";

fn value(scalar: &str) -> String {
    trees(FILE, &format!("k: {scalar}\n"))[0].strip_prefix("{k=").unwrap().strip_suffix('}').unwrap().to_owned()
}

#[test]
fn plain_scalars_follow_the_core_schema() {
    for word in ["", "~", "null", "Null", "NULL"] {
        assert_eq!(value(word), "null", "{word:?}");
    }
    for word in ["true", "True", "TRUE"] {
        assert_eq!(value(word), "true", "{word:?}");
    }
    for word in ["false", "False", "FALSE"] {
        assert_eq!(value(word), "false", "{word:?}");
    }
    for text in [
        "no",
        "nULL",
        "tRUE",
        "0o8",
        "0x",
        "-0x1F",
        "1_000",
        "1:30",
        "0b1",
        ".",
        "+",
        "1e",
        "1.2.3",
        "2024-01-31",
        "-.nan",
    ] {
        assert_eq!(value(text), format!("{text:?}"));
    }
    for (text, number) in [("012", "12"), ("+12", "12"), ("0o17", "15"), ("0x1F", "31"), ("-7", "-7"), ("00", "0")] {
        assert_eq!(value(text), number, "{text}");
    }
    for (text, number) in [(".5", "0.5f"), ("5.", "5.0f"), ("1e3", "1000.0f"), ("+1.50E-1", "0.15f")] {
        assert_eq!(value(text), number, "{text}");
    }
    for (text, number) in [(".inf", "\".inf\"f"), ("-.INF", "\"-.INF\"f"), (".NaN", "\".NaN\"f")] {
        assert_eq!(value(text), number, "{text}");
    }
}

#[test]
fn integers_beyond_doubles_are_exact() {
    assert_eq!(value("9007199254740993"), "9007199254740993");
    assert_eq!(value("123456789012345678901234567890"), "123456789012345678901234567890");
}

#[test]
fn quoted_and_block_scalars_are_text() {
    assert_eq!(value("'8080'"), "\"8080\"");
    assert_eq!(value("\"true\""), "\"true\"");
    assert_eq!(value("|\n  12\n"), "\"12\\n\"");
    assert_eq!(value(">-\n  a\n  b\n"), "\"a b\"");
}

/// What the one finding about a plain scalar says of both readings; None without a finding.
fn told(scalar: &str) -> Option<String> {
    let found = findings(FILE, &format!("k: {scalar}\n"));
    assert!(found.len() < 2, "{found:?}");
    let message = found.first()?.strip_prefix("ambiguous-scalar 1:4 YAML 1.2 reads this plain scalar as ")?.to_owned();
    let (now, rest) = message.split_once(", YAML 1.1 as ")?;
    Some(format!("{now} / {}", rest.strip_suffix("; quote it, or write what is meant")?))
}

#[test]
fn scalars_that_yaml_1_1_reads_otherwise_are_findings() {
    for word in ["y", "yes", "Yes", "on"] {
        assert_eq!(told(word).as_deref(), Some("text / a boolean (true)"), "{word}");
    }
    for word in ["N", "NO", "no", "Off"] {
        assert_eq!(told(word).as_deref(), Some("text / a boolean (false)"), "{word}");
    }
    for (scalar, readings) in [
        ("012", "an integer in base 10 (12) / an integer in base 8 (10)"),
        ("089", "an integer in base 10 (89) / text"),
        ("0o17", "an integer in base 8 (15) / text"),
        ("1_000", "text / an integer in base 10 (1000)"),
        ("0_17", "text / an integer in base 8 (15)"),
        ("1_000.5", "text / a float"),
        ("0b101", "text / an integer in base 2 (5)"),
        ("-0x1F", "text / an integer in base 16 (-31)"),
        ("0xF_F", "text / an integer in base 16 (255)"),
        ("1:30", "text / a number in base 60 (90)"),
        ("22:22", "text / a number in base 60 (1342)"),
        ("01:30.5", "text / a number in base 60"),
        ("1e3", "a float / text"),
        ("2024-01-31", "text / a date"),
        ("2001-12-14t21:59:43.10-05:00", "text / a date"),
        ("=", "text / the mark of a default value"),
        ("1.5e3", "a float / text"),
        ("-.5", "a float / text"),
    ] {
        assert_eq!(told(scalar).as_deref(), Some(readings), "{scalar}");
    }
}

#[test]
fn scalars_that_every_reader_takes_alike_are_none() {
    for scalar in [
        "true",
        "null",
        "~",
        "12",
        "+12",
        "-7",
        "0",
        "007",
        "0x1F",
        ".5",
        "1.5",
        "1.5e+3",
        ".inf",
        "yEs",
        "'no'",
        "\"012\"",
        "|\n  no\n",
        "01:30",
        "1:99",
        "8080:80",
        "2024-1-31",
        "2024-01",
        "20240131",
        "v1_000",
        "_1",
        "0b2",
        "1.2.3",
        "::1",
        "!!str no",
        "!x no",
        "1e3e4",
        "0_9",
    ] {
        assert_eq!(told(scalar), None, "{scalar}");
    }
}

#[test]
fn what_a_secret_may_be_is_not_told() {
    let message = |text: &str| findings(FILE, text).first().unwrap().clone();
    for text in ["password: 0123\n", "env: [{value: 0123, name: DB_PASSWORD}]\n", "a: &x 0123\npassword: *x\n"] {
        assert!(message(text).contains("as an integer in base 10, YAML 1.1 as an integer in base 8;"), "{text}");
    }
    assert!(message("port: 0123\n").contains("as an integer in base 10 (123), YAML 1.1 as an integer in base 8 (83);"));
}

#[test]
fn a_file_lists_so_many_findings_of_a_code_and_counts_the_rest() {
    let limits = Limits { file_findings: 2, ..Limits::default() };
    let found = |text: &str| -> Vec<(u32, String)> {
        let findings = read(FILE, text.as_bytes(), &limits).unwrap().findings;
        findings.into_iter().map(|finding| (finding.at.line, finding.message)).collect()
    };
    assert_eq!(found("- no\n- no\n").len(), 2);
    let beyond = found("- no\n- no\n- no\n- no\n");
    let told = "2 more findings of this kind from here on are not listed (limits.file_findings)";
    assert_eq!((beyond.len(), beyond[2].clone()), (3, (3, told.to_owned())));
}

#[test]
fn keys_are_never_ambiguous_and_aliases_tell_once() {
    assert_eq!(findings("ci.yml", "on:\n  push: {012: x, no: z}\n? [yes, {no: 012}]\n: 1\n"), [""; 0]);
    let found = findings(FILE, "a: [&n no, *n]\nb: *n\n");
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("ambiguous-scalar 1:5 "), "{found:?}");
}

#[test]
fn core_tags_are_applied_and_others_are_kept() {
    assert_eq!(value("!!str 12"), "\"12\"");
    assert_eq!(value("!!str"), "\"\"");
    assert_eq!(value("! 12"), "\"12\"");
    assert_eq!(value("!!int \"12\""), "12");
    assert_eq!(value("!!float 1"), "1.0f");
    assert_eq!(value("!!bool yes"), "true");
    assert_eq!(value("!!null ''"), "null");
    assert_eq!(value("!!timestamp 2001-12-14"), "@2001-12-14");
    assert_eq!(value("!!binary aGk="), "!!binary \"aGk=\"");
    assert_eq!(value("!vault 12"), "!vault \"12\"");
    assert_eq!(value("!<tag:svc.example,2024:x> {a: 1}"), "tag:svc.example,2024:x {a=1}");
    assert_eq!(value("!!map {a: 1}"), "{a=1}");
    assert_eq!(value("!!set {a}"), "!!set {a=null}");
    assert_eq!(value("!reference [a, b]"), "!reference [\"a\" \"b\"]");
    assert_eq!(trees(FILE, "%TAG !e! tag:svc.example,2024:\n---\n!e!x 1\n"), ["tag:svc.example,2024:x \"1\""]);
}

#[test]
fn a_scalar_must_fit_its_core_tag() {
    for text in ["!!int secret", "!!float x", "!!null x", "!!bool 1"] {
        assert_eq!(
            unreadable(FILE, &format!("k: {text}\n")).to_string(),
            "not valid YAML: a scalar does not fit its explicit core schema tag (line 1, column 4)",
            "{text}"
        );
    }
}

#[test]
fn findings_stand_in_source_order() {
    let codes: Vec<_> = document(FILE, "a: {x: no, x: 1}\nb: yes\na: 2\n")
        .findings
        .iter()
        .map(|f| (f.code.as_str(), f.at.line))
        .collect();
    assert_eq!(codes, [("ambiguous-scalar", 1), ("duplicate-key", 1), ("ambiguous-scalar", 2), ("duplicate-key", 3)]);
}
