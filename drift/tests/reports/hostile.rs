//! Whatever keys, values and file names say, each format stays valid and harmless.

use drift::report::escape::is_unseen;
use drift::report::{Layout, ReportFormat, render};
use quick_xml::events::Event;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::sample::{self, HOSTILE, PLAIN};

fn hostile(format: ReportFormat) -> String {
    render(&sample::hostile(), format, &PLAIN)
}

#[test]
fn no_format_lets_an_unseen_character_through() {
    assert!(HOSTILE.chars().any(is_unseen));
    for format in ReportFormat::ALL {
        let unseen: Vec<char> = hostile(*format).chars().filter(|c| *c != '\n' && is_unseen(*c)).collect();
        assert_eq!(unseen, Vec::<char>::new(), "{format}");
    }
}

#[test]
fn json_keeps_every_value() {
    let json: Value = serde_json::from_str(&hostile(ReportFormat::Json)).unwrap();
    assert_eq!(json["deltas"][0]["old"], HOSTILE);
    assert_eq!(json["deltas"][0]["new"][HOSTILE][0], HOSTILE);
    assert_eq!(json["run"]["service"], HOSTILE);
}

#[test]
fn sarif_has_relative_uris_and_no_links_or_placeholders() {
    let sarif: Value = serde_json::from_str(&hostile(ReportFormat::Sarif)).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 4);
    for result in results {
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.starts_with("dir/%1B%5B31mred%C2%9B2J%20%E2%80%AErtl"), "{uri}");
        assert!(uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b)), "{uri}");
        let message = result["message"]["text"].as_str().unwrap();
        assert!(!message.replace("{{", "").contains('{'), "{message}");
        assert!(!message.replace("\\](", "").contains("]("), "{message}");
        let rule = &sarif["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
    }
}

#[test]
fn junit_is_xml_with_right_counts() {
    for report in [sample::hostile(), sample::blocked(), sample::empty(), sample::large()] {
        let text = render(&report, ReportFormat::Junit, &PLAIN);
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut found = std::collections::BTreeMap::<String, usize>::new();
        let mut depth = 0;
        let mut stated = None;
        loop {
            let event = reader.read_event().unwrap();
            if let Event::Start(element) | Event::Empty(element) = &event {
                let values: Vec<(String, String)> = element
                    .attributes()
                    .map(|attribute| {
                        let attribute = attribute.unwrap();
                        let key = attribute.key.as_ref().to_owned();
                        (key, attribute.value.into_owned())
                    })
                    .collect();
                stated.get_or_insert(values);
                let name = element.name().as_ref().to_owned();
                *found.entry(name).or_default() += 1;
            }
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0);
        let count = |name: &str| found.get(name).copied().unwrap_or_default().to_string();
        let stated = stated.unwrap();
        let pair = |name: &str, value: String| (name.to_owned(), value);
        let expected = [
            pair("name", "golden config".to_owned()),
            pair("tests", count("testcase")),
            pair("failures", count("failure")),
            pair("errors", "0".to_owned()),
            pair("skipped", count("skipped")),
        ];
        assert_eq!(stated, expected);
    }
}

#[test]
fn html_has_no_element_but_ours() {
    let page = hostile(ReportFormat::Html);
    let body = page.split("</style>").nth(1).unwrap();
    let ours = [
        "body", "code", "dd", "details", "div", "dl", "dt", "em", "h1", "h2", "head", "header", "html", "main", "p",
        "pre", "section", "span", "summary", "table", "tbody", "td", "th", "thead", "tr",
    ];
    for tag in body.split('<').skip(1) {
        let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        assert!(ours.contains(&name.as_str()), "<{tag}");
    }
    for outside in ["<script", "src=", "href=", "@import", "url("] {
        assert!(!page.replace("[click](https://svc.example/x)", "").contains(outside), "{outside}");
    }
    assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'"));
}

#[test]
fn markdown_outside_of_code_has_no_meaning_of_theirs() {
    let text = hostile(ReportFormat::Markdown);
    let mut plain = String::new();
    let mut fenced = false;
    for line in text.lines() {
        let fence = line.starts_with("```");
        fenced ^= fence;
        if !fenced && !fence {
            plain.push_str(&without_code_spans(line));
            plain.push('\n');
        }
    }
    assert!(!fenced);
    for trigger in ["@everyone", "#4567", "!12", "www.", "://", "**bold", "_em_", "[click]", "<script", "`"] {
        assert!(!plain.contains(trigger), "{trigger}: {plain}");
    }
    // Hosts make links of bare commits after Markdown, but not in `code` elements.
    let prose: String = plain.split("<code>").map(|part| part.rsplit("</code>").next().unwrap()).collect();
    assert!(plain.contains("deadbeef12") && !prose.contains("deadbeef12"), "{prose}");
    let heads: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
    assert_eq!(heads.len(), 6, "{heads:?}");
}

/// A line without what stands between runs of backticks of the same length.
fn without_code_spans(line: &str) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some(start) = rest.find('`') {
        out.push_str(&rest[..start]);
        let run = rest[start..].chars().take_while(|c| *c == '`').count();
        let after = &rest[start + run..];
        let mut at = 0;
        let end = loop {
            let next = at + after[at..].find('`').expect("a code span is closed on its line");
            let length = after[next..].chars().take_while(|c| *c == '`').count();
            if length == run {
                break next + length;
            }
            at = next + length;
        };
        rest = &after[end..];
    }
    out + rest
}

#[test]
fn table_rows_have_as_many_cells_as_their_head() {
    for report in [sample::hostile(), sample::blocked()] {
        let text = render(&report, ReportFormat::Markdown, &PLAIN);
        let mut cells = None;
        for line in text.lines() {
            let bars = line.matches('|').count();
            match cells {
                _ if !line.starts_with('|') => cells = None,
                None => cells = Some(bars),
                Some(expected) => assert_eq!(bars, expected, "{line}"),
            }
        }
    }
}

#[test]
fn text_fits_the_terminal() {
    for width in [20, 40, 57, 80, 200] {
        for report in [sample::hostile(), sample::blocked(), sample::empty()] {
            let layout = Layout { width, ..PLAIN };
            let text = render(&report, ReportFormat::Text, &layout);
            let (body, _) = text.split_once("What to do next").unwrap();
            let head = if report.run.is_some() { 1 } else { 0 };
            for line in body.lines().skip(head) {
                assert!(line.width() <= usize::from(width.max(40)), "{width}: {line}");
            }
        }
    }
}
