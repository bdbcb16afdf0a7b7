//! Numbers and booleans of formats that have only text.

use crate::format::Spelling;
use crate::key_words::{KeyWords, Phrase};

/// Words of names whose value is a version or a code: `1` and `1.0` are two of them.
const CODES: [&str; 16] = [
    "version", "ver", "revision", "rev", "release", "tag", "build", "image", "digest", "id", "code", "zip", "phone",
    "pin", "serial", "language",
];

/// Booleans as each reader of INI files takes them (Python's configparser, PHP, systemd, git).
const TRUE: [&str; 3] = ["true", "yes", "on"];
const FALSE: [&str; 3] = ["false", "no", "off"];

/// True when two texts are one number or boolean to readers of the format.
pub(super) fn same(old: &str, new: &str, spelling: Spelling, key_path: &str) -> bool {
    match spelling {
        Spelling::Typed | Spelling::Text => false,
        Spelling::Loose => same_word(old, new) || (same_number(old, new) && !is_code(key_path)),
        Spelling::Words => same_boolean(old, new) || (same_number(old, new) && !is_code(key_path)),
    }
}

fn is_code(key_path: &str) -> bool {
    let words = KeyWords::of(key_path);
    CODES.iter().filter_map(|code| Phrase::parse(code)).any(|code| words.path_has(&code))
}

/// `1` and `1.0`: whole numbers only. `3.10` and `3.1` are two versions as often as one number, and so is `1e3` a code.
fn same_number(old: &str, new: &str) -> bool {
    // A leading zero or sign is part of a code or a telephone number, not of a quantity.
    let whole = |text: &str| -> Option<String> {
        let (whole, zeros) = text.split_once('.').unwrap_or((text, "0"));
        let digits = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
        let plain = digits && (whole == "0" || !whole.starts_with('0'));
        (plain && !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0')).then(|| whole.to_owned())
    };
    whole(old).is_some_and(|old| whole(new) == Some(old))
}

/// `TRUE` and `true`, but not `yes` and `true`: Java reads only one of them as true.
fn same_word(old: &str, new: &str) -> bool {
    let is_word = TRUE.iter().chain(&FALSE).any(|word| old.eq_ignore_ascii_case(word));
    is_word && old.eq_ignore_ascii_case(new)
}

fn same_boolean(old: &str, new: &str) -> bool {
    let boolean = |text: &str| {
        let is_one_of = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
        if is_one_of(&TRUE) { Some(true) } else { is_one_of(&FALSE).then_some(false) }
    };
    boolean(old).is_some_and(|old| boolean(new) == Some(old))
}

#[cfg(test)]
mod tests {
    use super::{Spelling, same};

    #[test]
    fn numbers_and_booleans_only_where_every_reader_agrees() {
        for (old, new) in [("1.0", "1"), ("2.00", "2.0"), ("TRUE", "true"), ("Off", "OFF")] {
            assert!(same(old, new, Spelling::Loose, "/x"), "{old} {new}");
            assert!(same(old, new, Spelling::Words, "/x"), "{old} {new}");
            assert!(!same(old, new, Spelling::Text, "/x"), "{old} {new}");
        }
        for (old, new) in [("007", "7"), ("3.10", "3.1"), ("1e3", "1000"), ("+1", "1"), ("", "0"), ("1.", "1")] {
            assert!(!same(old, new, Spelling::Loose, "/x"), "{old} {new}");
        }
        assert!(same("yes", "On", Spelling::Words, "/x") && !same("yes", "on", Spelling::Loose, "/x"));
        assert!(!same("1", "true", Spelling::Words, "/x") && !same("y", "yes", Spelling::Words, "/x"));
    }

    #[test]
    fn versions_and_codes_are_no_numbers() {
        for key in ["/app.version", "/project/dependency/version", "/IMAGE_TAG", "/s/zip_code"] {
            assert!(!same("1", "1.0", Spelling::Loose, key), "{key}");
        }
    }
}
