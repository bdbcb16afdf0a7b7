//! Exact reports. To accept a change, read the file that a failure names and copy it to `tests/reports/expected/`.

use std::path::Path;

use drift::report::{Layout, Report, ReportFormat, render};

use crate::sample;

fn check(name: &str, report: &Report, format: ReportFormat, layout: &Layout) {
    let actual = render(report, format, layout);
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports/expected").join(name);
    if std::fs::read_to_string(&expected).is_ok_and(|expected| expected == actual) {
        return;
    }
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&kept, &actual).unwrap();
    panic!("{} is not what was rendered; compare it with {}", expected.display(), kept.display());
}

macro_rules! expected {
    ($($name:ident: $report:ident, $format:ident, $file:literal;)+) => {
        $(#[test]
        fn $name() {
            check($file, &sample::$report(), ReportFormat::$format, &sample::PLAIN);
        })+
    };
}

expected! {
    blocked_text: blocked, Text, "blocked.txt";
    blocked_markdown: blocked, Markdown, "blocked.md";
    blocked_json: blocked, Json, "blocked.json";
    blocked_sarif: blocked, Sarif, "blocked.sarif";
    blocked_junit: blocked, Junit, "blocked.xml";
    blocked_html: blocked, Html, "blocked.html";
    compared_text: compared, Text, "compared.txt";
    compared_json: compared, Json, "compared.json";
    compared_junit: compared, Junit, "compared.xml";
    empty_text: empty, Text, "empty.txt";
    empty_markdown: empty, Markdown, "empty.md";
    empty_json: empty, Json, "empty.json";
    empty_sarif: empty, Sarif, "empty.sarif";
    empty_junit: empty, Junit, "empty.xml";
    empty_html: empty, Html, "empty.html";
    hostile_text: hostile, Text, "hostile.txt";
    hostile_markdown: hostile, Markdown, "hostile.md";
    hostile_junit: hostile, Junit, "hostile.xml";
    hostile_sarif: hostile, Sarif, "hostile.sarif";
}

#[test]
fn blocked_text_in_colour_on_a_narrow_terminal() {
    let layout = Layout { color: true, width: 40, most_deltas: 2 };
    check("blocked-narrow.txt", &sample::blocked(), ReportFormat::Text, &layout);
}
