//! Dockerfiles.

use drift::limits::Limits;

use crate::outline::{outline, outline_within, survives_damage};

#[test]
fn stages_hold_images_settings_and_what_counts_at_the_end() {
    let text = "# syntax=docker/dockerfile:1\n# note\nARG BASE=1.0 PLAIN\nFROM --platform=linux/amd64 base.example/go:${BASE} AS build\nENV A=1 B=\"two words\"\nENV OLD the rest # kept\nRUN make \\\n  # note\n\n  all\nfrom base.example/run\nEXPOSE 80 443/tcp\nLABEL a.b=\"c\"\nARG X\nUSER root\nCOPY --from=build /a /b\nUSER app\nWORKDIR /srv\nENTRYPOINT [\"a\", \"b\"]\nCMD run\n";
    assert_eq!(
        outline("Dockerfile", text),
        [
            "/arg 3:5 3:5 {}",
            r#"/arg/BASE 3:5 3:10 "1.0""#,
            "/arg/PLAIN 3:14 3:14 null",
            "/stages 4:1 4:1 []",
            "/stages/0 4:1 {}",
            r#"/stages/0/name 4:56 4:56 "build""#,
            r#"/stages/0/image 4:29 4:29 "base.example/go:${BASE}""#,
            r#"/stages/0/platform 4:6 4:17 "linux/amd64""#,
            "/stages/0/env 5:5 5:5 {}",
            r#"/stages/0/env/A 5:5 5:7 "1""#,
            r#"/stages/0/env/B 5:9 5:11 "two words""#,
            r##"/stages/0/env/OLD 6:5 6:9 "the rest # kept""##,
            "/stages/0/arg 4:1 4:1 {}",
            "/stages/0/label 4:1 4:1 {}",
            "/stages/0/expose 4:1 4:1 []",
            "/stages/1 11:1 {}",
            r#"/stages/1/name 11:1 11:1 "1""#,
            r#"/stages/1/image 11:6 11:6 "base.example/run""#,
            "/stages/1/env 11:1 11:1 {}",
            "/stages/1/arg 14:5 14:5 {}",
            "/stages/1/arg/X 14:5 14:5 null",
            "/stages/1/label 13:7 13:7 {}",
            r#"/stages/1/label/a.b 13:7 13:11 "c""#,
            "/stages/1/expose 12:8 12:8 []",
            r#"/stages/1/expose/0 12:8 "80""#,
            r#"/stages/1/expose/1 12:11 "443/tcp""#,
            r#"/stages/1/user 17:1 17:6 "app""#,
            r#"/stages/1/workdir 18:1 18:9 "/srv""#,
            r#"/stages/1/entrypoint 19:1 19:12 "[\"a\", \"b\"]""#,
            r#"/stages/1/cmd 20:1 20:5 "run""#,
            r##"line 1 "# syntax=docker/dockerfile:1""##,
            r#"line 7 "RUN make all""#,
            r#"line 15 "USER root""#,
            r#"line 16 "COPY --from=build /a /b""#,
        ]
    );
}

/// The environment of the only stage, and what follows it.
fn environment(text: &str) -> Vec<String> {
    let outline = outline("Dockerfile", format!("FROM a\n{text}"));
    outline
        .into_iter()
        .filter(|line| !line.starts_with("/arg") && !line.starts_with("/stages") || line.contains("/env/"))
        .collect()
}

#[test]
fn quotes_escapes_and_continuations_of_pairs_are_read_with_places() {
    let text = "ENV A='x\\y' \\\r\n    B=\"a\\\"b\\\\c\\q\" \\\r\n    C=one\\ two D=\\$HOME E=\"\"\r\n";
    assert_eq!(
        environment(text),
        [
            r#"/stages/0/env/A 2:5 2:7 "x\\y""#,
            r#"/stages/0/env/B 3:5 3:7 "a\"b\\c\\q""#,
            r#"/stages/0/env/C 4:5 4:7 "one two""#,
            r#"/stages/0/env/D 4:16 4:18 "\\$HOME""#,
            r#"/stages/0/env/E 4:25 4:27 """#,
        ]
    );
}

