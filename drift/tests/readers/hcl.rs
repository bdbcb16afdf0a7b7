//! HCL: Terraform, tfvars and the like.

use drift::limits::Limits;

use crate::outline::{outline, outline_within, survives_damage, tree};

#[test]
fn attributes_are_keys_with_places_and_comments_are_nothing() {
    let text = "# c\na = 1 // c\n/* c\n c */ bc-d = \"x\"\ne=true\nf = null # c\n";
    assert_eq!(
        outline("prod.tfvars", text),
        ["/a 2:1 2:5 1", "/bc-d 4:7 4:14 \"x\"", "/e 5:1 5:3 true", "/f 6:1 6:5 null"]
    );
    assert_eq!(outline("x.hcl", ""), Vec::<String>::new());
}

#[test]
fn blocks_stand_under_their_labels_and_without_labels_in_a_list() {
    for (text, expected) in [
        ("a \"l\" \"m\" { x = 1 }\n", "{a={l={m={x=1}}}}"),
        ("a l {\n  x = 1\n}\na \"k\" {}\n", "{a={l={x=1} k={}}}"),
        ("a { x = 1 }\n", "{a=[{x=1}]}"),
        ("a { x = 1 }\nb = 2\na { x = 3 }\n", "{b=2 a=[{x=1} {x=3}]}"),
        ("a \"l\" { x = 1 }\na \"l\" { x = 2 }\n", "{a={l=[{x=1} {x=2}]}}"),
        ("a { b { c \"d\" {} } }\n", "{a=[{b=[{c={d={}}}]}]}"),
        ("locals { a = 1 }\nlocals { b = 2 }\n", "{locals={a=1 b=2}}"),
        ("a {}\r\nb {\r\n}\r\n", "{a=[{}] b=[{}]}"),
    ] {
        assert_eq!(tree("main.tf", text), expected, "{text:?}");
    }
}

#[test]
fn literals_have_their_types() {
    for (text, expected) in [
        ("a = -4\n", "{a=-4}"),
        ("a = 3.50\n", "{a=3.50}"),
        ("a = 1e3\n", "{a=1e3}"),
        ("a = 12345678901234567890123\n", "{a=12345678901234567890123}"),
        ("a = [1, \"two\", [false], {b = 1},]\n", "{a=[1 \"two\" [false] {b=1}]}"),
        ("a = [\n  1, # c\n  2\n]\n", "{a=[1 2]}"),
        ("a = {\n  b = 1\n  \"c d\" : 2, e = null\n (var.k) = 3\n}\n", "{a={b=1 c d=2 e=null ${(var.k)}=3}}"),
        ("a = {}\nb = []\n", "{a={} b=[]}"),
    ] {
        assert_eq!(tree("a.tfvars", text), expected, "{text:?}");
    }
}

