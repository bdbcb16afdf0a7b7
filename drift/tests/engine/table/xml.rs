//! XML: attributes, siblings, namespaces.

use super::check;

#[test]
fn what_counts() {
    check(
        "app.xml",
        &[
            ("attribute order", r#"<a x="1" y="2"/>"#, r#"<a y="2" x="1"></a>"#, &[], &[]),
            ("comments and spacing", "<a><b>1</b></a>", "<a>\n <!-- c -->\n <b> 1 </b>\n</a>", &[], &[]),
            ("namespace prefixes", r#"<p:a xmlns:p="urn:x"/>"#, r#"<q:a xmlns:q="urn:x"/>"#, &[], &[]),
            (
                "an attribute and a text",
                r#"<a x="1">t</a>"#,
                r#"<a x="2">u</a>"#,
                &[r#"changed value /a/@x "1" -> "2""#, r##"changed value /a/#text "t" -> "u""##],
                &[],
            ),
            (
                "one of two siblings",
                "<a><b>1</b><b>2</b></a>",
                "<a><b>1</b><b>3</b></a>",
                &[r#"changed value /a/b/1 "2" -> "3""#],
                &[],
            ),
            (
                "a second sibling is one addition",
                "<a><b>1</b></a>",
                "<a><b>1</b><b>2</b></a>",
                &[r#"added value /a/b/1 -> "2""#],
                &[],
            ),
            (
                "and its removal one removal",
                "<a><b>1</b><b>2</b></a>",
                "<a><b>2</b></a>",
                &[r#"removed value /a/b/0 "1" ->"#],
                &[],
            ),
            (
                "a property that names a secret",
                r#"<p name="db.password" value="a"/>"#,
                r#"<p name="db.password" value="b"/>"#,
                &["changed value /p/@value {••••} -> {••••}"],
                &[],
            ),
            (
                "and the same as text",
                r#"<p name="db.password">a</p>"#,
                r#"<p name="db.password">b</p>"#,
                &["changed value /p/#text {••••} -> {••••}"],
                &[],
            ),
        ],
    );
}

#[test]
fn spellings_and_places() {
    check(
        "app.xml",
        &[
            ("CDATA against escapes", "<a><![CDATA[x<y]]></a>", "<a>x&lt;y</a>", &[], &[]),
            ("an attribute that came", r#"<a x="1"/>"#, r#"<a x="1" y="2"/>"#, &[r#"added value /a/@y -> "2""#], &[]),
            ("an attribute that went", r#"<a x="1" y="2"/>"#, r#"<a x="1"/>"#, &[r#"removed value /a/@y "2" ->"#], &[]),
            (
                "TRUE against true",
                "<a><b>TRUE</b></a>",
                "<a><b>true</b></a>",
                &[r#"changed equivalent /a/b "TRUE" -> "true""#],
                &[],
            ),
            (
                "yes against true is no spelling",
                "<a><b>yes</b></a>",
                "<a><b>true</b></a>",
                &[r#"changed value /a/b "yes" -> "true""#],
                &[],
            ),
            (
                "siblings by id in another order",
                r#"<a><b id="1" x="1"/><b id="2" x="1"/></a>"#,
                r#"<a><b id="2" x="1"/><b id="1" x="2"/></a>"#,
                &[r#"changed value /a/b/1/@x (/a/b/@id=1/@x) "1" -> "2""#],
                &[],
            ),
            (
                "another namespace is another element",
                r#"<a xmlns="urn:x"/>"#,
                r#"<a xmlns="urn:y"/>"#,
                &[r#"changed value /a/@xmlns "urn:x" -> "urn:y""#],
                &[],
            ),
            (
                "an external entity is no file",
                "<a>1</a>",
                r#"<!DOCTYPE a [<!ENTITY e SYSTEM "file:///x">]><a>&e;</a>"#,
                &["changed unreadable . {bytes:8} -> {bytes:55}"],
                &["unreadable 1:1"],
            ),
        ],
    );
}
