//! What values are compared by: their hosts, or a single word.

/// The parts of one value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    hosts: Vec<String>,
    word: Option<String>,
}

/// Words in a key's name that say that a value is a place in a network.
const PLACES: [&str; 13] = [
    "host", "hosts", "hostname", "url", "urls", "uri", "endpoint", "address", "server", "servers", "broker", "brokers",
    "domain",
];

/// Longest value that has parts, and the shortest and longest word that is one, in bytes.
const MOST_BYTES: usize = 2_000;
const LEAST_WORD: usize = 4;
const MOST_WORD: usize = 40;

impl Parts {
    /// The parts of a value of this key. Hosts are those of URLs (`scheme://host`), of `user@host`, and whatever looks like
    /// one where the key says that it is a place.
    pub(super) fn of(name: &str, value: &str) -> Self {
        if value.len() > MOST_BYTES {
            return Self::default();
        }
        let is_place = name.split(|letter: char| !letter.is_alphanumeric()).any(|word| PLACES.contains(&word))
            || PLACES.iter().any(|place| name.ends_with(place));
        let mut hosts = Vec::new();
        let mut start = 0;
        for token in value.split(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-'))) {
            let before = value.get(..start).unwrap_or_default();
            start += token.len() + 1;
            let addressed = before.ends_with("://") || before.ends_with('@');
            if (addressed || (is_place && before.is_empty()) || (is_place && before.ends_with(',')))
                && is_host(token)
                && !hosts.iter().any(|host: &String| host.eq_ignore_ascii_case(token))
            {
                hosts.push(token.to_ascii_lowercase());
            }
        }
        let word = (hosts.is_empty() && is_word(value)).then(|| value.to_owned());
        Self { hosts, word }
    }

    pub(super) fn hosts(&self) -> impl Iterator<Item = &str> {
        self.hosts.iter().map(String::as_str)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.hosts().chain(self.word.as_deref())
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.hosts.is_empty() && self.word.is_none()
    }
}

/// Labels with points between them, the last one a name: addresses of numbers have no domain.
fn is_host(token: &str) -> bool {
    let label =
        |label: &str| !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-');
    let last = token.rsplit('.').next().unwrap_or_default();
    token.contains('.')
        && token.len() <= 253
        && token.split('.').all(label)
        && last.len() >= 2
        && last.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_word(value: &str) -> bool {
    (LEAST_WORD..=MOST_WORD).contains(&value.len())
        && value.starts_with(|first: char| first.is_ascii_alphabetic())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// What stands behind the first label of a host; None for a word.
pub(super) fn domain(host: &str) -> Option<&str> {
    let (first, rest) = host.split_once('.')?;
    // `svc.example` is a domain itself.
    Some(if rest.contains('.') { rest } else { host }).filter(|_| !first.is_empty())
}

/// True when one letter was changed, added, left out, or changed places with the next, and no digit is concerned.
pub(super) fn one_edit(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    let same = short.iter().zip(long).take_while(|(one, other)| one == other).count();
    let (short, long) = (short.get(same..).unwrap_or_default(), long.get(same..).unwrap_or_default());
    match (short, long) {
        ([one, rest @ ..], [other, others @ ..]) if short.len() == long.len() => {
            let swapped = matches!((rest, others), ([next, rest @ ..], [following, others @ ..])
                if one == following && other == next && rest == others && one != other);
            let letters = |bytes: &[u8]| !bytes.iter().any(u8::is_ascii_digit);
            (rest == others && letters(&[*one, *other])) || (swapped && letters(&[*one, *other]))
        }
        (rest, [other, others @ ..]) if rest.len() == others.len() => rest == others && !other.is_ascii_digit(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Parts, domain, one_edit};

    #[test]
    fn one_edit_is_one_letter() {
        for (left, right) in
            [("example", "exmaple"), ("info", "infos"), ("info", "nfo"), ("warn", "worn"), ("ab", "ba")]
        {
            assert!(one_edit(left, right) && one_edit(right, left), "{left} {right}");
        }
        for (left, right) in
            [("a", "a"), ("db-1", "db-2"), ("v1", "v12"), ("abc", "bcd"), ("abcd", "ab"), ("ab12", "ab21")]
        {
            assert!(!one_edit(left, right) && !one_edit(right, left), "{left} {right}");
        }
    }

    #[test]
    fn hosts_stand_in_urls_and_under_keys_that_say_so() {
        for (name, value, parts) in [
            ("url", "https://u@db.svc.example:80/x.y?z=a.b", &["db.svc.example"][..]),
            ("db_host", "db.svc.example", &["db.svc.example"]),
            ("servers", "a.svc.example:1,B.svc.example:2", &["a.svc.example", "b.svc.example"]),
            ("class", "com.example.shop", &[]),
            ("class", "jdbc:postgresql://db.svc.example/shop", &["db.svc.example"]),
            ("host", "10.0.0.1", &[]),
            ("level", "INFO", &["INFO"]),
            ("level", "off", &[]),
            ("text", "two words", &[]),
        ] {
            assert_eq!(Parts::of(name, value).all().collect::<Vec<_>>(), parts, "{name} {value}");
        }
        assert_eq!([domain("a.b.c"), domain("a.b"), domain("a")], [Some("b.c"), Some("a.b"), None]);
    }
}
