//! Literals and arguments of Groovy and Kotlin.

use crate::document::{Node, Position, Value};
use crate::number::Number;

/// The length of the quoted text at the start, quotes included, with the quotes inside of its `${…}`; None when it is not
/// closed, or when Groovy and Kotlin would not close it at one place.
pub(super) fn quoted_length(text: &str) -> Option<usize> {
    balanced(text, 0, Vec::new())
}

/// The end of what is `open` at `at`, or of the quoted text that starts there: quotes and, between them, the braces of
/// interpolations; the last one counts.
fn balanced<'t>(text: &'t str, mut at: usize, mut open: Vec<&'t str>) -> Option<usize> {
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
                // A fourth quote belongs to the text in Kotlin, and starts another one in Groovy.
                if mark.len() == 3 && rest.get(3..).is_some_and(|behind| behind.starts_with(letter)) {
                    return None;
                }
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
        return quoted(expression);
    }
    let is_number = expression.starts_with(|letter: char| letter.is_ascii_digit() || letter == '-')
        && expression.chars().skip(1).all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_'))
        && expression.contains(|letter: char| letter.is_ascii_digit());
    (is_number || matches!(expression, "true" | "false" | "null")).then(|| expression.to_owned())
}

/// The value of an expression: the text of quotes, whole numbers and words by their type, since `'false'` is true where
/// `false` is not; for any other expression its text in `${…}`. Expressions that differ have values that differ.
pub(in crate::format) fn value(expression: &str) -> Value {
    let expression = expression.trim();
    let text = || quoted(expression).unwrap_or_else(|| format!("${{{expression}}}"));
    match expression {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        _ => whole_number(expression).map_or_else(|| Value::String(text().into()), Value::Number),
    }
}

/// A number whose value is told by its digits alone; `010`, `1.10` and `1L` are told by their spelling.
fn whole_number(expression: &str) -> Option<Number> {
    let digits = expression.strip_prefix('-').unwrap_or(expression);
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    if is_plain || expression == "0" { Number::decimal(expression) } else { None }
}

/// The text between the quotes that are the whole of an expression. Its interpolations stay as they stand and every other
/// `$` is told as `\$`, so that `'${X}'` and `"${X}"` differ; an interpolation alone has blanks in its braces, so that it
/// is not told as the expression `X` is.
fn quoted(expression: &str) -> Option<String> {
    let mark = mark(expression, expression.chars().next().filter(|letter| matches!(letter, '\'' | '"'))?)?;
    if quoted_length(expression)? != expression.len() {
        return None;
    }
    let text = expression.get(mark.len()..expression.len().checked_sub(mark.len())?)?;
    // A backslash between three quotes escapes in Groovy and stands for itself in Kotlin.
    if mark == "\"\"\"" && text.contains('\\') {
        return None;
    }
    let interpolates = mark.starts_with('"');
    if interpolates && text.starts_with("${") && balanced(text, 2, vec!["{"]) == Some(text.len()) {
        return Some(format!("${{ {} }}", text.get(2..text.len().checked_sub(1)?)?));
    }
    unescaped(text, interpolates)
}

/// The text that a literal stands for; None where an escape has no meaning that is known.
fn unescaped(text: &str, interpolates: bool) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let length = match letter {
            '\\' => {
                let (escaped, length) = escape(rest)?;
                if let Some(escaped) = escaped {
                    push(&mut out, escaped);
                }
                length
            }
            '$' if interpolates && rest.starts_with("${") => {
                let length = balanced(rest, 2, vec!["{"])?;
                double_backslashes(&mut out);
                out.push_str(rest.get(..length)?);
                length
            }
            '$' if interpolates && rest.get(1..)?.starts_with(|next: char| next.is_alphabetic() || next == '_') => {
                double_backslashes(&mut out);
                out.push('$');
                1
            }
            _ => {
                push(&mut out, letter);
                letter.len_utf8()
            }
        };
        rest = rest.get(length..)?;
    }
    Some(out)
}

/// Adds a letter of the text itself.
fn push(out: &mut String, letter: char) {
    if letter == '$' {
        double_backslashes(out);
        out.push('\\');
    }
    out.push(letter);
}

/// Tells backslashes of the text, which stand twice in front of a `$`, from the one that says that it is no interpolation.
fn double_backslashes(out: &mut String) {
    let count = out.len() - out.trim_end_matches('\\').len();
    out.extend(std::iter::repeat_n('\\', count));
}

/// What an escape at the start stands for, None for a line end that does not count, and its length.
fn escape(text: &str) -> Option<(Option<char>, usize)> {
    let letter = text.chars().nth(1)?;
    let escaped = match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        '\\' | '\'' | '"' | '$' => letter,
        '\n' => return Some((None, 2)),
        'u' => char::from_u32(u32::from_str_radix(text.get(2..6)?, 16).ok()?)?,
        _ => return None,
    };
    Some((Some(escaped), if letter == 'u' { 6 } else { 2 }))
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
            Node::new(Value::List(items.iter().map(|item| Node::new(value(item), at)).collect()), at)
        }
        _ => Node::new(value(expression), at),
    }
}
