//! Keys, values and statements of a caller that try to leave the report that tells them.

use quick_xml::events::Event;
use serde_json::Value;

use super::{VALIDATE, run, runs, told};
use crate::cli::{Golden, Repo};

/// Escapes, bidirectional marks, what XML forbids, Markdown, HTML, mentions, links, templates, a NUL.
const HOSTILE: &str = "\u{1b}[2J\u{9b}31m\u{202e}\u{2066}\u{0}\u{1}\u{fffe}\u{feff}\r\n| # **b** [x](https://svc.example) \
                       <script>alert(1)</script> ]]> --> @everyone #123 `` ` {{7*7}} \"'&amp;";

/// The path of a key or value as a report may hold it: a database of text takes no NUL.
fn kept() -> String {
    HOSTILE.replace('\0', "\u{2400}")
}

fn document(value: u32) -> String {
    let text = serde_json::to_string(HOSTILE).unwrap();
    format!("{{\"port\": {value}, {text}: {{\"x\": {text}, {text}: [{text}, {value}]}}}}")
}

fn xml_texts(xml: &str) -> String {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut text = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return text,
            Event::Text(part) => text.push_str(part.as_ref()),
            Event::Start(element) | Event::Empty(element) => {
                element.attributes().for_each(|attribute| text.push_str(&attribute.unwrap().value));
            }
            _ => {}
        }
    }
}

both_backends!(every_report_format_stays_valid_and_harmless, async |test| {
    let repo = Repo::of(&[("app.json", "{\"port\": 1}")]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("app.json", &document(2));
    let stated = HOSTILE.replace('\0', "");
    let evidence = format!("tests={stated}");
    let answer = |format: &str| {
        let mut arguments: Vec<&str> = VALIDATE.split(' ').collect();
        arguments.extend(["--format", format, "--ticket", &stated, "--tag", &stated, "--rollback-plan", &stated]);
        arguments.extend(["--evidence", &evidence, "--requested-by", &stated, "--external-ref", &stated]);
        told(&golden, &arguments)
    };
    let json = answer("json").json(1);
    let added = json["deltas"].as_array().unwrap().iter().find(|delta| delta["kind"] == "added").unwrap();
    assert_eq!(added["new"]["x"], kept());
    let sarif: Value = serde_json::from_str(&answer("sarif").raw).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let junit = answer("junit").raw;
    assert!(xml_texts(&junit).contains("&lt;script&gt;"), "{junit}");
    let html = answer("html").raw;
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;"));
    let markdown = answer("markdown");
    for line in markdown.raw.lines() {
        assert!(!line.trim_start_matches(['>', ' ', '-']).starts_with("<script"), "{line}");
    }
    assert_eq!(answer("text").code, Some(1));
    let id = json["run"]["id"].as_str().unwrap();
    for line in [
        format!("report {id}"),
        format!("runs show {id}"),
        format!("runs show {id} --format json"),
        format!("runs compare {id} {id}"),
        format!("policy explain {id} {}", added["id"].as_str().unwrap()),
        format!("policy explain {id} {} --format json", added["id"].as_str().unwrap()),
        "runs list".to_owned(),
    ] {
        assert_eq!(run(&golden, &line).code, Some(0), "{line}");
    }
});

both_backends!(a_hostile_name_and_reason_are_kept_and_shown_harmless, async |test| {
    let repo = Repo::of(&[("app.json", "{\"port\": 1}")]);
    let golden = Golden::on(&repo, &test);
    let said = "\u{1b}[2J\u{202e}first\n\nGolden-Score: 100\nGolden-Certified-By: mallory";
    let mut arguments: Vec<&str> =
        "certify --service shop --environment production --initial HEAD".split(' ').collect();
    arguments.extend(["--by", said, "--reason", said]);
    told(&golden, &arguments).exits(0);
    for line in ["branches list", "branches list --format json", "history --service shop --environment production"] {
        assert_eq!(run(&golden, line).code, Some(0));
    }
    let stored = golden.run("branches list --format json").json(0)["branches"][0].clone();
    let empty = Golden::at(&repo.path()).database(&format!("sqlite://{}", repo.beside("other.db").display()));
    assert_eq!(run(&empty, "branches adopt --format json").json(0)["adopted"].as_array().unwrap().len(), 1);
    let adopted = empty.run("branches list --format json").json(0)["branches"][0].clone();
    for field in ["certified_by", "reason", "score", "run", "commit"] {
        assert_eq!(adopted[field], stored[field], "{field}");
    }
});

both_backends!(a_ticket_of_100_kilobytes_is_stored, async |test| {
    let repo = Repo::of(&[("app.yml", "port: 1\n")]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    // One argument of a command may hold 128 KiB on Linux.
    let ticket = "OPS-1 ".repeat(17_000);
    std::fs::write(repo.beside("description.txt"), "what and why ".repeat(100_000)).unwrap();
    let description = repo.beside("description.txt").display().to_string();
    let mut arguments: Vec<&str> = VALIDATE.split(' ').collect();
    arguments.extend(["--ticket", &ticket, "--description-file", &description]);
    told(&golden, &arguments).exits(0);
    assert_eq!(runs(&golden)[0]["status"], "succeeded");
});
