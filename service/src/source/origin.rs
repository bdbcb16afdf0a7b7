//! The URL of a repository, never with its credentials.

use git2::Repository;

/// The URL of the remote `origin` (else of the first remote) without user, password, query and fragment.
pub fn repo_url(repo: &Repository) -> Option<String> {
    let remote = repo.find_remote("origin").or_else(|error| {
        let first = repo.remotes()?.iter().flatten().flatten().next().map(str::to_owned);
        first.map_or(Err(error), |name| repo.find_remote(&name))
    });
    remote.ok()?.url().ok().map(mask)
}

/// A text with every URL in it masked as [`repo_url`] does.
pub fn mask_urls(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let is_scheme = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.');
        let start = rest.get(..at).unwrap_or_default().trim_end_matches(is_scheme).len();
        let is_end = |letter: char| letter.is_whitespace() || matches!(letter, '\'' | '"' | '<' | '>');
        let end = rest.get(at..).and_then(|tail| tail.find(is_end)).map_or(rest.len(), |length| at + length);
        masked.push_str(rest.get(..start).unwrap_or_default());
        masked.push_str(&mask(rest.get(start..end).unwrap_or_default()));
        rest = rest.get(end..).unwrap_or_default();
    }
    masked.push_str(rest);
    masked
}

fn mask(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        // `user@host:path`, unless a slash before the colon makes it a local path.
        let is_remote = url.split_once(':').is_some_and(|(host, _)| !host.contains('/'));
        return if is_remote { without_user(url).to_owned() } else { url.to_owned() };
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    format!("{scheme}://{}", without_user(rest))
}

/// A password may hold a raw `/` or `@`: everything up to the last `@` goes unless it plainly belongs to the path.
fn without_user(rest: &str) -> &str {
    let host_end = rest.find('/').unwrap_or(rest.len());
    let (authority, _) = rest.split_at(host_end);
    if let Some(at) = authority.rfind('@') {
        return rest.get(at + 1..).unwrap_or_default();
    }
    let has_odd_port =
        authority.split_once(':').is_some_and(|(_, port)| !port.bytes().all(|byte| byte.is_ascii_digit()));
    match rest.rfind('@') {
        Some(at) if has_odd_port => rest.get(at + 1..).unwrap_or_default(),
        _ => rest,
    }
}
