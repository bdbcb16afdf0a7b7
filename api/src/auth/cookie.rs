//! The cookie of a session, and where to go after signing in.

use axum::http::{HeaderMap, HeaderValue, header};
use service::web_session::HOURS;

use crate::state::ServerOptions;

/// The name of the cookie.
const NAME: &str = "golden_session";

/// The secret of the session that a request carries.
pub(crate) fn session_of(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, secret) = pairs.find(|(name, _)| *name == NAME)?;
    Some(secret.to_owned()).filter(|secret| !secret.is_empty())
}

/// The header that sets the cookie; an empty secret takes it away. Scripts cannot read it, and no other site's request
/// carries it.
pub(crate) fn set(options: &ServerOptions, secret: &str) -> Option<HeaderValue> {
    let age = if secret.is_empty() { 0 } else { HOURS * 3600 };
    let secure = if options.https { "; Secure" } else { "" };
    let cookie = format!("{NAME}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{secure}");
    HeaderValue::from_str(&cookie).ok()
}

/// A path of this server to go on with; `/` for everything that could lead elsewhere.
pub(crate) fn local_path(next: &str) -> &str {
    let is_local = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
    if is_local { next } else { "/" }
}

/// A text as the value of a parameter.
pub(crate) fn escaped(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/');
    let escape = |byte: u8| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_server_are_gone_on_with() {
        assert_eq!(local_path("/runs/1?risk=high"), "/runs/1?risk=high");
        for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "", "/\tx"] {
            assert_eq!(local_path(elsewhere), "/", "{elsewhere:?}");
        }
    }

    #[test]
    fn values_of_parameters_are_escaped() {
        assert_eq!(escaped("/runs?a=b&c"), "/runs%3Fa%3Db%26c");
    }
}
