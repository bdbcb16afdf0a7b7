//! URLs written otherwise: what RFC 3986, section 6, says is one URL for every reader.

/// Schemes whose host has no letter case and whose empty path is `/`, with their default port.
const SCHEMES: [(&str, &str); 4] = [("http", "80"), ("https", "443"), ("ws", "80"), ("wss", "443")];

/// True for two URLs that differ only in letter case of scheme, host and percent-encodings, in a default port that is
/// written, or in `/` for an empty path.
pub(super) fn same(old: &str, new: &str) -> bool {
    normal(old).is_some_and(|old| normal(new) == Some(old))
}

/// Scheme, user, host, port and the rest; None for what is no URL of a known scheme.
fn normal(url: &str) -> Option<(&'static str, String, String, String, String)> {
    let (scheme, rest) = url.split_once("://")?;
    let (scheme, default_port) = SCHEMES.iter().find(|(name, _)| scheme.eq_ignore_ascii_case(name))?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let (user, place) = authority.rsplit_once('@').map_or(("", authority), |(user, place)| (user, place));
    // The colons of an IPv6 address are no port.
    let (host, port) = match place.rsplit_once(':').filter(|(_, port)| !port.contains(']')) {
        Some((host, port)) => (host, port),
        None => (place, *default_port),
    };
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
    let plain = !host.is_empty() && host.chars().all(is_host) && port.bytes().all(|byte| byte.is_ascii_digit());
    let rest = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
    (plain && !rest.contains(char::is_whitespace))
        .then(|| (*scheme, user.to_owned(), host.to_ascii_lowercase(), port.to_owned(), percent_upper(&rest)))
}

/// The text with the digits of percent-encodings in upper case.
fn percent_upper(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut left = 0_u8;
    for character in text.chars() {
        result.push(if left > 0 && character.is_ascii_hexdigit() { character.to_ascii_uppercase() } else { character });
        left = if character == '%' { 2 } else { left.saturating_sub(1) };
    }
    result
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn what_every_reader_takes_as_one_url() {
        for (old, new) in [
            ("HTTP://Svc.example/a", "http://svc.example/a"),
            ("https://svc.example:443/a", "https://svc.example/a"),
            ("http://svc.example", "http://svc.example:80/"),
            ("http://svc.example?x=1", "http://svc.example/?x=1"),
            ("https://svc.example/a%2fb", "https://svc.example/a%2Fb"),
            ("ws://[::1]:80/x", "ws://[::1]/x"),
        ] {
            assert!(same(old, new), "{old} {new}");
        }
        for (old, new) in [
            ("http://svc.example/a", "https://svc.example/a"),
            ("http://svc.example/a", "http://svc.example/A"),
            ("http://svc.example/a", "http://svc.example/a/"),
            ("http://svc.example:8080/", "http://svc.example/"),
            ("http://svc.example:443/", "https://svc.example/"),
            ("http://A@svc.example/", "http://a@svc.example/"),
            ("http://svc.example/%2f", "http://svc.example//"),
            ("s3://Bucket/a", "s3://bucket/a"),
            ("http://${Host}/", "http://${host}/"),
            ("http:///a", "http://"),
            ("http://svc.example/?a=B", "http://svc.example/?a=b"),
        ] {
            assert!(!same(old, new), "{old} {new}");
        }
    }
}
