//! The names of environments inside of values and keys, by token and never by substring.

use std::collections::HashSet;

use crate::environment::OWN_NAME;

/// Every word for one environment, ready to be looked for in texts.
#[derive(Clone, Debug)]
pub(super) struct Names {
    /// Lower case with `-` between their parts, longest first.
    words: Vec<String>,
}

impl Names {
    pub(super) const fn new(words: Vec<String>) -> Self {
        Self { words }
    }

    /// The text with each of the words replaced by [`OWN_NAME`].
    pub(super) fn shape(&self, text: &str) -> String {
        let (mut shape, mut at) = (String::with_capacity(text.len()), 0);
        while let Some(letter) = text.get(at..).and_then(|rest| rest.chars().next()) {
            match self.lengths(text, at).next() {
                Some(length) => {
                    shape.push_str(OWN_NAME);
                    at += length;
                }
                None => {
                    shape.push(letter);
                    at += letter.len_utf8();
                }
            }
        }
        shape
    }

    /// Lengths of the words that stand at a place as whole tokens, longest first.
    fn lengths<'n>(&'n self, text: &'n str, at: usize) -> impl Iterator<Item = usize> + 'n {
        let bytes = text.as_bytes();
        let is_part = move |at: usize| bytes.get(at).is_some_and(|byte| is_part(*byte));
        let starts = at.checked_sub(1).is_none_or(|before| !is_part(before));
        self.words.iter().filter(move |_| starts).filter_map(move |word| {
            let end = at + word.len();
            let found = bytes.get(at..end)?;
            (same(word, found) && !is_part(end)).then_some(word.len())
        })
    }
}

/// Letters and digits belong to a token; so does whatever is not ASCII.
const fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// Letter case and the kind of break between the parts of a word do not count.
fn same(word: &str, found: &[u8]) -> bool {
    word.bytes().zip(found).all(|(word, byte)| match byte {
        b'_' | b'.' => word == b'-',
        byte => word == byte.to_ascii_lowercase(),
    })
}

/// Most places at which both texts have a name that one comparison follows; beyond it they count as different.
const MOST_PLACES: usize = 100_000;

/// True when two texts are the same but for places where each has a name of its own environment, at least one of them.
pub(super) fn differ_by_name((left, left_names): (&str, &Names), (right, right_names): (&str, &Names)) -> bool {
    let (old, new) = (left.as_bytes(), right.as_bytes());
    let mut seen: HashSet<(usize, usize)> = HashSet::new();
    // The last is tried first: plain equality, and names only where that leads nowhere.
    let mut open = vec![(0, 0)];
    while let Some((at, other)) = open.pop() {
        let (mut at, mut other) = (at, other);
        loop {
            if at == old.len() && other == new.len() {
                return left != right;
            }
            let named =
                left_names.lengths(left, at).next().is_some() && right_names.lengths(right, other).next().is_some();
            if named {
                if !seen.insert((at, other)) {
                    break;
                }
                if seen.len() > MOST_PLACES {
                    return false;
                }
                for length in left_names.lengths(left, at) {
                    open.extend(right_names.lengths(right, other).map(|there| (at + length, other + there)));
                }
            }
            match (old.get(at), new.get(other)) {
                (Some(byte), Some(there)) if byte == there => (at, other) = (at + 1, other + 1),
                _ => break,
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Names, differ_by_name};

    fn names(words: &[&str]) -> Names {
        Names::new(words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[test]
    fn names_are_found_by_token() {
        let (dev, prod) = (names(&["development", "local", "dev"]), names(&["production", "pre-prod", "prod"]));
        for (left, right) in [
            ("svc-dev.example", "svc-prod.example"),
            ("https://dev.svc.example/DEV", "https://production.svc.example/prod"),
            ("svc-dev.local", "svc-prod.local"),
            ("dev", "pre_prod"),
            ("dev_dev", "prod_prod"),
        ] {
            assert!(differ_by_name((left, &dev), (right, &prod)), "{left} {right}");
            assert!(differ_by_name((right, &prod), (left, &dev)), "{right} {left}");
        }
        for (left, right) in [
            ("svc-dev.example", "svc-dev.example"),
            ("svc-dev.example", "svc-prod2.example"),
            ("svc-dev.example", "svd-prod.example"),
            ("device", "produce"),
            ("svc-prod.example", "svc-dev.example"),
            ("dev", ""),
            ("10", "20"),
        ] {
            assert!(!differ_by_name((left, &dev), (right, &prod)), "{left} {right}");
        }
        assert_eq!(prod.shape("a.prod/PRE.PROD-prodé/product"), "a.{environment}/{environment}-prodé/product");
    }
}
