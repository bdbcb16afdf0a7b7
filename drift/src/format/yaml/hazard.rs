//! Plain scalars that YAML 1.1 readers take otherwise than YAML 1.2: which, and what each makes of them.

use super::scalar::{boolean_word, number, sign};

/// What one version of YAML makes of a plain scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    Text,
    Boolean(bool),
    /// Digits in this base, with the sign and underscores of the source.
    Integer(u32),
    Float,
    /// A number in base 60.
    Sixty,
    Date,
    Default,
}

impl Reading {
    /// The reading with the value that it gives, if that helps and may be told.
    fn told(self, text: &str, with_value: bool) -> String {
        let sort = match self {
            Self::Text => "text",
            Self::Boolean(_) => "a boolean",
            Self::Integer(2) => "an integer in base 2",
            Self::Integer(8) => "an integer in base 8",
            Self::Integer(16) => "an integer in base 16",
            Self::Integer(_) => "an integer in base 10",
            Self::Float => "a float",
            Self::Sixty => "a number in base 60",
            Self::Date => "a date",
            Self::Default => "the mark of a default value",
        };
        match self.value(text).filter(|_| with_value) {
            Some(value) => format!("{sort} ({value})"),
            None => sort.to_owned(),
        }
    }

    fn value(self, text: &str) -> Option<String> {
        let (negative, bare) = sign(text);
        let sign = if negative { "-" } else { "" };
        match self {
            Self::Boolean(value) => Some(value.to_string()),
            Self::Integer(base) => {
                let digits = bare.trim_start_matches("0o").trim_start_matches("0x").trim_start_matches("0b");
                let value = u128::from_str_radix(&digits.replace('_', ""), base).ok()?;
                Some(format!("{sign}{value}"))
            }
            Self::Sixty => {
                let parts = bare.replace('_', "");
                let sum = parts
                    .split(':')
                    .try_fold(0_u128, |sum, part| sum.checked_mul(60)?.checked_add(part.parse().ok()?))?;
                Some(format!("{sign}{sum}"))
            }
            Self::Text | Self::Float | Self::Date | Self::Default => None,
        }
    }
}

/// The message for a plain scalar that common YAML 1.1 readers (PyYAML, SnakeYAML, go-yaml 2) take otherwise; None
/// for all others. A secret is told without what either makes of it.
pub(super) fn message(text: &str, secret: bool) -> Option<String> {
    let (now, before) = readings(text)?;
    let (now, before) = (now.told(text, !secret), before.told(text, !secret));
    Some(format!("YAML 1.2 reads this plain scalar as {now}, YAML 1.1 as {before}; quote it, or write what is meant"))
}

/// True for a scalar that has a message.
pub(super) fn is_ambiguous(text: &str) -> bool {
    readings(text).is_some()
}

fn readings(text: &str) -> Option<(Reading, Reading)> {
    if let Some(value) = boolean_word(text) {
        return Some((Reading::Text, Reading::Boolean(value)));
    }
    if text == "=" {
        return Some((Reading::Text, Reading::Default));
    }
    let (_, bare) = sign(text);
    let signed = bare.len() != text.len();
    if !bare.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    if text.starts_with("0o") {
        return number(text).is_some().then_some((Reading::Integer(8), Reading::Text));
    }
    if let Some(digits) = bare.strip_prefix("0x") {
        return (digits_of(digits, 16) && (signed || digits.contains('_')))
            .then_some((Reading::Text, Reading::Integer(16)));
    }
    if let Some(digits) = bare.strip_prefix("0b") {
        return digits_of(digits, 2).then_some((Reading::Text, Reading::Integer(2)));
    }
    if is_date(text) {
        return Some((Reading::Text, Reading::Date));
    }
    if bare.contains(':') {
        return sexagesimal(bare).then_some((Reading::Text, Reading::Sixty));
    }
    if bare.contains(['.', 'e', 'E']) { float(bare, signed) } else { integer(bare) }
}

