//! Values written otherwise that mean the same: numbers, durations and byte sizes.

use crate::document::Value;

/// Units of time in nanoseconds.
const TIME: [(&str, u128); 18] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("sec", 1_000_000_000),
    ("secs", 1_000_000_000),
    ("second", 1_000_000_000),
    ("seconds", 1_000_000_000),
    ("m", 60_000_000_000),
    ("min", 60_000_000_000),
    ("mins", 60_000_000_000),
    ("minute", 60_000_000_000),
    ("minutes", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("hour", 3_600_000_000_000),
    ("hours", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
];

/// Units of size in bytes as SI counts them; a `B` may follow.
const SIZE: [(&str, u128); 11] = [
    ("B", 1),
    ("Ki", 1 << 10),
    ("Mi", 1 << 20),
    ("Gi", 1 << 30),
    ("Ti", 1 << 40),
    ("Pi", 1 << 50),
    ("k", 1_000),
    ("K", 1_000),
    ("M", 1_000_000),
    ("G", 1_000_000_000),
    ("T", 1_000_000_000_000),
];

/// The same units as Java, Spring and many others count them.
const BINARY_SIZE: [(&str, u128); 11] = [
    ("B", 1),
    ("Ki", 1 << 10),
    ("Mi", 1 << 20),
    ("Gi", 1 << 30),
    ("Ti", 1 << 40),
    ("Pi", 1 << 50),
    ("k", 1 << 10),
    ("K", 1 << 10),
    ("M", 1 << 20),
    ("G", 1 << 30),
    ("T", 1 << 40),
];

/// True when two different scalars mean the same. `only_text` says that the format has no types, so that
/// `1` and `1.0`, `true` and `TRUE` are spellings there.
pub(crate) fn equivalent(old: &Value, new: &Value, only_text: bool) -> bool {
    match (old, new) {
        (Value::Number(old), Value::Number(new)) => old.same_value(new),
        (Value::String(old), Value::String(new)) => {
            same_quantity(old, new) || (only_text && (same_number(old, new) || same_boolean(old, new)))
        }
        _ => false,
    }
}

/// `1` and `1.0`: whole numbers only. `3.10` and `3.1` are two versions as often as one number, and so is `1e3` a code.
fn same_number(old: &str, new: &str) -> bool {
    // A leading zero or sign is part of a code or a telephone number, not of a quantity.
    let whole = |text: &str| -> Option<String> {
        let (whole, zeros) = text.split_once('.').unwrap_or((text, "0"));
        let digits = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
        let plain = digits && (whole == "0" || !whole.starts_with('0'));
        (plain && !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0')).then(|| whole.to_owned())
    };
    whole(old).is_some_and(|old| whole(new) == Some(old))
}

fn same_boolean(old: &str, new: &str) -> bool {
    let boolean = |text: &str| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    boolean(old) && old.eq_ignore_ascii_case(new)
}

/// `60s` and `1m`, `1024Mi` and `1Gi`: both sides must carry units of one dimension. Sizes must be the same however
/// their reader counts: `1000MB` is `1GB` to some and not to others.
fn same_quantity(old: &str, new: &str) -> bool {
    let same =
        |units: &[(&str, u128)]| quantity(old, units).zip(quantity(new, units)).is_some_and(|(old, new)| old == new);
    same(&TIME) || (same(&SIZE) && same(&BINARY_SIZE))
}

/// The sum of `number unit` terms (`1h30m`) in thousandths of the smallest unit; None when it is not one.
fn quantity(text: &str, units: &[(&str, u128)]) -> Option<u128> {
    let mut rest = text.trim();
    let mut total = 0_u128;
    while !rest.is_empty() {
        let digits =
            rest.find(|character: char| !(character.is_ascii_digit() || character == '.')).filter(|at| *at > 0)?;
        let (number, tail) = rest.split_at(digits);
        let tail = tail.trim_start();
        let letters = tail.find(|character: char| !character.is_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        total = total.checked_add(term(number, unit_size(unit, units)?)?)?;
        rest = tail.trim_start();
    }
    (total > 0 || text.starts_with('0')).then_some(total)
}

fn unit_size(unit: &str, units: &[(&str, u128)]) -> Option<u128> {
    let find = |unit: &str| units.iter().find(|(name, _)| *name == unit).map(|(_, size)| *size);
    find(unit)
        .or_else(|| unit.strip_suffix('B').filter(|unit| !unit.is_empty() && units.len() == SIZE.len()).and_then(find))
}

/// A decimal number times a unit, in thousandths; exact or None.
fn term(number: &str, size: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let scale = 10_u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let digits: u128 = format!("{whole}{fraction}").parse().ok()?;
    let product = digits.checked_mul(size)?.checked_mul(1_000)?;
    (product % scale == 0).then_some(product / scale)
}

#[cfg(test)]
mod tests {
    use super::{same_boolean, same_number, same_quantity};

    #[test]
    fn quantities_with_units_of_one_dimension() {
        for (old, new) in
            [("60s", "1m"), ("1024Mi", "1Gi"), ("1h30m", "90m"), ("1.5h", "90m"), ("1000ms", "1 s"), ("10MB", "10M")]
        {
            assert!(same_quantity(old, new), "{old} {new}");
        }
        for (old, new) in [
            ("60", "1m"),
            ("1m", "1M"),
            ("1024M", "1G"),
            ("1000MB", "1GB"),
            ("1000k", "1M"),
            ("s", "s"),
            ("", "0s"),
            ("1.2.3s", "1s"),
            ("60s", "2m"),
        ] {
            assert!(!same_quantity(old, new), "{old} {new}");
        }
        assert!(same_number("1.0", "1") && same_number("2.00", "2.0") && same_boolean("TRUE", "true"));
        for (old, new) in [("007", "7"), ("3.10", "3.1"), ("1e3", "1000"), ("+1", "1"), ("", "0"), ("1.", "1")] {
            assert!(!same_number(old, new), "{old} {new}");
        }
    }
}
