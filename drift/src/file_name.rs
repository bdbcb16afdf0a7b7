//! The names of files, taken apart from their ends. A listing asks for tens of thousands of short names, for which a walk
//! over bytes is far cheaper than the standard library's search from the end.

/// What stands behind the last slash of a path.
pub(crate) fn name_of(path: &str) -> &str {
    split_last(path, b'/').map_or(path, |(_, name)| name)
}

/// What stands before and behind the last `mark`, which is ASCII; None where it does not occur.
pub(crate) fn split_last(text: &str, mark: u8) -> Option<(&str, &str)> {
    let at = text.bytes().rposition(|byte| byte == mark)?;
    text.get(..at).zip(text.get(at + 1..))
}

#[cfg(test)]
mod tests {
    use super::{name_of, split_last};

    #[test]
    fn names_are_split_where_their_last_mark_stands() {
        assert_eq!(["a.yml", "x/a.yml", "x/", "/", ""].map(name_of), ["a.yml", "a.yml", "", "", ""]);
        for text in ["a.b.c", ".env", "a.", "é.ü", "none", ""] {
            assert_eq!(split_last(text, b'.'), text.rsplit_once('.'), "{text}");
        }
    }
}
