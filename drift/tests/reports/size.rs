//! What a report of many deltas prints, and how it says what it left out.

use drift::report::{Layout, ReportFormat, render};

use crate::sample::{self, PLAIN};

const MORE: &str = "golden report 0193493c-7d00-7000-8000-000000000001 --format json";

#[test]
fn five_thousand_deltas_are_counted_and_the_worst_is_printed_first() {
    let text = render(&sample::large(), ReportFormat::Text, &PLAIN);
    assert!(text.contains("5,000 differences, 300 of 300 files changed: 1 high, 4,999 low\n"), "{text}");
    assert!(text.contains(&format!("\n… and 4,950 more (see: {MORE})\n")), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("  low ") || line.starts_with("  high ")).count(), 50);
    let first = text.lines().find(|line| line.ends_with(')') && line.starts_with('f')).unwrap();
    assert_eq!(first, "f299.yml (1 high, 15 low)");
}

#[test]
fn each_format_for_people_says_what_it_left_out() {
    for format in [ReportFormat::Text, ReportFormat::Markdown, ReportFormat::Html] {
        let text = render(&sample::large(), format, &PLAIN);
        assert!(text.contains("… and 4,950 more (see: "), "{format}");
        assert!(text.contains(MORE), "{format}");
        let all = render(&sample::large(), format, &Layout { most_deltas: 5_000, ..PLAIN });
        assert!(!all.contains(" more (see: "), "{format}");
    }
}

#[test]
fn violations_and_findings_are_limited_too() {
    let mut report = sample::blocked();
    report.outcome.findings = vec![report.outcome.findings[0].clone(); 3];
    report.outcome.violations = vec![report.outcome.violations[0].clone(); 4];
    let layout = Layout { most_deltas: 2, ..PLAIN };
    for format in [ReportFormat::Text, ReportFormat::Markdown, ReportFormat::Html] {
        let text = render(&report, format, &layout);
        for count in [5, 2, 1] {
            assert_eq!(text.matches(&format!("… and {count} more (see: ")).count(), 1, "{format} {count}");
        }
    }
}

#[test]
fn formats_for_programs_hold_every_delta() {
    for (format, sign) in [(ReportFormat::Json, "\"fingerprint\""), (ReportFormat::Sarif, "\"goldenConfigKeyPath/v1\"")]
    {
        assert_eq!(render(&sample::large(), format, &PLAIN).matches(sign).count(), 5_000);
    }
    // And one test case for the decision.
    assert_eq!(render(&sample::large(), ReportFormat::Junit, &PLAIN).matches("<testcase ").count(), 5_001);
}

#[test]
fn long_values_show_where_they_differ() {
    let mut report = sample::empty();
    let mut delta = sample::delta(1, "a.yml", "/k", drift::risk::Risk::Low);
    delta.old = format!("{}old", "x".repeat(500)).into();
    delta.new = format!("{}new{}", "x".repeat(500), "y".repeat(500)).into();
    report.outcome.deltas = vec![delta];
    let text = render(&report, ReportFormat::Html, &PLAIN);
    let lead = format!("<code>…{}", "x".repeat(20));
    let tail = format!("new{}…</code>", "y".repeat(97));
    assert!(text.contains(&format!("{lead}old&quot;</code> → {lead}{tail}")), "{text}");
}
