//! Exact numbers: the source spelling, and equality by value without floating point.

use crate::document::Text;

/// A number in its source spelling. What it is worth is worked out when it is asked for: most numbers never are.
#[derive(Clone, Debug)]
pub struct Number(Box<Spelled>);

#[derive(Clone, Debug)]
struct Spelled {
    source: Text,
    kind: Kind,
}

/// Equal in value and in kind (integer or float): `0x10` is `16`, `1` is not `1.0`.
impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.is_float() == other.is_float() && self.same_value(other)
    }
}

impl Eq for Number {}

impl std::hash::Hash for Number {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.is_float(), self.worth().map(|exact| (exact.negative, exact.exponent, exact.remainder()))).hash(state);
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// The source is a decimal number; `float` when it has a point or an exponent.
    Decimal { float: bool },
    /// The source is in another base; this is the same in decimal digits, with its sign.
    Radix(Box<str>),
    /// Infinity or not-a-number, by its canonical word.
    Special(&'static str),
}

/// `whole` and `fraction` put together, times ten to the power of `exponent`; no zeros lead or end them, and zero has
/// no digits at all.
struct Exact<'n> {
    negative: bool,
    whole: &'n str,
    fraction: &'n str,
    exponent: i64,
}

impl Number {
    fn new(source: &str, kind: Kind) -> Self {
        Self(Box::new(Spelled { source: source.into(), kind }))
    }

    /// Reads a decimal number (`-12`, `1.50`, `6.02e23`); None when the text is not one.
    /// `float` follows JSON and YAML: a point or an exponent makes it a float.
    pub fn decimal(text: &str) -> Option<Self> {
        let (mantissa, exponent) = split_exponent(split_sign(text).1);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_number = !(whole.is_empty() && fraction.is_empty()) && is_digits(whole) && is_digits(fraction);
        let fits = exponent.is_none_or(|exponent| exponent.parse::<i32>().is_ok());
        let float = exponent.is_some() || mantissa.len() > whole.len();
        (is_number && fits).then(|| Self::new(text, Kind::Decimal { float }))
    }

    /// Reads an integer in base 2, 8 or 16 whose prefix the caller took off; `source` is kept as the spelling.
    /// None when a digit does not belong to the base or the value needs more than 128 bits.
    pub fn radix(source: &str, negative: bool, digits: &str, base: u32) -> Option<Self> {
        let value = u128::from_str_radix(digits, base).ok()?;
        let sign = if negative { "-" } else { "" };
        Some(Self::new(source, Kind::Radix(format!("{sign}{value}").into())))
    }

    /// Infinity (`negative` or not) in its source spelling.
    pub fn infinity(source: &str, negative: bool) -> Self {
        Self::new(source, Kind::Special(if negative { "-inf" } else { "inf" }))
    }

    /// Not-a-number in its source spelling.
    pub fn nan(source: &str) -> Self {
        Self::new(source, Kind::Special("nan"))
    }

    /// The spelling of the source.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// True when the spelling makes it a float (`1.0`, `1e3`, infinity), false for integers.
    pub fn is_float(&self) -> bool {
        matches!(&self.0.kind, Kind::Decimal { float: true } | Kind::Special(_))
    }

    /// Equal in value, whatever the spelling: `1`, `1.0` and `0x1` are. Exact beyond 2^53.
    pub fn same_value(&self, other: &Self) -> bool {
        if self.0.source == other.0.source && self.0.kind == other.0.kind {
            return true;
        }
        match (self.worth(), other.worth()) {
            (Ok(left), Ok(right)) => {
                left.negative == right.negative && left.exponent == right.exponent && left.digits().eq(right.digits())
            }
            (Err(left), Err(right)) => left == right,
            _ => false,
        }
    }

    /// What the number is worth, or the word of what is none.
    fn worth(&self) -> Result<Exact<'_>, &'static str> {
        match &self.0.kind {
            Kind::Decimal { .. } => Ok(Exact::of(&self.0.source)),
            Kind::Radix(decimal) => Ok(Exact::of(decimal)),
            Kind::Special(word) => Err(word),
        }
    }

    /// The number as JSON: plain decimal digits where that is at most 40 long, else the spelling as text.
    /// Free of exponents, so that a database that normalises JSON numbers returns the same bytes.
    pub fn to_json(&self) -> serde_json::Value {
        let text = self.worth().ok().and_then(|exact| exact.plain(self.is_float()));
        text.and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_else(|| serde_json::Value::String(self.0.source.as_str().to_owned()))
    }
}

fn split_sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn split_exponent(text: &str) -> (&str, Option<&str>) {
    text.split_once(['e', 'E']).map_or((text, None), |(mantissa, exponent)| (mantissa, Some(exponent)))
}

