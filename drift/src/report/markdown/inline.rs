//! Untrusted text inside Markdown: code spans, prose without meaning, commands in fences.

use crate::report::escape::{markup, visible};

/// A code span for a table cell or a line: nothing in it has meaning, neither to Markdown nor to the host's filters
/// for mentions and references. A text with a pipe is an element instead, because the tables of common renderers
/// disagree about a backslash before an escaped pipe.
pub(super) fn code(text: &str) -> String {
    let shown = visible(text);
    if shown.contains('|') || shown.trim().is_empty() {
        return html_code(&shown);
    }
    let fence = "`".repeat(longest_backticks(&shown) + 1);
    let pad = if shown.starts_with(['`', ' ']) || shown.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

/// A `code` element in which every character but letters, digits and blanks is a character reference where Markdown
/// could see a meaning in it.
pub(super) fn html_code(text: &str) -> String {
    format!("<code>{}</code>", visible(text).chars().map(html_reference).collect::<String>())
}

/// Prose: punctuation has no meaning, and words that a host would turn into mentions, references or links stand in a
/// `code` element, where its filters do not look. Character references alone do not stop those filters: they read the
/// page after they were resolved.
pub(super) fn prose(text: &str) -> String {
    let shown = visible(text);
    let (first, rest) = shown.split_once(' ').map_or((shown.as_str(), None), |(first, rest)| (first, Some(rest)));
    // The first word may start a line, where `1.` or `-` would start a list.
    let starts_list = first.starts_with(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation());
    let first = match is_inert(first) {
        true if starts_list => first.chars().map(strict_reference).collect(),
        _ => word_of_prose(first),
    };
    let rest = rest.into_iter().flat_map(|rest| rest.split(' ')).map(word_of_prose);
    std::iter::once(first).chain(rest).collect::<Vec<_>>().join(" ")
}

/// One of our own words; `AUTO_MERGE` has an underscore that must not start emphasis.
pub(super) fn word(text: &str) -> String {
    text.chars().map(reference).collect()
}

/// A command in a fenced block.
pub(super) fn fenced(command: &str) -> String {
    let shown = visible(command);
    let fence = "`".repeat(longest_backticks(&shown).max(2) + 1);
    format!("{fence}sh\n{shown}\n{fence}\n")
}

fn word_of_prose(word: &str) -> String {
    let (stem, end) = word.strip_suffix(':').map_or((word, ""), |stem| (stem, ":"));
    if is_inert(word) { stem.chars().map(reference).chain([end.to_owned()]).collect() } else { html_code(word) }
}

/// False for words that hosts turn into mentions, references, links to pages or links to commits.
fn is_inert(word: &str) -> bool {
    let names = |(sign, next): (char, char)| "@#!%$~^&[*".contains(sign) && (next.is_alphanumeric() || next == '"');
    let refers = word.chars().zip(word.chars().skip(1)).any(names);
    let links = word.contains("://") || word.to_ascii_lowercase().contains("www.");
    let commit = |part: &str| part.len() >= 7 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    !refers && !links && !word.split(|c: char| !c.is_ascii_alphanumeric()).any(commit)
}

fn reference(c: char) -> String {
    // Plain in the middle of a line.
    if " .,;/()=?-".contains(c) { c.to_string() } else { strict_reference(c) }
}

/// In an element Markdown still looks for links (`www.`) and emphasis.
fn html_reference(c: char) -> String {
    if " /-".contains(c) { c.to_string() } else { strict_reference(c) }
}

fn strict_reference(c: char) -> String {
    match c {
        '<' | '>' | '&' | '"' | '\'' => markup(c.encode_utf8(&mut [0; 4])),
        _ if c.is_ascii_punctuation() => format!("&#{};", c as u32),
        _ => c.to_string(),
    }
}

fn longest_backticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}
