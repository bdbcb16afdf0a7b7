//! Encodings, binary content and LFS pointers.

use drift::format::is_lfs_pointer;

use crate::outline::outline;

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(unit).collect()
}

#[test]
fn a_byte_order_mark_is_no_content_and_a_finding() {
    assert_eq!(
        outline("a.properties", "\u{feff}a=1"),
        [r#"/a 1:1 1:3 "1""#, "encoding 1:1 the file starts with a utf-8 byte order mark"]
    );
}

#[test]
fn marked_utf_16_is_decoded_with_a_finding() {
    for (unit, name) in [(u16::to_le_bytes as fn(u16) -> [u8; 2], "little"), (u16::to_be_bytes, "big")] {
        assert_eq!(
            outline("a.ini", utf16("a=é😀\n", unit)),
            [r#"/a 1:1 1:3 "é😀""#.to_owned(), format!("encoding 1:1 the file is utf-16 ({name} endian)")]
        );
    }
}

#[test]
fn damaged_utf_16_is_refused_at_its_place() {
    let mut odd = utf16("a=1\nb", u16::to_le_bytes);
    odd.push(0x41);
    assert_eq!(outline("a.ini", &odd), ["unreadable 2:2 utf-16 text ends within a character"]);
    assert_eq!(outline("a.ini", b"\xFF\xFEa\0\x00\xD8"), ["unreadable 1:2 not valid utf-16"]);
    assert_eq!(outline("a.bin", b"\xFF\xFEa\0\x00\xD8"), ["binary"]);
}

#[test]
fn zero_bytes_are_binary_content_where_text_is_expected() {
    assert_eq!(outline("logo.png", b"ab\0c"), ["binary"]);
    assert_eq!(outline("logo.png", b"\xFFab\0c"), ["binary"]);
    assert_eq!(outline("logo.png", utf16("a\0b", u16::to_le_bytes)), ["binary"]);
    for (path, format) in
        [("a.yml", "yaml"), ("a.json", "json"), ("a.toml", "toml"), ("a.xml", "xml"), ("a.properties", "properties")]
    {
        assert_eq!(outline(path, b"ab\nc\0d"), [format!("unreadable 2:2 binary content in a {format} file")]);
        assert_eq!(outline(path, b"ab\xFF\0d"), [format!("unreadable 1:3 binary content in a {format} file")]);
    }
}

#[test]
fn invalid_utf_8_is_refused_at_the_first_bad_byte() {
    for path in ["a.yml", "a.json", "a.xml", "a.ini", ".env", "go.mod", "Dockerfile", "notes.txt"] {
        assert_eq!(outline(path, b"a=1\n\xC3\xA9=\xE9\n"), ["unreadable 2:3 not valid utf-8"]);
    }
}

#[test]
fn properties_are_latin_1_when_they_are_not_utf_8() {
    assert_eq!(
        outline("a.properties", b"a=1\nb=caf\xE9\n"),
        [r#"/a 1:1 1:3 "1""#, r#"/b 2:1 2:3 "café""#, "encoding 2:6 not valid utf-8, read as iso-8859-1"]
    );
}

#[test]
fn an_lfs_pointer_is_no_content_of_any_format() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n";
    for path in ["a.yml", "a.properties", "a.txt"] {
        assert_eq!(outline(path, pointer), ["lfs-pointer 1:1 git lfs pointer stands where content is expected"]);
    }
    assert!(is_lfs_pointer(pointer.as_bytes()));
    assert!(!is_lfs_pointer(b"version https://git-lfs.example/spec/v1\n") && !is_lfs_pointer(b"version"));
}