/// Digits with the underscores of YAML 1.1, at least one digit.
fn digits_of(text: &str, base: u32) -> bool {
    text.chars().any(|digit| digit != '_') && text.chars().all(|digit| digit == '_' || digit.is_digit(base))
}

fn integer(bare: &str) -> Option<(Reading, Reading)> {
    if !digits_of(bare, 10) {
        return None;
    }
    let underscored = bare.contains('_');
    if !bare.starts_with('0') || bare == "0" {
        return underscored.then_some((Reading::Text, Reading::Integer(10)));
    }
    let octal = digits_of(bare, 8);
    match (underscored, octal) {
        (true, true) => Some((Reading::Text, Reading::Integer(8))),
        (true, false) => None,
        (false, false) => Some((Reading::Integer(10), Reading::Text)),
        // One digit is the same number in both bases.
        (false, true) => {
            (bare.trim_start_matches('0').len() > 1).then_some((Reading::Integer(10), Reading::Integer(8)))
        }
    }
}

/// YAML 1.1 wants a point, a sign in the exponent, and no sign before a leading point.
fn float(bare: &str, signed: bool) -> Option<(Reading, Reading)> {
    let (mantissa, exponent) = bare.split_once(['e', 'E']).map_or((bare, None), |(left, right)| (left, Some(right)));
    let plain = mantissa.replacen('.', "", 1);
    if !digits_of(&plain, 10) || mantissa.starts_with('_') {
        return None;
    }
    let signed_exponent = exponent.is_none_or(|exponent| exponent.starts_with(['+', '-']));
    if exponent
        .is_some_and(|exponent| !sign(exponent).1.bytes().all(|byte| byte.is_ascii_digit()) || exponent.is_empty())
    {
        return None;
    }
    let before = mantissa.contains('.') && signed_exponent && !(signed && mantissa.starts_with('.'));
    match (mantissa.contains('_'), before) {
        (true, true) => Some((Reading::Text, Reading::Float)),
        (false, false) => Some((Reading::Float, Reading::Text)),
        _ => None,
    }
}

/// `[1-9][0-9_]*(:[0-5]?[0-9])+`, with a fraction at the end from `[0-9]` on.
fn sexagesimal(bare: &str) -> bool {
    let (whole, fraction) = bare.split_once('.').map_or((bare, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or_default();
    let starts =
        first.starts_with(|digit: char| digit.is_ascii_digit()) && (fraction.is_some() || !first.starts_with('0'));
    let sixtieth = |part: &str| match part.as_bytes() {
        [ones] => ones.is_ascii_digit(),
        [tens, ones] => matches!(tens, b'0'..=b'5') && ones.is_ascii_digit(),
        _ => false,
    };
    starts
        && digits_of(first, 10)
        && parts.all(sixtieth)
        && fraction.is_none_or(|digits| digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_'))
}

/// `2001-12-14`, or the same with a time of day (<https://yaml.org/type/timestamp.html>).
fn is_date(text: &str) -> bool {
    let digits = |text: &str, most: usize| {
        !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let (date, time) = match text.find(['T', 't', ' ', '\t']) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let year = parts.next().is_some_and(|year| year.len() == 4 && digits(year, 4));
    let rest: Vec<&str> = parts.collect();
    let two = |part: &&str| if time.is_some() { digits(part, 2) } else { part.len() == 2 && digits(part, 2) };
    if !(year && rest.len() == 2 && rest.iter().all(two)) {
        return false;
    }
    time.is_none_or(|time| {
        let mut parts = time.trim_start().splitn(3, ':');
        let hour = parts.next().is_some_and(|hour| digits(hour, 2));
        let minute = parts.next().is_some_and(|minute| minute.len() == 2 && digits(minute, 2));
        hour && minute && parts.next().is_some_and(|second| digits(second.get(..2).unwrap_or_default(), 2))
    })
}
