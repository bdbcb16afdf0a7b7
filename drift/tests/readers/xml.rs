//! XML.

use drift::limits::Limits;

use crate::outline::{outline, outline_within, survives_damage};

#[test]
fn elements_attributes_text_and_siblings_have_their_places() {
    let text = "<?xml version=\"1.0\"?>\n<!DOCTYPE a SYSTEM \"a.dtd\">\n<!-- note -->\n<a x='1' y = \"2\">\n  <b>one</b>\n  <c/>\n  <b z=\"&lt;\n3\"> two <!-- note -->more</b>\n  tail\n</a>\n";
    assert_eq!(
        outline("a.xml", text),
        [
            "/a 4:2 4:1 {}",
            r#"/a/@x 4:4 4:7 "1""#,
            r#"/a/@y 4:10 4:15 "2""#,
            r##"/a/#text 9:3 9:3 "tail""##,
            "/a/b 5:4 5:6 []",
            r#"/a/b/0 5:6 "one""#,
            "/a/b/1 7:3 {}",
            r#"/a/b/1/@z 7:6 7:9 "< 3""#,
            r##"/a/b/1/#text 8:5 8:5 "two more""##,
            r#"/a/c 6:4 6:3 """#,
        ]
    );
}

#[test]
fn text_is_joined_across_comments_sections_and_references() {
    let text = "<a>\r\n  x<![CDATA[ <y> & ]]>&amp;&#65;&#x42;<?pi?>z<b/> end\r\n line<b/> </a>";
    assert_eq!(
        outline("a.xml", text),
        [
            "/a 1:2 1:1 {}",
            r##"/a/#text 2:3 2:3 "x <y> & &ABz end\n line""##,
            "/a/b 2:47 2:46 []",
            r#"/a/b/0 2:46 """#,
            r#"/a/b/1 3:6 """#,
        ]
    );
}

