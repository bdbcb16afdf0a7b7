//! Times on pages: the whole of it for programs, a short form for people, and how long ago.

use askama::Template;
use chrono::{DateTime, SecondsFormat, Utc};

/// A time as a piece of a page, already escaped. Scripts show it in the reader's own zone.
#[derive(Clone, Debug, Template)]
#[template(source = "<time datetime=\"{{ whole }}\">{{ short }}</time>", ext = "html")]
pub(crate) struct When {
    whole: String,
    short: String,
}

impl When {
    /// A time.
    pub(crate) fn at(time: impl Into<DateTime<Utc>>) -> Self {
        let time = time.into();
        Self {
            whole: time.to_rfc3339_opts(SecondsFormat::Millis, true),
            short: time.format("%Y-%m-%d %H:%M UTC").to_string(),
        }
    }
}

/// Whole days between two times; 0 when the first is not before the second.
pub(crate) fn days(from: impl Into<DateTime<Utc>>, to: DateTime<Utc>) -> i64 {
    (to - from.into()).num_days().max(0)
}

/// `today`, `1 day ago`, `12 days ago`.
pub(crate) fn days_ago(days: i64) -> String {
    match days {
        0 => "today".to_owned(),
        1 => "1 day ago".to_owned(),
        more => format!("{more} days ago"),
    }
}

/// `12 min ago`, `3 h ago`, then days.
pub(crate) fn ago(from: impl Into<DateTime<Utc>>, to: DateTime<Utc>) -> String {
    let from = from.into();
    match (to - from).num_minutes() {
        ..1 => "just now".to_owned(),
        minutes @ 1..60 => format!("{minutes} min ago"),
        minutes @ 60..1440 => format!("{} h ago", minutes / 60),
        _ => days_ago(days(from, to)),
    }
}

/// `1 file`, `2 files`.
pub(crate) fn counted(count: impl ToString, noun: &str) -> String {
    let count = count.to_string();
    format!("{count} {noun}{}", if count == "1" { "" } else { "s" })
}

/// `640 B`, `12.5 kB`, `3.1 MB`: decimal, with one place behind the point.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    let (mut tenths, mut unit) = (bytes.saturating_mul(10), "B");
    for larger in UNITS {
        if tenths < 10_000 {
            break;
        }
        (tenths, unit) = (tenths / 1_000, larger);
    }
    if unit == "B" { format!("{bytes} B") } else { format!("{}.{} {unit}", tenths / 10, tenths % 10) }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn the_past_is_told_in_the_largest_unit_that_fits() {
        let now = DateTime::from_timestamp_millis(1_800_000_000_000).unwrap();
        let said = |minutes: i64| ago(now - TimeDelta::minutes(minutes), now);
        assert_eq!([said(0), said(59), said(60), said(1439)], ["just now", "59 min ago", "1 h ago", "23 h ago"]);
        assert_eq!([said(1440), said(2880), said(-5)], ["1 day ago", "2 days ago", "just now"]);
    }

    #[test]
    fn sizes_are_told_in_the_largest_unit_that_fits() {
        assert_eq!([size(0), size(999), size(1_000), size(12_590)], ["0 B", "999 B", "1.0 kB", "12.5 kB"]);
        assert_eq!([size(999_999), size(1_000_000), size(7_240_000_000)], ["999.9 kB", "1.0 MB", "7.2 GB"]);
    }
}