#[test]
fn expressions_are_their_text_without_spacing_and_comments() {
    for (text, expected) in [
        ("a = var.x\n", r#"{a="${var.x}"}"#),
        ("a = \"${ var.x }\"\n", r#"{a="${var.x}"}"#),
        ("a = 1 + 2\n", r#"{a="${1+2}"}"#),
        ("a = x - 1\n", r#"{a="${x - 1}"}"#),
        ("a = c ? \"x y\" : \"z\"\n", r#"{a="${c?\"x y\":\"z\"}"}"#),
        ("a = f(\n  1, # one\n  \"${b[\"k\"]} }\",\n)\n", r#"{a="${f(1,\"${b[\"k\"]} }\",)}"}"#),
        ("a = [for s in l : upper(s) if s != \"\"]\n", r#"{a="${[for s in l:upper(s)if s!=\"\"]}"}"#),
        ("a = { for k, v in m : k => v }\n", r#"{a="${{for k,v in m:k=>v}}"}"#),
        ("a = [1, 2][0]\n", r#"{a="${[1,2][0]}"}"#),
        ("a = [\n  var.a\n  ? 1\n  : 2,\n  3\n]\n", r#"{a=["${var.a?1:2}" 3]}"#),
        ("a = [\n  1 # c\n  + 2\n  ,\n  x\n]\n", r#"{a=["${1+2}" "${x}"]}"#),
        ("a = [\n  {\n    b = c\n    d = 1\n  }\n]\n", r#"{a=[{b="${c}" d=1}]}"#),
        ("a = [{\n    b = [c\n  ? 1 : 2]\n    d = x\n e = 1 }]\n", r#"{a=[{b=["${c?1:2}"] d="${x}" e=1}]}"#),
        ("a = [f(1), 2]\n", r#"{a=["${f(1)}" 2]}"#),
    ] {
        assert_eq!(tree("a.tf", text), expected, "{text:?}");
    }
}

#[test]
fn quoted_texts_have_escapes_and_keep_interpolations() {
    for (text, expected) in [
        (r#"a = "t\t\"q\" \\ \u00e9 \U0001F600""#, "{a=\"t\\t\\\"q\\\" \\\\ é 😀\"}"),
        (r#"a = "x-${var.e}-y""#, "{a=\"x-${var.e}-y\"}"),
        (r#"a = "$${x} $5 %%{y} 100%""#, "{a=\"$${x} $5 %%{y} 100%\"}"),
        (r#"a = "%{ if b }c%{ endif }""#, "{a=\"%{if b}c%{endif}\"}"),
        (r#"a = "${f("}")}""#, "{a=\"${f(\\\"}\\\")}\"}"),
    ] {
        assert_eq!(tree("a.tf", text), expected, "{text:?}");
    }
}

#[test]
fn heredocs_keep_their_lines_and_lose_shared_indentation_only_when_told() {
    for (text, expected) in [
        ("a = <<EOF\n  x\ny ${z}\nEOF\nb = 1\n", "{a=\"  x\\ny ${z}\\n\" b=1}"),
        ("a = <<-EOT\n    x\n\n      y\n    EOT\n", "{a=\"x\\n\\n  y\\n\"}"),
        ("a = f(<<E\nx\nE\n)\n", "{a=\"${f(\\\"x\\\\n\\\")}\"}"),
    ] {
        assert_eq!(tree("a.tf", text), expected, "{text:?}");
    }
}

#[test]
fn a_name_that_stands_twice_is_a_finding() {
    assert_eq!(
        outline("a.tf", "a = 1\nb {\n  c = 1\n  c = 2\n}\na = 3\n"),
        [
            "/a 6:1 6:5 3",
            "/b 2:1 2:1 []",
            "/b/0 2:1 {}",
            "/b/0/c 4:3 4:7 2",
            "duplicate-key 4:3 the key \"c\" stands at line 3, column 3 and again at line 4, column 3; the last one counts",
            "duplicate-key 6:1 the key \"a\" stands at line 1, column 1 and again at line 6, column 1; the last one counts",
        ]
    );
}

#[test]
fn what_is_no_hcl_is_refused_with_its_place_and_without_its_text() {
    for (text, refusal) in [
        ("a = \n", "unreadable 1:5 not valid HCL: a value is expected"),
        ("a {\n", "unreadable 2:1 not valid HCL: a block is not closed"),
        ("a = \"hunter2\n", "unreadable 1:13 not valid HCL: a quote is not closed"),
        ("a = \"\\q\"\n", "unreadable 1:6 not valid HCL: an escape is not known"),
        ("a = f(1]\n", "unreadable 1:9 not valid HCL: brackets do not match"),
        ("a = f(1\n", "unreadable 2:1 not valid HCL: an expression is not closed"),
        ("a = [\n", "unreadable 2:1 not valid HCL: a list is not closed"),
        ("a = [1\n", "unreadable 2:1 not valid HCL: `,` or `]` is expected in a list"),
        ("a = {b}\n", "unreadable 1:7 not valid HCL: `=` or `:` is expected behind a key"),
        ("a = <<X\nhunter2\n", "unreadable 1:5 not valid HCL: a heredoc is not closed"),
        ("/* x\n", "unreadable 1:1 not valid HCL: a comment is not closed"),
        ("hunter2 is here\n", "unreadable 1:16 not valid HCL: `=`, a label or `{` is expected"),
        ("}\n", "unreadable 1:1 not valid HCL: a name is expected"),
    ] {
        assert_eq!(outline("a.tf", text), [refusal], "{text:?}");
    }
}

#[test]
fn depth_and_nodes_are_limited() {
    let limits = Limits { depth: 4, nodes: 5, ..Limits::default() };
    let of = |text: &str| outline_within("a.tf", text, &limits).pop().unwrap_or_default();
    assert_eq!(of("a = [[[1]]]\n"), "/a/0/0/0 1:8 1");
    assert_eq!(of("a = [[[[1]]]]\n"), "unreadable 1:9 nested deeper than 4 levels (limits.depth, at most 1000)");
    assert_eq!(of("a \"b\" \"c\" \"d\" {}\n"), "/a/b/c/d 1:1 1:1 {}");
    assert_eq!(
        of("a \"b\" \"c\" \"d\" \"e\" {}\n"),
        "unreadable 1:1 nested deeper than 4 levels (limits.depth, at most 1000)"
    );
    assert_eq!(of("a = [1, 2, 3, 4]\n"), "/a/3 1:15 4");
    assert_eq!(of("a = [1, 2, 3, 4, 5]\n"), "unreadable 1:18 more than 5 nodes (limits.nodes)");
    let deep = format!("a = {}\n", "(".repeat(200_000));
    assert_eq!(of(&deep), "unreadable 2:1 not valid HCL: an expression is not closed");
}

#[test]
fn damage_never_panics() {
    survives_damage(
        "a.tf",
        "a = 1 # c\nb \"l\" {\n  c = [1, {d = \"x${f(\"é\")}\"}]\n  e = <<-E\n  x\n  E\n}\nf = a ? [b] : {c: 1}\n",
    );
}
