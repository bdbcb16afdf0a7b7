//! Friendly key paths and visible text.

use drift::report::escape::{brief, visible};
use drift::report::friendly::friendly;

#[test]
fn key_paths_read_like_paths() {
    for (key_path, expected) in [
        ("", ""),
        ("/server/port", "server.port"),
        ("/containers/name=web/image", "containers[name=web].image"),
        ("/hosts/3", "hosts[3]"),
        ("/0/a", "[0].a"),
        ("/a.b/c", "[\"a.b\"].c"),
        ("/a~1b/c~0d", "a/b.c~d"),
        ("/x/~01", "x.~1"),
        ("/", "[\"\"]"),
        ("/x/name=a\\,b,zone=c\\=d\\\\", "x[name=\"a,b\",zone=\"c=d\\\\\"]"),
        ("/x/k=", "x[k=\"\"]"),
        ("/x/=v", "x[\"=v\"]"),
        ("/a b/\"c\"", "[\"a b\"][\"\\\"c\\\"\"]"),
        ("/naïve/@id", "naïve.@id"),
        ("/a\u{202e}b\n", "[\"a\\u{202e}b\\n\"]"),
    ] {
        assert_eq!(friendly(key_path), expected, "{key_path:?}");
    }
}

#[test]
fn the_middle_of_a_long_text_is_left_out() {
    assert_eq!(brief("naïvely", 7), "naïvely");
    assert_eq!(brief("naïvely!", 7), "naï…ly!");
    let shown = friendly(&format!("/first{}/last", "/x".repeat(100_000)));
    assert_eq!(shown.chars().count(), 500);
    assert!(shown.starts_with("first.x.x.") && shown.ends_with(".x.last"), "{shown}");
}

#[test]
fn unseen_characters_are_spelled_out() {
    for (text, expected) in [
        ("plain ü 漢字 🙂 a\\n", "plain ü 漢字 🙂 a\\n"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\u{1b}[0m\u{9b}\u{7f}\0", "\\u{1b}[0m\\u{9b}\\u{7f}\\u{0}"),
        (
            "\u{202a}\u{202e}\u{2066}\u{2069}\u{200e}\u{200f}\u{61c}",
            "\\u{202a}\\u{202e}\\u{2066}\\u{2069}\\u{200e}\\u{200f}\\u{61c}",
        ),
        ("\u{200b}\u{200d}\u{2060}\u{feff}\u{ad}", "\\u{200b}\\u{200d}\\u{2060}\\u{feff}\\u{ad}"),
        (
            "\u{2028}\u{2029}\u{a0}\u{e0041}\u{fffe}\u{10ffff}",
            "\\u{2028}\\u{2029}\\u{a0}\\u{e0041}\\u{fffe}\\u{10ffff}",
        ),
    ] {
        assert_eq!(visible(text), expected);
        assert_eq!(visible(expected), expected, "visible text stays as it is");
    }
}
