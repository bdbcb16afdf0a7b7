//! The words that a key path is made of: rules look for whole words, never for letters inside other words.

/// The words of a key path by part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyWords {
    parts: Vec<Part>,
    /// The words of all parts, in order.
    all: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    words: Vec<String>,
    /// The identity of a list element (`name=DB_PASSWORD`).
    identity: bool,
}

/// Words that must follow each other (`api+key`), also written as one (`apikey`); the last may be a plural.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Phrase {
    words: Vec<String>,
    joined: String,
}

/// Names that say nothing of their own beside the identity of their list element.
const GENERIC: [&str; 5] = ["value", "values", "default", "content", "data"];

impl KeyWords {
    /// The words of a key path. Keys are split at dots and slashes into parts, parts at other punctuation and at
    /// changes of letter case or between letters and digits into words in lower case. Places in lists and the
    /// `#text` of XML name nothing and are left out.
    pub(crate) fn of(key_path: &str) -> Self {
        let mut parts = Vec::new();
        for segment in key_path.split('/').filter(|segment| !segment.is_empty() && *segment != "#text") {
            let segment = segment.replace("~1", "/").replace("~0", "~");
            if segment.bytes().all(|byte| byte.is_ascii_digit()) {
                continue;
            }
            match segment.split_once('=') {
                Some((_, identity)) => parts.push(Part { words: split(identity), identity: true }),
                None => {
                    parts.extend(segment.split(['.', '/']).map(|part| Part { words: split(part), identity: false }));
                }
            }
        }
        parts.retain(|part| !part.words.is_empty());
        let all = parts.iter().flat_map(|part| part.words.iter().cloned()).collect();
        Self { parts, all }
    }

    /// The words of a name that stands in a line of text.
    pub(crate) fn of_name(name: &str) -> Self {
        Self::of(&name.replace('/', "~1").replace('=', " "))
    }

    /// True when the node's own name holds the phrase. A list element is named by its identity and its list,
    /// and a `value` in such an element by the identity too.
    pub(crate) fn name_has(&self, phrase: &Phrase) -> bool {
        let mut from_end = self.parts.iter().rev();
        let Some(last) = from_end.next() else { return false };
        let before = from_end.next().filter(|before| last.identity || (before.identity && is_generic(last)));
        last.has(phrase) || before.is_some_and(|before| before.has(phrase))
    }

    /// True when the part just above the node's own name holds the phrase.
    pub(crate) fn parent_has(&self, phrase: &Phrase) -> bool {
        self.parts.iter().rev().nth(1).is_some_and(|part| part.has(phrase))
    }

    /// True when the phrase stands anywhere in the path; its words may be in neighbouring parts.
    pub(crate) fn path_has(&self, phrase: &Phrase) -> bool {
        phrase.stands_in(&self.all)
    }
}

fn is_generic(part: &Part) -> bool {
    matches!(part.words.as_slice(), [word] if GENERIC.contains(&word.as_str()))
}

impl Part {
    fn has(&self, phrase: &Phrase) -> bool {
        phrase.stands_in(&self.words)
    }
}

impl Phrase {
    /// Reads `word` or `word+word`, letters and digits in lower case; None for anything else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let words: Vec<String> = text.split('+').map(str::to_owned).collect();
        let plain =
            |word: &String| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        words.iter().all(plain).then(|| Self { joined: words.concat(), words })
    }

    fn stands_in(&self, words: &[String]) -> bool {
        if words.iter().any(|word| same_word(word, &self.joined)) {
            return true;
        }
        // A phrase of one word is the joined one.
        let Some((last, before)) = self.words.split_last().filter(|(_, before)| !before.is_empty()) else {
            return false;
        };
        words
            .windows(self.words.len())
            .filter_map(<[String]>::split_last)
            .any(|(end, start)| start == before && same_word(end, last))
    }
}

fn same_word(word: &str, wanted: &str) -> bool {
    word.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest == "s")
}

fn split(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for (index, character) in chars.iter().enumerate() {
        if !character.is_alphanumeric() {
            open = false;
            continue;
        }
        let before = index.checked_sub(1).and_then(|before| chars.get(before));
        let starts =
            before.is_some_and(|before| starts_word(*before, *character, chars.get(index + 1..).unwrap_or_default()));
        match words.last_mut().filter(|_| open && !starts) {
            Some(word) => word.extend(character.to_lowercase()),
            None => words.push(character.to_lowercase().collect()),
        }
        open = true;
    }
    words
}

/// `dbPassword`, `APIKey` and `password2` start a word at `P`, `K` and `2`; the `D` of `userIDs` starts none.
fn starts_word(before: char, character: char, after: &[char]) -> bool {
    let plural = after.first() == Some(&'s') && !after.get(1).is_some_and(|next| next.is_lowercase());
    (before.is_lowercase() && character.is_uppercase())
        || (before.is_numeric() != character.is_numeric())
        || (before.is_uppercase()
            && character.is_uppercase()
            && !plural
            && after.first().is_some_and(|a| a.is_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::{KeyWords, Phrase, split};

    #[test]
    fn words_are_split_by_punctuation_and_letter_case() {
        assert_eq!(split("dbPassword"), ["db", "password"]);
        assert_eq!(split("APIKey"), ["api", "key"]);
        assert_eq!(split("DB_PASSWORD2"), ["db", "password", "2"]);
        assert_eq!(split("private-key.pem"), ["private", "key", "pem"]);
        assert_eq!(split("tokenizer"), ["tokenizer"]);
    }

    #[test]
    fn phrases_match_whole_words_only() {
        let has = |path: &str, phrase: &str| KeyWords::of(path).name_has(&Phrase::parse(phrase).unwrap());
        assert!(has("/a/apiKeys", "api+key") && has("/a/apikey", "api+key") && has("/a/x.api.key", "key"));
        assert!(!has("/a/monkey", "key") && !has("/secretary", "secret") && !has("/api/x/key", "api+key"));
        assert!(has("/env/name=DB_PASSWORD/value", "password") && has("/tokens/0", "token"));
        assert!(!has("/env/name=DB_PASSWORD/port", "password") && has("/env/name=DB_PASSWORD", "password"));
    }
}
