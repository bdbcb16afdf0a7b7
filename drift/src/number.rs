//! Exact numbers: the source spelling, and equality by value without floating point.

/// A number in its source spelling together with its exact decimal value.
#[derive(Clone, Debug)]
pub struct Number {
    source: String,
    kind: Kind,
}

/// Equal in value and in kind (integer or float): `0x10` is `16`, `1` is not `1.0`.
impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for Number {}

impl std::hash::Hash for Number {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.kind.hash(state);
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// `digits` times ten to the power of `exponent`; digits without leading or trailing zeros, "0" for zero.
    Exact { negative: bool, digits: String, exponent: i64, float: bool },
    /// Infinity or not-a-number, by its canonical word.
    Special(&'static str),
}

impl Number {
    /// Reads a decimal number (`-12`, `1.50`, `6.02e23`); None when the text is not one.
    /// `float` follows JSON and YAML: a point or an exponent makes it a float.
    pub fn decimal(text: &str) -> Option<Self> {
        let (negative, rest) = split_sign(text);
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = || whole.bytes().chain(fraction.bytes());
        if digits().next().is_none() || !digits().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let float = mantissa.contains('.') || rest.contains(['e', 'E']);
        let scale = i64::from(exponent) - i64::try_from(fraction.len()).ok()?;
        Some(Self { source: text.to_owned(), kind: exact(negative, &format!("{whole}{fraction}"), scale, float) })
    }

    /// Reads an integer in base 2, 8 or 16 whose prefix the caller took off; `source` is kept as the spelling.
    /// None when a digit does not belong to the base or the value needs more than 128 bits.
    pub fn radix(source: &str, negative: bool, digits: &str, base: u32) -> Option<Self> {
        let value = u128::from_str_radix(digits, base).ok()?;
        Some(Self { source: source.to_owned(), kind: exact(negative, &value.to_string(), 0, false) })
    }

    /// Infinity (`negative` or not) in its source spelling.
    pub fn infinity(source: &str, negative: bool) -> Self {
        Self { source: source.to_owned(), kind: Kind::Special(if negative { "-inf" } else { "inf" }) }
    }

    /// Not-a-number in its source spelling.
    pub fn nan(source: &str) -> Self {
        Self { source: source.to_owned(), kind: Kind::Special("nan") }
    }

    /// The spelling of the source.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// True when the spelling makes it a float (`1.0`, `1e3`, infinity), false for integers.
    pub const fn is_float(&self) -> bool {
        match &self.kind {
            Kind::Exact { float, .. } => *float,
            Kind::Special(_) => true,
        }
    }

    /// Equal in value, whatever the spelling: `1`, `1.0` and `0x1` are. Exact beyond 2^53.
    pub fn same_value(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (
                Kind::Exact { negative: n1, digits: d1, exponent: e1, .. },
                Kind::Exact { negative: n2, digits: d2, exponent: e2, .. },
            ) => n1 == n2 && d1 == d2 && e1 == e2,
            (Kind::Special(left), Kind::Special(right)) => left == right,
            _ => false,
        }
    }

    /// The number as JSON: plain decimal digits where that is at most 40 long, else the spelling as text.
    /// Free of exponents, so that a database that normalises JSON numbers returns the same bytes.
    pub fn to_json(&self) -> serde_json::Value {
        let text = match &self.kind {
            Kind::Exact { negative, digits, exponent, float } => plain(*negative, digits, *exponent, *float),
            Kind::Special(_) => None,
        };
        text.and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_else(|| serde_json::Value::String(self.source.clone()))
    }
}

fn split_sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn exact(negative: bool, digits: &str, mut exponent: i64, float: bool) -> Kind {
    let digits = digits.trim_start_matches('0');
    let kept = digits.trim_end_matches('0');
    if kept.is_empty() {
        return Kind::Exact { negative: false, digits: "0".to_owned(), exponent: 0, float };
    }
    exponent += i64::try_from(digits.len() - kept.len()).unwrap_or(0);
    Kind::Exact { negative, digits: kept.to_owned(), exponent, float }
}

/// The longest plain spelling that is still shown as a JSON number.
const PLAIN_DIGITS: usize = 40;

fn plain(negative: bool, digits: &str, exponent: i64, float: bool) -> Option<String> {
    let sign = if negative { "-" } else { "" };
    let zeros = usize::try_from(exponent.unsigned_abs()).ok().filter(|zeros| *zeros <= PLAIN_DIGITS)?;
    let body = if exponent >= 0 {
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
    fn json_has_no_exponent_and_falls_back_to_text() {
        assert_eq!(number("1.50e2").to_json().to_string(), "150.0");
        assert_eq!(number("2.50").to_json().to_string(), "2.5");
        assert_eq!(number("-5e-3").to_json().to_string(), "-0.005");
        assert_eq!(number("1e400").to_json().to_string(), "\"1e400\"");
        assert!(Number::decimal("").is_none() && Number::decimal("1_0").is_none());
    }
}
