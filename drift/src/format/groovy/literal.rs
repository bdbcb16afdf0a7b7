//! Literals and arguments of Groovy and Kotlin.

use crate::document::{Node, Position, Value};

/// The length of the quoted text at the start, quotes included, with the quotes inside of its `${…}`; None when it is not
/// closed.
pub(super) fn quoted_length(text: &str) -> Option<usize> {
    // Quotes and, between them, the braces of interpolations; the last one counts.
    let mut open: Vec<&str> = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        let letter = rest.chars().next()?;
        let inside = open.last().copied();
        at += match (inside, letter) {
            (None | Some("{"), '\'' | '"') => {
                let mark = mark(rest, letter)?;
                open.push(mark);
                mark.len()
            }
            (Some("{"), '}') | (Some("{"), '{') => {
                if letter == '{' {
                    open.push("{");
                } else {
                    open.pop();
                }
                1
            }
            (Some(mark), _) if mark != "{" && rest.starts_with(mark) => {
                open.pop();
                mark.len()
            }
            (Some("'" | "\""), '\n') => return None,
            (Some(_), '\\') => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            (Some("\"" | "\"\"\""), '$') if rest.starts_with("${") => {
                open.push("{");
                2
            }
            _ => letter.len_utf8(),
        };
        if open.is_empty() {
            return Some(at);
        }
    }
}

fn mark(rest: &str, quote: char) -> Option<&str> {
    let three = rest.get(..3).filter(|start| start.chars().all(|letter| letter == quote));
    three.or_else(|| rest.get(..1))
}

/// The text of a literal that is the whole of an expression: quoted without its quotes, numbers and words as they stand;
/// None for any other expression.
pub(in crate::format) fn literal(expression: &str) -> Option<String> {
    let expression = expression.trim();
    if expression.starts_with(['\'', '"']) {
        if quoted_length(expression)? != expression.len() {
            return None;
        }
        let quote = mark(expression, expression.chars().next()?)?.len();
        return Some(unescaped(expression.get(quote..expression.len().checked_sub(quote)?)?));
    }
    let is_number = expression.starts_with(|letter: char| letter.is_ascii_digit() || letter == '-')
        && expression.chars().skip(1).all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_'))
        && expression.contains(|letter: char| letter.is_ascii_digit());
    (is_number || matches!(expression, "true" | "false" | "null")).then(|| expression.to_owned())
}

/// The text of an expression: that of a literal, else `${…}` around it.
pub(in crate::format) fn value(expression: &str) -> String {
    literal(expression).unwrap_or_else(|| format!("${{{}}}", expression.trim()))
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(escaped @ ('\\' | '\'' | '"')) => out.push(escaped),
                // `\$` stays apart from the `$` of a reference.
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            _ => out.push(letter),
        }
    }
    out
}

/// The arguments of a call without its parentheses: each with its name, if it has one, and its expression.
pub(in crate::format) fn arguments(text: &str) -> Vec<(Option<&str>, &str)> {
    let named = |part: &'_ str| -> Option<usize> {
        let name = part.find(|letter: char| !(letter.is_alphanumeric() || letter == '_'))?;
        let rest = part.get(name..)?.trim_start();
        let signed = rest.starts_with(':') || (rest.starts_with('=') && !rest.starts_with("=="));
        (name > 0 && signed).then(|| part.len() - rest.len())
    };
    split(text)
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| match named(part) {
            Some(sign) => (part.get(..sign).map(str::trim), part.get(sign + 1..).unwrap_or_default().trim()),
            None => (None, part),
        })
        .collect()
}

/// The parts between commas that stand in no bracket and no quotes.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut at, mut depth) = (Vec::new(), 0, 0, 0_usize);
    while let Some(letter) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        match letter {
            '\'' | '"' => {
                at += quoted_length(rest).unwrap_or(rest.len());
                continue;
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
        at += letter.len_utf8();
    }
    parts.extend(text.get(start..));
    parts
}

/// The node of an expression: a list of literals in brackets is a list, everything else a text.
pub(in crate::format) fn node(expression: &str, at: Position) -> Node {
    let inner = expression.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let items = inner.map(|inner| split(inner).into_iter().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>());
    match items {
        Some(items) if items.iter().all(|item| literal(item).is_some()) => {
            Node::new(Value::List(items.iter().map(|item| Node::new(Value::String(value(item)), at)).collect()), at)
        }
        _ => Node::new(Value::String(value(expression)), at),
    }
}
