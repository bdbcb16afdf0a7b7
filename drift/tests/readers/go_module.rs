//! go.mod.

use crate::outline::{outline, survives_damage};

#[test]
fn every_directive_with_a_tree_is_read_in_both_forms() {
    let text = "// head\nmodule svc.example/app\n\ngo 1.22\ntoolchain go1.22.1\nrequire a.example/x v1.2.3 // indirect\nrequire (\n\tb.example/y v0.1.0 // indirect\n\t\"c.example/z\" v2.0.0+incompatible\n)\nreplace a.example/x v1.2.3 => ../x\nreplace (\n\tb.example/y => d.example/y v1.0.0\n)\nexclude e.example/w v1.0.0\nretract [v1.0.0, v1.1.0] // broken\nretract(\nv0.9.0\n)\ngodebug panicnil=1\ntool (\n\tf.example/t\n)\n";
    assert_eq!(
        outline("go.mod", text),
        [
            r#"/module 2:1 2:8 "svc.example/app""#,
            r#"/go 4:1 4:4 "1.22""#,
            r#"/toolchain 5:1 5:11 "go1.22.1""#,
            "/require 6:9 6:9 {}",
            r#"/require/a.example~1x 6:9 6:21 "v1.2.3""#,
            r#"/require/b.example~1y 8:2 8:14 "v0.1.0""#,
            r#"/require/c.example~1z 9:2 9:16 "v2.0.0+incompatible""#,
            "/replace 11:9 11:9 {}",
            r#"/replace/a.example~1x v1.2.3 11:9 11:31 "../x""#,
            r#"/replace/b.example~1y 13:2 13:17 "d.example/y v1.0.0""#,
            "/exclude 15:9 15:9 []",
            r#"/exclude/0 15:9 "e.example/w v1.0.0""#,
            "/retract 16:9 16:9 []",
            r#"/retract/0 16:9 "[v1.0.0, v1.1.0]""#,
            r#"/retract/1 18:1 "v0.9.0""#,
            r#"line 20 "godebug panicnil=1""#,
            r#"line 22 "tool f.example/t""#,
        ]
    );
}

#[test]
fn a_module_required_twice_keeps_both_versions() {
    assert_eq!(
        outline("go.mod", "module a.example\nrequire b.example v1.0.0\nrequire b.example v1.1.0\n"),
        [
            r#"/module 1:1 1:8 "a.example""#,
            "/require 2:9 2:9 {}",
            "/require/b.example 2:9 2:19 []",
            r#"/require/b.example/0 2:19 "v1.0.0""#,
            r#"/require/b.example/1 3:19 "v1.1.0""#,
            "/replace 1:1 1:1 {}",
            "/exclude 1:1 1:1 []",
            "/retract 1:1 1:1 []",
            "duplicate-key 3:9 key `b.example` stands twice, first at line 2, column 9; all its values are compared, in order",
        ]
    );
}

#[test]
fn what_go_refuses_is_refused_with_its_place() {
    for (text, refusal) in [
        ("module a\nrequire b\n", "unreadable 2:1 `require` does not have the words that it needs"),
        ("replace a => \n", "unreadable 1:1 `replace` does not have the words that it needs"),
        ("replace a b c => d\n", "unreadable 1:1 `replace` does not have the words that it needs"),
        ("module a\nrequire (\n\tb v1\n", "unreadable 2:1 the block of `require` is not closed"),
        ("module \"a\n", "unreadable 1:8 the quote \" is not closed"),
    ] {
        assert_eq!(outline("go.mod", text), [refusal]);
    }
}

#[test]
fn damage_never_panics() {
    survives_damage("go.mod", "module é\nrequire (\n\ta v1 // x\n)\nreplace a => `b` v2\nretract [v1, v2]\n");
}