#[test]
fn text_of_a_section_has_the_place_of_its_first_character() {
    assert_eq!(outline("a.xml", "<a>\r\n<![CDATA[\r\n  x]]></a>"), [r#"/a 1:2 3:3 "x""#]);
    assert_eq!(outline("a.xml", "<a/><![CDATA[ ]]>"), ["unreadable 1:5 a section outside the root element"]);
}

/// The outline without places.
fn shape(text: &str) -> Vec<String> {
    outline("a.xml", text)
        .iter()
        .map(|line| {
            line.split(' ').filter(|word| !word.contains(':') || word.contains('/')).collect::<Vec<_>>().join(" ")
        })
        .collect()
}

#[test]
fn prefixes_are_no_difference_and_namespaces_are() {
    let plain = shape("<a xmlns='urn/a'><b/><c xmlns='urn/c' d='1'/></a>");
    assert_eq!(plain, [r#"/a {}"#, r#"/a/@xmlns "urn/a""#, r#"/a/b """#, "/a/{urn~1c}c {}", r#"/a/{urn~1c}c/@d "1""#]);
    assert_eq!(shape("<p:a xmlns:p='urn/a' xmlns:q='urn/c' xmlns:r='urn/a'><r:b/><q:c d='1'/></p:a>"), plain);
    assert_ne!(shape("<a xmlns='urn/b'><b/><c xmlns='urn/c' d='1'/></a>"), plain);
    assert_eq!(
        shape("<a xmlns='urn/a' xmlns:p='urn/p' p:x='1' x='2' xml:space='preserve'><b xmlns=''>t</b></a>"),
        [
            "/a {}",
            r#"/a/@xmlns "urn/a""#,
            r#"/a/@{urn~1p}x "1""#,
            r#"/a/@x "2""#,
            r#"/a/@xml:space "preserve""#,
            r#"/a/{}b "t""#
        ]
    );
}

#[test]
fn entities_are_never_declared_fetched_or_expanded() {
    let bomb = "<!DOCTYPE a [\n<!ENTITY x \"xxxx\">\n<!ENTITY y \"&x;&x;&x;\">\n]>\n<a>&y;</a>";
    assert_eq!(outline("a.xml", bomb), ["unreadable 1:1 the document type declares entities"]);
    let external = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>";
    assert_eq!(outline("a.xml", external), ["unreadable 1:22 the document type declares entities"]);
    let parameter = "<!DOCTYPE a [ <!ENTITY % x SYSTEM \"http://a.example/x\"> %x; ]><a/>";
    assert_eq!(outline("a.xml", parameter), ["unreadable 1:1 the document type declares entities"]);
    let unknown = "reference to an entity that is not predefined";
    assert_eq!(outline("a.xml", "<a>\n b&nbsp;</a>"), [format!("unreadable 2:3 {unknown}")]);
    assert_eq!(outline("a.xml", "<a b='x' c='&hunter2;'/>"), [format!("unreadable 1:13 {unknown}")]);
}

#[test]
fn depth_and_nodes_are_limited() {
    let deep = "<a>".repeat(100_000);
    assert_eq!(
        outline("a.xml", &deep),
        ["unreadable 1:385 nested deeper than 128 levels (limits.depth, at most 1000)"]
    );
    let most = format!("{}{}", "<a>".repeat(128), "</a>".repeat(128));
    assert_eq!(outline("a.xml", &most).len(), 128);
    let limits = Limits { nodes: 3, ..Limits::default() };
    assert_eq!(outline_within("a.xml", "<a><b/><b/></a>", &limits).len(), 4);
    let refusal = ["unreadable 1:14 more than 3 nodes (limits.nodes)"];
    assert_eq!(outline_within("a.xml", "<a><b/><b c='1'/></a>", &limits), refusal);
}

#[test]
fn what_is_not_well_formed_is_refused_with_its_place_and_without_its_text() {
    for (text, refusal) in [
        ("", "1:1 no root element"),
        ("<!-- x -->\n", "1:1 no root element"),
        ("<a>\n <b>\n</a>", "3:1 an end tag that does not match its start tag"),
        ("<a>\n <b>", "2:3 element `b` is not closed"),
        ("</a>", "1:1 an end tag without a start tag"),
        ("<a/>\n<b/>", "2:1 a second root element"),
        ("<a/>\n x", "2:2 text outside the root element"),
        ("<a/>&#65;", "1:5 text outside the root element"),
        ("<a b='1' b='2'/>", "1:10 attribute `@b` stands twice"),
        ("<a b=1/>", "1:1 the value of an attribute is not quoted"),
        ("<a b/>", "1:1 an attribute without a value"),
        ("<a b='x", "1:1 the value of an attribute is not closed"),
        ("<a b='<'/>", "1:7 `<` in the value of an attribute"),
        ("<a>x & y</a>", "1:6 `&` that begins no reference"),
        ("<a>&#0;</a>", "1:4 reference to a character that does not exist"),
        ("<1a/>", "1:2 not a name of an element or attribute"),
        ("<a><!-- x -- y --></a>", "1:11 `--` in a comment"),
        ("<a><!-- x", "1:4 a comment is not closed"),
        ("<a><![CDATA[ x", "1:4 a cdata section is not closed"),
        ("<a xmlns:xml='urn/x'/>", "1:2 a reserved prefix or namespace is declared anew"),
        ("<a><", "1:4 a tag is not closed"),
    ] {
        assert_eq!(outline("a.xml", text), [format!("unreadable {refusal}")], "{text}");
    }
}

#[test]
fn damage_never_panics() {
    survives_damage(
        "a.xml",
        "<!DOCTYPE a [<!ELEMENT a>]><a x='1'><!-- n --><p:b xmlns:p='é'>t&amp;</p:b><![CDATA[x]]><c/></a>",
    );
    survives_damage("a.xml", "<!-->\n<!DOCTYPE a \"x\" [<!-- ]> -->]><?p?><a><![CDATA[]]></a>");
}
