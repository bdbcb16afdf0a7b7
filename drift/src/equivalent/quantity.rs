//! Amounts with units: durations, byte sizes and resources.

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

/// Units of the two parts of an ISO 8601 duration in nanoseconds.
const ISO_DATE: [(&str, u128); 2] = [("W", 604_800_000_000_000), ("D", 86_400_000_000_000)];
const ISO_TIME: [(&str, u128); 3] = [("H", 3_600_000_000_000), ("M", 60_000_000_000), ("S", 1_000_000_000)];

/// Units of size in bytes that mean the same to every reader; a `B` may follow.
const SIZE: [(&str, u128); 6] =
    [("B", 1), ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40), ("Pi", 1 << 50)];

/// Units of size that SI counts in powers of 1000, and Java, Docker and many others in powers of 1024.
const STEPS: [(&str, u32); 5] = [("k", 1), ("K", 1), ("M", 2), ("G", 3), ("T", 4)];
const SI: u128 = 1_000;
const BINARY: u128 = 1_024;

/// All units of size to readers that count in this step.
fn sizes(step: u128) -> Vec<(&'static str, u128)> {
    let steps = STEPS.iter().map(|(unit, power)| (*unit, step.pow(*power)));
    SIZE.iter().copied().chain(steps).collect()
}

/// `60s` and `1m`, `1024Mi` and `1Gi`: both sides must carry units of one dimension. Sizes must be the same however
/// their reader counts: `1000MB` is `1GB` to some and not to others.
pub(super) fn same(old: &str, new: &str) -> bool {
    let same =
        |units: &[(&str, u128)]| quantity(old, units).zip(quantity(new, units)).is_some_and(|(old, new)| old == new);
    same_time(old, new) || (same(&sizes(SI)) && same(&sizes(BINARY)))
}

/// `60s`, `1m` and `PT1M`.
fn same_time(old: &str, new: &str) -> bool {
    let time = |text: &str| iso(text).or_else(|| quantity(text, &TIME));
    time(old).is_some_and(|old| time(new) == Some(old))
}

/// A duration of ISO 8601 (`P1DT2H`, `PT0.5S`) like [`quantity`]. Years and months have no length, so that durations
/// with them are none.
fn iso(text: &str) -> Option<u128> {
    let (date, time) = match text.strip_prefix('P')?.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text.strip_prefix('P')?, None),
    };
    let upper = |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_lowercase() || c.is_whitespace());
    let in_days = |text: &str| quantity(text, &ISO_DATE).filter(|_| upper(text));
    let in_hours = |text: &str| quantity(text, &ISO_TIME).filter(|_| upper(text));
    match (date, time) {
        ("", Some(time)) => in_hours(time),
        (date, None) => in_days(date),
        (date, Some(time)) => in_days(date)?.checked_add(in_hours(time)?),
    }
}

/// True when two texts are one quantity of a resource, as Kubernetes writes them: `500m` is `0.5`. Without a unit the
/// reading of `k`, `M` and `G` does not matter; with one both readings must agree, since Docker counts them as binary.
pub(super) fn same_resource(old: &str, new: &str) -> bool {
    let same = |units: &[(&str, u128)]| {
        let amount = |text: &str| resource(text, units);
        amount(old).is_some_and(|old| amount(new) == Some(old))
    };
    same(&sizes(SI)) && same(&sizes(BINARY))
}

/// Thousandths of thousandths of one.
fn resource(text: &str, units: &[(&str, u128)]) -> Option<u128> {
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let well_formed = number.starts_with(|c: char| c.is_ascii_digit()) && number.matches('.').count() <= 1;
    let size = match unit {
        "" => 1_000,
        "m" => 1,
        "B" => return None,
        unit => unit_size(unit, units).filter(|_| !unit.ends_with('B'))?.checked_mul(1_000)?,
    };
    well_formed.then(|| term(number, size)).flatten()
}

/// The sum of `number unit` terms (`1h30m`) in thousandths of the smallest unit; None when it is not one.
fn quantity(text: &str, units: &[(&str, u128)]) -> Option<u128> {
    if text.ends_with(char::is_whitespace) {
        return None;
    }
    let mut rest = text;
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
        .or_else(|| unit.strip_suffix('B').filter(|unit| !unit.is_empty() && units.starts_with(&SIZE)).and_then(find))
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
    use super::{same, same_resource};

    #[test]
    fn quantities_with_units_of_one_dimension() {
        for (old, new) in [
            ("60s", "1m"),
            ("1024Mi", "1Gi"),
            ("1h30m", "90m"),
            ("1.5h", "90m"),
            ("1000ms", "1 s"),
            ("10MB", "10M"),
            ("PT1M", "60s"),
            ("PT1H30M", "PT90M"),
            ("P1D", "24h"),
            ("P1W", "P7D"),
            ("P1DT1H", "PT25H"),
            ("PT0.5S", "500ms"),
        ] {
            assert!(same(old, new), "{old} {new}");
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
            ("60s ", "1m"),
            ("P1M", "PT1M"),
            ("P1M", "P30D"),
            ("P1Y", "P365D"),
            ("PT", "0s"),
            ("P", "0s"),
            ("P1DT", "P1D"),
            ("PT1m", "PT60S"),
        ] {
            assert!(!same(old, new), "{old} {new}");
        }
    }

    #[test]
    fn resources_as_kubernetes_writes_them() {
        for (old, new) in [("500m", "0.5"), ("1", "1000m"), ("1.0", "1"), ("1Gi", "1073741824"), ("2048Mi", "2Gi")] {
            assert!(same_resource(old, new), "{old} {new}");
        }
        for (old, new) in
            [("500m", "500M"), ("1k", "1000"), ("1G", "1000M"), ("", "0"), ("1.0.0", "1"), ("1x", "1"), (".5", "500m")]
        {
            assert!(!same_resource(old, new), "{old} {new}");
        }
    }
}