/// The longest plain spelling that is still shown as a JSON number.
const PLAIN_DIGITS: usize = 40;

impl<'n> Exact<'n> {
    /// What a text that [`Number::decimal`] takes is worth.
    fn of(text: &'n str) -> Self {
        let (negative, rest) = split_sign(text);
        let (mantissa, exponent) = split_exponent(rest);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let (mut whole, mut fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let mut exponent = exponent.and_then(|exponent| exponent.parse::<i64>().ok()).unwrap_or(0);
        exponent = exponent.saturating_sub(length(fraction));
        if fraction.is_empty() {
            let kept = whole.trim_end_matches('0');
            exponent = exponent.saturating_add(length(whole) - length(kept));
            whole = kept;
        }
        if whole.is_empty() {
            fraction = fraction.trim_start_matches('0');
        }
        if whole.is_empty() && fraction.is_empty() {
            return Self { negative: false, whole, fraction, exponent: 0 };
        }
        Self { negative, whole, fraction, exponent }
    }

    fn digits(&self) -> impl Iterator<Item = u8> {
        self.whole.bytes().chain(self.fraction.bytes())
    }

    /// The digits as one number, or what is left of it in 128 bits: the same for numbers that are.
    fn remainder(&self) -> u128 {
        self.digits().fold(0_u128, |sum, digit| sum.wrapping_mul(10).wrapping_add(u128::from(digit - b'0')))
    }

    /// Without an exponent; None when that is longer than [`PLAIN_DIGITS`].
    fn plain(&self, float: bool) -> Option<String> {
        let digits = if self.whole.is_empty() && self.fraction.is_empty() {
            "0".to_owned()
        } else {
            format!("{}{}", self.whole, self.fraction)
        };
        let sign = if self.negative { "-" } else { "" };
        let zeros = usize::try_from(self.exponent.unsigned_abs()).ok().filter(|zeros| *zeros <= PLAIN_DIGITS)?;
        let body = if self.exponent >= 0 {
            let whole = format!("{digits}{}", "0".repeat(zeros));
            if float { format!("{whole}.0") } else { whole }
        } else if digits.len() > zeros {
            let (whole, fraction) = digits.split_at(digits.len() - zeros);
            format!("{whole}.{fraction}")
        } else {
            format!("0.{}{digits}", "0".repeat(zeros - digits.len()))
        };
        (body.len() <= PLAIN_DIGITS).then(|| format!("{sign}{body}"))
    }
}

fn length(digits: &str) -> i64 {
    i64::try_from(digits.len()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::Number;

    fn number(text: &str) -> Number {
        Number::decimal(text).unwrap()
    }

    #[test]
    fn values_compare_exactly_beyond_the_precision_of_doubles() {
        assert!(!number("9007199254740993").same_value(&number("9007199254740992")));
        assert!(number("1").same_value(&number("1.0")) && number("1") != number("1.0"));
        assert!(number("1e3").same_value(&number("1000")));
        assert_eq!(number("-0"), number("0"));
    }

    #[test]
    fn one_value_has_many_spellings_and_one_hash() {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let hash = |number: &Number| {
            let mut hasher = DefaultHasher::new();
            number.hash(&mut hasher);
            hasher.finish()
        };
        let spellings = ["15.0", "1.50e1", "0015.00", "150e-1", "+15.", ".15e2", "0.0015e4"].map(number);
        for spelling in &spellings {
            assert_eq!(spelling, &spellings[0], "{spelling:?}");
            assert_eq!(hash(spelling), hash(&spellings[0]), "{spelling:?}");
        }
        let sixteen = Number::radix("0x10", true, "10", 16).unwrap();
        assert!(sixteen == number("-16") && hash(&sixteen) == hash(&number("-16")));
        for other in ["1.5", "150.0", "-15.0", "15.01", "105.0", "0.0"] {
            assert_ne!(number(other), spellings[0], "{other}");
        }
        assert_eq!(number("0.000e7"), number("-0.0"));
        assert_eq!(Number::infinity(".inf", false), Number::infinity("Infinity", false));
        assert_ne!(Number::infinity("-.inf", true), Number::infinity("Infinity", false));
    }

    #[test]
    fn json_has_no_exponent_and_falls_back_to_text() {
        assert_eq!(number("1.50e2").to_json().to_string(), "150.0");
        assert_eq!(number("2.50").to_json().to_string(), "2.5");
        assert_eq!(number("-5e-3").to_json().to_string(), "-0.005");
        assert_eq!(number("1e400").to_json().to_string(), "\"1e400\"");
        assert!(Number::decimal("").is_none() && Number::decimal("1_0").is_none());
    }
}
