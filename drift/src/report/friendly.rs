//! Key paths as people read them: `containers[name=web].image`.

use super::escape::{brief, visible};

/// Longest friendly key path, in characters; JSON and SARIF have all of it.
const KEY_CHARS: usize = 500;

/// The friendly form of a key path: `/server/port` is `server.port`, `/hosts/3` is `hosts[3]`,
/// `/containers/name=web/image` is `containers[name=web].image`, a key with a dot is `["a.b"]`.
/// Unseen characters are spelled out; an empty key path (a whole file) is empty.
pub fn friendly(key_path: &str) -> String {
    brief(&whole(key_path), KEY_CHARS)
}

fn whole(key_path: &str) -> String {
    let mut shown = String::new();
    for segment in key_path.strip_prefix('/').unwrap_or(key_path).split('/').filter(|_| !key_path.is_empty()) {
        let key = segment.replace("~1", "/").replace("~0", "~");
        if !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit()) {
            shown.push_str(&format!("[{key}]"));
        } else if let Some(pairs) = identity(&key) {
            let pairs: Vec<String> = pairs.iter().map(|(k, v)| format!("{}={}", bare(k), bare(v))).collect();
            shown.push_str(&format!("[{}]", pairs.join(",")));
        } else if is_bare(&key) {
            if !shown.is_empty() {
                shown.push('.');
            }
            shown.push_str(&key);
        } else {
            shown.push_str(&format!("[{}]", quoted(&key)));
        }
    }
    shown
}

/// `key=value` or `k1=v1,k2=v2`, where a backslash takes the meaning from the next character; None for a plain key.
fn identity(segment: &str) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    let (mut key, mut text) = (None, String::new());
    let mut chars = segment.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(chars.next().unwrap_or(c)),
            '=' if key.is_none() => key = Some(std::mem::take(&mut text)),
            ',' if key.is_some() => pairs.push((key.take()?, std::mem::take(&mut text))),
            _ => text.push(c),
        }
    }
    pairs.push((key?, text));
    pairs.iter().all(|(key, _)| !key.is_empty()).then_some(pairs)
}

fn bare(text: &str) -> String {
    if is_bare(text) { text.to_owned() } else { quoted(text) }
}

/// True when a key needs no quotes: nothing in it has meaning in the friendly form or cannot be seen.
fn is_bare(key: &str) -> bool {
    let has_meaning = |c: char| c.is_whitespace() || ".,=[]\"'\\".contains(c);
    !key.is_empty() && !key.contains(has_meaning) && visible(key) == key
}

fn quoted(key: &str) -> String {
    format!("\"{}\"", visible(&key.replace('\\', r"\\").replace('"', "\\\"")))
}
