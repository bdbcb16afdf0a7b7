//! Numbers of JSON and JSON5, exact.

use super::super::Unreadable;
use super::cursor::Cursor;
use crate::number::Number;

impl Cursor<'_> {
    /// Takes a number, whose sign, digit or point comes next.
    pub(super) fn number(&mut self) -> Result<Number, Unreadable> {
        let rest = self.rest();
        let sign = usize::from(rest.starts_with(['+', '-']));
        let mut length = end_of_run(rest, sign);
        let run = rest.get(sign..length).unwrap_or_default();
        let has_exponent = run.ends_with(['e', 'E']) && !run.starts_with("0x") && !run.starts_with("0X");
        if has_exponent && matches!(rest.as_bytes().get(length), Some(b'+' | b'-')) {
            length = end_of_run(rest, length + 1);
        }
        let source = rest.get(..length).unwrap_or_default();
        let number = exact(source).map_err(|reason| self.error(reason))?;
        self.advance(length);
        Ok(number)
    }
}

/// Where the letters, digits and points that start at an offset end.
fn end_of_run(text: &str, from: usize) -> usize {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$');
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    from + rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len())
}

/// `Infinity` and `NaN`.
pub(super) fn special(word: &str) -> Option<Number> {
    match word {
        "Infinity" => Some(Number::infinity(word, false)),
        "NaN" => Some(Number::nan(word)),
        _ => None,
    }
}

fn exact(source: &str) -> Result<Number, &'static str> {
    let (negative, bare) = match source.strip_prefix('-') {
        Some(bare) => (true, bare),
        None => (false, source.strip_prefix('+').unwrap_or(source)),
    };
    match bare {
        "Infinity" => return Ok(Number::infinity(source, negative)),
        "NaN" => return Ok(Number::nan(source)),
        _ => {}
    }
    if let Some(digits) = bare.strip_prefix("0x").or_else(|| bare.strip_prefix("0X")) {
        let all = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = if all { Number::radix(source, negative, digits, 16) } else { None };
        return number.ok_or("not valid JSON: a hexadecimal number lacks digits or has more than 128 bits");
    }
    if bare.starts_with('0') && bare.as_bytes().get(1).is_some_and(u8::is_ascii_digit) {
        return Err("not valid JSON: a number starts with a needless zero");
    }
    Number::decimal(source).ok_or("not valid JSON: a number has other than digits, or too large an exponent")
}
