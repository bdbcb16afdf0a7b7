//! pip requirements: a map from normalised name to specifier; options, URLs and paths stay lines.

use std::collections::HashSet;

use crate::document::{Document, Line};
use crate::format::Unreadable;
use crate::format::keys::{Keys, text_entry};
use crate::format::logical::Logical;
use crate::format::place::{lines, offset_in};
use crate::format::tally::Tally;
use crate::limits::Limits;

/// Reads requirements. Two of one name are a finding unless their markers tell them apart.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Document, Unreadable> {
    let mut tally = Tally::new(limits);
    let mut keys = Keys::default();
    let mut seen = HashSet::new();
    let mut rest = Vec::new();
    for logical in logical_lines(text) {
        let content = without_comment(logical.text()).trim();
        if content.is_empty() {
            continue;
        }
        let Some((name, specifier)) = split_requirement(content) else {
            rest.push(Line { number: logical.number(), text: collapsed(content) });
            continue;
        };
        let at = logical.place(offset_in(logical.text(), name));
        let value_at = logical.place(offset_in(logical.text(), specifier));
        let (key, value) = (normal_name(name), normal_specifier(specifier));
        tally.node(value_at)?;
        let repeated = !seen.insert((key.clone(), marker(&value).to_owned()));
        let first = keys.gather(text_entry(key.as_str(), at, value, value_at));
        if let Some(first) = first.filter(|_| repeated) {
            tally.duplicate(&key, first, at, "all its specifiers are compared, in order");
        }
    }
    Ok(Document { lines: rest, ..tally.into_document(keys.into_map()) })
}

/// Joins lines that end with a backslash; a comment line ends a continuation, as it does for pip.
fn logical_lines(text: &str) -> impl Iterator<Item = Logical> {
    let mut source = lines(text);
    std::iter::from_fn(move || {
        let mut logical = Logical::default();
        let mut any = false;
        for line in source.by_ref() {
            any = true;
            let comment = line.text.trim_start().starts_with('#');
            match line.text.strip_suffix('\\').filter(|_| !comment) {
                Some(part) => logical.push(part, line.place(part)),
                None => {
                    // The blank makes a comment line a comment of the joined line too.
                    logical.push(if comment { " " } else { "" }, line.place(line.text));
                    logical.push(line.text, line.place(line.text));
                    break;
                }
            }
        }
        any.then_some(logical)
    })
}

fn without_comment(text: &str) -> &str {
    let mut blank = true;
    for (offset, character) in text.char_indices() {
        if blank && character == '#' {
            return text.get(..offset).unwrap_or(text);
        }
        blank = character.is_whitespace();
    }
    text
}

/// The name and what follows it; None for options, URLs, direct references, paths and archives.
fn split_requirement(content: &str) -> Option<(&str, &str)> {
    let is_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
    let end = content.find(|character| !is_name(character)).unwrap_or(content.len());
    let (name, rest) = content.split_at(end);
    let ends_well = |end: Option<char>| end.is_some_and(|character| character.is_ascii_alphanumeric());
    let archive = [".whl", ".zip", ".gz", ".bz2", ".tgz"].iter().any(|suffix| name.ends_with(suffix));
    if archive || !ends_well(name.chars().next()) || !ends_well(name.chars().last()) {
        return None;
    }
    let specifier = rest.trim_start();
    // `--hash` follows a blank; `name--hash` and `name/path` are other things.
    let opens = specifier.is_empty()
        || specifier.starts_with(['=', '<', '>', '!', '~', '[', '(', ';'])
        || (rest.len() > specifier.len() && specifier.starts_with("--"));
    let version = specifier.split([';', ' ']).next().unwrap_or_default();
    (opens && !version.contains('@') && !specifier.contains("] @")).then_some((name, specifier))
}

/// The name by PEP 503: lower case, runs of `-`, `_` and `.` as one `-`.
fn normal_name(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    lower.split(['-', '_', '.']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// The specifier with no blanks in the version part and single blanks in markers and options.
fn normal_specifier(specifier: &str) -> String {
    let options_at =
        specifier.find(" --").or_else(|| specifier.starts_with("--").then_some(0)).unwrap_or(specifier.len());
    let (requirement, options) = specifier.split_at(options_at);
    let (versions, marker) =
        requirement.split_once(';').map_or((requirement, None), |(versions, marker)| (versions, Some(marker)));
    let mut normal: String = versions.split_whitespace().collect();
    if let Some(marker) = marker {
        normal.push_str("; ");
        normal.push_str(&collapsed(marker));
    }
    if !options.is_empty() {
        normal.push(' ');
        normal.push_str(&collapsed(options));
    }
    normal.trim().to_owned()
}

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn marker(specifier: &str) -> &str {
    let requirement = specifier.split(" --").next().unwrap_or_default();
    requirement.split_once(';').map_or("", |(_, marker)| marker.trim())
}
