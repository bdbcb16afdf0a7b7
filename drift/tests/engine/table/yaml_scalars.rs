//! YAML: values that readers take differently, and spellings of one value.

use super::check;

#[test]
fn hazards() {
    check(
        "app.yml",
        &[
            ("no is text or false", "a: 1\n", "a: no\n", &[r#"changed type /a 1 -> "no""#], &["ambiguous-scalar 1:4"]),
            ("012 is twelve or ten", "a: 12\n", "a: 012\n", &[], &["ambiguous-scalar 1:4"]),
            ("0o17 is fifteen or text", "a: 15\n", "a: 0o17\n", &[], &["ambiguous-scalar 1:4"]),
            (
                "1_000 is text or a thousand",
                "a: 1000\n",
                "a: 1_000\n",
                &[r#"changed type /a 1000 -> "1_000""#],
                &["ambiguous-scalar 1:4"],
            ),
            (
                "1:30 is text or ninety",
                "a: x\n",
                "a: 1:30\n",
                &[r#"changed value /a "x" -> "1:30""#],
                &["ambiguous-scalar 1:4"],
            ),
            ("0b1 is text or one", "a: 1\n", "a: 0b1\n", &[r#"changed type /a 1 -> "0b1""#], &["ambiguous-scalar 1:4"]),
            (
                "1e3 is a float or text",
                "a: 1000\n",
                "a: 1e3\n",
                &["changed equivalent /a 1000 -> 1000.0"],
                &["ambiguous-scalar 1:4"],
            ),
            (
                "a date is text or a date",
                "a: x\n",
                "a: 2026-01-31\n",
                &[r#"changed value /a "x" -> "2026-01-31""#],
                &["ambiguous-scalar 1:4"],
            ),
            ("= is text or a mark", "a: x\n", "a: =\n", &[r#"changed value /a "x" -> "=""#], &["ambiguous-scalar 1:4"]),
            (
                "quoted they are plain text",
                "a: x\n",
                "a: 'no'\nb: \"012\"\n",
                &[r#"changed value /a "x" -> "no""#, r#"added value /b -> "012""#],
                &[],
            ),
            ("spellings of infinity and null are one", "a: .inf\nb: ~\n", "a: .INF\nb: null\n", &[], &[]),
            (
                "what stood before is told with the change",
                "a: no\nb: 1\n",
                "a: no\nb: 2\n",
                &["changed value /b 1 -> 2"],
                &["ambiguous-scalar 1:4"],
            ),
            ("quoting a hazard is no change for YAML 1.2", "a: no\n", "a: 'no'\n", &[], &[]),
        ],
    );
}

#[test]
fn equivalents() {
    check(
        "app.yml",
        &[
            ("durations of ISO 8601", "a: PT1M\n", "a: PT60S\n", &[r#"changed equivalent /a "PT1M" -> "PT60S""#], &[]),
            ("a month is no minute", "a: P1M\n", "a: PT1M\n", &[r#"changed value /a "P1M" -> "PT1M""#], &[]),
            (
                "resources",
                "r: {limits: {cpu: 500m, memory: 1Gi}}\n",
                "r: {limits: {cpu: 0.5, memory: 1024Mi}}\n",
                &[
                    r#"changed equivalent /r/limits/cpu "500m" -> 0.5"#,
                    r#"changed equivalent /r/limits/memory "1Gi" -> "1024Mi""#,
                ],
                &[],
            ),
            ("500m is minutes elsewhere", "a: 500m\n", "a: 0.5\n", &[r#"changed type /a "500m" -> 0.5"#], &[]),
            (
                "the same URL",
                "a: http://svc.example\n",
                "a: HTTP://SVC.example:80/\n",
                &[r#"changed equivalent /a "http://svc.example" -> "HTTP://SVC.example:80/""#],
                &[],
            ),
            (
                "a trailing slash is another URL",
                "a: http://svc.example/x\n",
                "a: http://svc.example/x/\n",
                &[r#"changed value /a "http://svc.example/x" -> "http://svc.example/x/""#],
                &[],
            ),
        ],
    );
}

#[test]
fn equivalent_texts() {
    check(
        "app.yml",
        &[
            (
                "embedded JSON re-formatted",
                "a: '{\"x\":[1,2]}'\n",
                "a: |\n  {\n    \"x\": [1, 2]\n  }\n",
                &[r#"changed equivalent /a "{\"x\":[1,2]}" -> "{\n  \"x\": [1, 2]\n}\n""#],
                &[],
            ),
            (
                "embedded YAML re-formatted",
                "a: |\n  x: 1\n  y: [2]\n",
                "a: |\n  x:   1\n  y:\n  - 2\n",
                &[r#"changed equivalent /a "x: 1\ny: [2]\n" -> "x:   1\ny:\n- 2\n""#],
                &[],
            ),
            (
                "embedded YAML with another comment",
                "a: |\n  x: 1\n  y: 2\n",
                "a: |\n  #cloud-config\n  x: 1\n  y: 2\n",
                &[r##"changed value /a "x: 1\ny: 2\n" -> "#cloud-config\nx: 1\ny: 2\n""##],
                &[],
            ),
            (
                "a sentence is no map",
                "a: 'note: x'\n",
                "a: 'note:  x'\n",
                &[r#"changed value /a "note: x" -> "note:  x""#],
                &[],
            ),
            (
                "a secret means only itself",
                "token: 60s\n",
                "token: 1m\n",
                &["changed value /token {••••} -> {••••}"],
                &[],
            ),
            ("010 against 8", "a: '010'\n", "a: '8'\n", &[r#"changed value /a "010" -> "8""#], &[]),
            ("a version as text", "a: '1.10'\n", "a: '1.1'\n", &[r#"changed value /a "1.10" -> "1.1""#], &[]),
        ],
    );
}