#[test]
fn a_variable_that_is_set_twice_keeps_both_values() {
    assert_eq!(
        environment("ENV P=/a:$P\nENV P=/b:$P\n"),
        [
            "/stages/0/env/P 2:5 2:7 []",
            r#"/stages/0/env/P/0 2:7 "/a:$P""#,
            r#"/stages/0/env/P/1 3:7 "/b:$P""#,
            "duplicate-key 3:5 key `P` stands twice, first at line 2, column 5; all its values are compared, in order",
        ]
    );
}

#[test]
fn the_escape_directive_counts_at_the_head_only() {
    let text = "# escape=`\nFROM a\nENV P=C:\\dir `\n  Q=2\n# escape=\\\nRUN x \\\nRUN y\n";
    let outline = outline("Dockerfile.windows", text);
    assert!(outline.contains(&r#"/stages/0/env/P 3:5 3:7 "C:\\dir""#.to_owned()), "{outline:?}");
    assert!(outline.contains(&r#"/stages/0/env/Q 4:3 4:5 "2""#.to_owned()));
    let lines: Vec<_> = outline.iter().filter(|line| line.starts_with("line")).collect();
    assert_eq!(lines, [r##"line 1 "# escape=`""##, r#"line 6 "RUN x \\""#, r#"line 7 "RUN y""#]);
}

#[test]
fn here_documents_are_lines_and_no_instructions() {
    let text = "RUN <<EOF cat > a && \\\n  <<-\"END\" cat\nENV NOT=1\nEOF\nUSER not\n\tEND\nENV YES=1\n";
    assert_eq!(
        environment(text),
        [
            r#"/stages/0/env/YES 8:5 8:9 "1""#,
            r#"line 2 "RUN <<EOF cat > a && <<-\"END\" cat""#,
            r#"line 4 "ENV NOT=1""#,
            r#"line 5 "EOF""#,
            r#"line 6 "USER not""#,
            r#"line 7 "\tEND""#,
        ]
    );
}

#[test]
fn a_file_without_a_stage_is_lines() {
    assert_eq!(
        outline("Dockerfile.notes", "# n\nENV A=1\n\nsome \\\n  text\n"),
        [r#"line 2 "ENV A=1""#, r#"line 4 "some text""#]
    );
}

#[test]
fn what_docker_refuses_is_refused_with_its_place() {
    for (text, refusal) in [
        ("FROM\n", "unreadable 1:1 FROM is not `FROM image [AS name]`"),
        ("FROM a b\n", "unreadable 1:1 FROM is not `FROM image [AS name]`"),
        ("FROM --x=1 a\n", "unreadable 1:6 FROM has an option other than --platform"),
        ("FROM a\nENV\n", "unreadable 2:4 ENV names nothing"),
        ("FROM a\nENV KEY\n", "unreadable 2:5 ENV has a key without a value"),
        ("FROM a\nENV A=1 hunter2\n", "unreadable 2:9 ENV has a word without `=`"),
        ("FROM a\nRUN <<EOF\nx\n", "unreadable 2:1 a here-document is not closed"),
    ] {
        assert_eq!(outline("Dockerfile", text), [refusal]);
    }
}

#[test]
fn stages_and_what_they_hold_count_as_values() {
    let limits = Limits { nodes: 8, ..Limits::default() };
    assert_eq!(outline_within("Dockerfile", "FROM a\nENV A=1\n", &limits).len(), 10);
    let refusal = ["unreadable 2:11 more than 8 nodes (limits.nodes)"];
    assert_eq!(outline_within("Dockerfile", "FROM a\nENV A=1 B=2\n", &limits), refusal);
}

#[test]
fn damage_never_panics() {
    survives_damage(
        "Dockerfile",
        "# escape=\\\nARG A=1\nFROM a AS b\nENV X=\"é\" Y='2' \\\n  Z=3\nRUN <<E x\ny\nE\nUSER u\n",
    );
}
