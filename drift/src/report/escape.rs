//! Untrusted text made harmless: what cannot be seen is spelled out, what has meaning in a format loses it.

use std::fmt::Write;

/// True for characters that steer a terminal, reorder or hide text, or that XML 1.0 forbids.
///
/// Controls (C0, DEL, C1), bidirectional marks, zero-width and filler characters, blanks that look like a plain
/// space, line separators, variation selectors, tag characters and non-characters.
pub const fn is_unseen(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
        | '\u{205f}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fdd0}'..='\u{fdef}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        || (c as u32) & 0xfffe == 0xfffe
}

/// The text on one line with every unseen character spelled out (`\n`, `\t`, `\u{202e}`).
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        push_visible(&mut shown, c);
    }
    shown
}

/// Appends one character, spelled out when it is unseen.
pub(super) fn push_visible(shown: &mut String, c: char) {
    match c {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        _ if is_unseen(c) => {
            // Writing to a String cannot fail.
            let _infallible = write!(shown, "\\u{{{:x}}}", c as u32);
        }
        _ => shown.push(c),
    }
}

/// Several lines of a message, each as [`visible`] shows it.
pub fn visible_lines(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// A text of at most `most` characters: the middle of a longer one goes, for what sets it apart stands at an end.
pub fn brief(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let (head, tail) = (most / 2, most - most / 2 - 1);
    text.chars().take(head).chain(['…']).chain(text.chars().skip(count - tail)).collect()
}

/// Visible text for an element or a quoted attribute of HTML or XML.
pub(super) fn markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// JSON with the unseen characters of its strings as `\uXXXX`; it stays equal in value.
///
/// Outside of strings JSON has no character above `~`, and inside of strings a serializer has escaped those below
/// the blank, so that only the rest is touched.
pub fn json(serialized: &str) -> String {
    let mut out = String::with_capacity(serialized.len());
    for c in serialized.chars() {
        if c > '~' && is_unseen(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _infallible = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// A relative URI reference (RFC 3986) for a path: all but unreserved characters and `/` as percent-encoded UTF-8.
pub(super) fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.trim_start_matches('/').bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _infallible = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// One argument of a POSIX shell command, quoted when it must be. Control characters are spelled out first.
pub(super) fn shell(argument: &str) -> String {
    let shown = visible(argument);
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._/:@%+=,~^".contains(c);
    if !shown.is_empty() && !shown.starts_with(['-', '~', '=']) && shown.chars().all(plain) {
        shown
    } else {
        format!("'{}'", shown.replace('\'', r"'\''"))
    }
}
