//! Where a node stands: the JSON Pointer of RFC 6901 and the key path that names list elements by identity.

/// A path under construction; pushes are undone by [`Trail::truncate`], so one buffer serves a whole walk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trail {
    pointer: String,
    key_path: String,
}

/// A mark to go back to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pointer: usize,
    key_path: usize,
}

impl Trail {
    /// A trail that stands at a node whose paths are known.
    pub(crate) fn at(pointer: &str, key_path: &str) -> Self {
        Self { pointer: pointer.to_owned(), key_path: key_path.to_owned() }
    }

    /// The pointer of RFC 6901; empty for the root.
    pub(crate) fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The key path; empty for the root.
    pub(crate) fn key_path(&self) -> &str {
        &self.key_path
    }

    /// Goes down to a key of a map and returns the mark to come back to.
    pub(crate) fn push_key(&mut self, key: &str) -> Mark {
        let mark = self.mark();
        for path in [&mut self.pointer, &mut self.key_path] {
            path.push('/');
            escape_into(path, key);
        }
        mark
    }

    /// Goes down to a list element: by index in the pointer, by `label` in the key path (the index when None).
    pub(crate) fn push_element(&mut self, index: usize, label: Option<&str>) -> Mark {
        let mark = self.mark();
        self.pointer.push('/');
        self.pointer.push_str(&index.to_string());
        self.key_path.push('/');
        match label {
            Some(label) => escape_into(&mut self.key_path, label),
            None => self.key_path.push_str(&index.to_string()),
        }
        mark
    }

    /// Goes back up to a mark.
    pub(crate) fn truncate(&mut self, mark: Mark) {
        self.pointer.truncate(mark.pointer);
        self.key_path.truncate(mark.key_path);
    }

    const fn mark(&self) -> Mark {
        Mark { pointer: self.pointer.len(), key_path: self.key_path.len() }
    }
}

/// Escapes one reference token (RFC 6901, section 3): `~` as `~0`, `/` as `~1`.
fn escape_into(path: &mut String, token: &str) {
    for character in token.chars() {
        match character {
            '~' => path.push_str("~0"),
            '/' => path.push_str("~1"),
            // Databases cannot store NUL; a visible sign stands for it, as in shown values.
            '\0' => path.push('\u{2400}'),
            other => path.push(other),
        }
    }
}

/// A path without its last token, and that token, both still escaped; None for the root.
pub(crate) fn split_last(path: &str) -> Option<(&str, &str)> {
    path.rsplit_once('/')
}

/// The unescaped reference tokens of a pointer or key path.
pub fn tokens(path: &str) -> impl Iterator<Item = String> + '_ {
    path.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"))
}

/// The label of a list element that is told apart by these keys: `name=web`, or `kind=Service,name=web`.
/// `\`, `,` and `=` inside a value are escaped with a backslash.
pub(crate) fn identity_label<'a>(parts: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut label = String::new();
    for (key, value) in parts {
        push_identity(&mut label, key, value);
    }
    label
}

/// Adds a key to such a label.
pub(crate) fn push_identity(label: &mut String, key: &str, value: &str) {
    const ESCAPED: [char; 3] = ['\\', ',', '='];
    label.reserve(key.len() + value.len() + 2);
    if !label.is_empty() {
        label.push(',');
    }
    label.push_str(key);
    label.push('=');
    if !value.contains(ESCAPED) {
        return label.push_str(value);
    }
    for character in value.chars() {
        if ESCAPED.contains(&character) {
            label.push('\\');
        }
        label.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::{Trail, identity_label, tokens};

    #[test]
    fn keys_with_slashes_and_tildes_stay_unambiguous() {
        let mut trail = Trail::default();
        let root = trail.push_key("a/b~c");
        let inner = trail.push_element(3, Some(&identity_label([("name", "x=1,y")])));
        assert_eq!(trail.pointer(), "/a~1b~0c/3");
        assert_eq!(trail.key_path(), "/a~1b~0c/name=x\\=1\\,y");
        trail.truncate(inner);
        assert_eq!(tokens(trail.key_path()).collect::<Vec<_>>(), ["a/b~c"]);
        trail.truncate(root);
        assert_eq!(trail.pointer(), "");
    }
}
