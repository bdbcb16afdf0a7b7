//! Limits of what is shown and listed: all of it at the limit, and what is left out beyond it is counted.

use drift::delta::Delta;
use drift::settings::Settings;

use super::{Run, edit};

fn with(path: &str, old: &str, new: &str, alter: impl FnOnce(&mut Settings)) -> Vec<Delta> {
    Run::production(vec![edit(path, old, new)]).settings(alter).outcome().deltas
}

#[test]
fn the_length_of_a_shown_value_is_exact_in_every_format() {
    for (path, old, new) in [
        ("a.yml", "a: x\n", "a: abcde\n"),
        ("a.json", r#"{"a": "x"}"#, r#"{"a": "abcde"}"#),
        ("a.toml", "a = \"x\"\n", "a = \"abcde\"\n"),
        ("a.properties", "a=x\n", "a=abcde\n"),
        ("a.ini", "a=x\n", "a=abcde\n"),
        (".env", "a=x\n", "a=abcde\n"),
        ("a.xml", "<a>x</a>", "<a>abcde</a>"),
        ("a.tf", "a = \"x\"\n", "a = \"abcde\"\n"),
        ("build.gradle", "a = 'x'\n", "a = 'abcde'\n"),
        ("a.txt", "x\n", "abcde\n"),
    ] {
        let shown =
            |value_chars| with(path, old, new, |settings| settings.limits.value_chars = value_chars)[0].new.clone();
        assert_eq!(shown(5), "abcde", "{path}");
        assert_eq!(shown(4), "abcd… (1 more characters)", "{path}");
        assert_eq!(shown(0), "… (5 more characters)", "{path}");
    }
}

#[test]
fn the_size_of_a_shown_subtree_is_exact() {
    let shown = |value_nodes| {
        let deltas = with("a.yml", "x: 1\n", "x: 1\na: {b: 1, c: [2, 3]}\n", |settings| {
            settings.limits.value_nodes = value_nodes;
        });
        deltas[0].new.to_string()
    };
    assert_eq!(shown(5), r#"{"b":1,"c":[2,3]}"#);
    assert!(shown(4).contains("1 more"), "{}", shown(4));
    assert!(!shown(4).contains('3'), "{}", shown(4));
}

#[test]
fn findings_are_listed_up_to_the_limit_in_every_format_that_has_them() {
    let each = |line: &dyn Fn(usize) -> String| (0..3).map(line).collect::<String>();
    for (path, text) in [
        ("a.yml", each(&|at| format!("k{at}: 1\nk{at}: 2\n"))),
        ("a.properties", each(&|at| format!("k{at}=1\nk{at}=2\n"))),
        ("a.ini", each(&|at| format!("k{at}=1\nk{at}=2\n"))),
        (".env", each(&|at| format!("K{at}=1\nK{at}=2\n"))),
        ("requirements.txt", each(&|at| format!("k{at}==1\nk{at}==2\n"))),
        ("a.tf", each(&|at| format!("k{at} = 1\nk{at} = 2\n"))),
        ("a.json", format!("{{{}\"z\": 0}}", each(&|at| format!("\"k{at}\": 1, \"k{at}\": 2, ")))),
    ] {
        let messages = |file_findings| {
            let run = Run::production(vec![edit(path, if path == "a.json" { "{}" } else { "" }, &text)]);
            let run = run.settings(|settings| settings.limits.file_findings = file_findings);
            run.outcome().findings.into_iter().map(|finding| finding.message).collect::<Vec<_>>()
        };
        assert_eq!(messages(3).len(), 3, "{path}: {:#?}", messages(3));
        let cut = messages(2);
        assert_eq!(cut.len(), 3, "{path}");
        let told = "1 more findings of this kind from here on are not listed (limits.file_findings)";
        assert!(cut.iter().any(|message| message == told), "{path}: {cut:#?}");
    }
}
