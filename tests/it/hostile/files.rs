//! Files that are too large, damaged, nested too deep or made to explode: one finding and one delta each, never the end.

use std::fs::File;

use serde_json::Value;

use super::{VALIDATE, beside, run, runs};
use crate::cli::{Golden, Repo};

const DEEP: usize = 100_000;

/// Content, the finding's code, and the start of its message.
type Bad = (&'static str, Vec<u8>, &'static str, &'static str);

fn nested(open: &str, middle: &str, close: &str) -> Vec<u8> {
    format!("{}{middle}{}", open.repeat(DEEP), close.repeat(DEEP)).into_bytes()
}

/// Eleven levels of ten: 100,000,000,000 nodes when expanded.
fn bomb(first: &str, level: impl Fn(usize) -> String) -> String {
    std::iter::once(first.to_owned()).chain((1..12).map(level)).collect()
}

fn unreadable() -> Vec<Bad> {
    let yaml = bomb("a0: &a0 [x]\n", |n| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(",")));
    let entities = bomb("<!ENTITY e0 'x'>", |n| format!("<!ENTITY e{n} '{}'>", format!("&e{};", n - 1).repeat(10)));
    let deep = "nested deeper than 128 levels";
    vec![
        ("binary.yml", (0..=255).collect(), "unreadable", "binary content in a yaml file"),
        ("latin.yml", b"a: caf\xe9\n".to_vec(), "unreadable", "not valid utf-8"),
        ("deep-list.yml", nested("[", "", "]"), "unreadable", deep),
        ("deep-map.yml", nested("{a: ", "1", "}"), "unreadable", deep),
        ("deep-list.json", nested("[", "", "]"), "unreadable", deep),
        ("deep-map.json", nested("{\"a\":", "1", "}"), "unreadable", deep),
        ("deep.xml", nested("<a>", "", "</a>"), "unreadable", deep),
        ("deep-list.toml", [b"a = ".to_vec(), nested("[", "", "]")].concat(), "unreadable", deep),
        ("deep-key.toml", nested("a.", "a = 1\n", ""), "unreadable", deep),
        ("bomb.yml", yaml.into_bytes(), "unreadable", "aliases add more than 100000 nodes"),
        (
            "bomb.xml",
            format!("<!DOCTYPE a [{entities}]><a>&e11;</a>").into_bytes(),
            "unreadable",
            "the document type declares entities",
        ),
        (
            "outside.xml",
            b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>".to_vec(),
            "unreadable",
            "the document type declares entities",
        ),
        ("broken.yml", b"a: [1,\nb: 2\n".to_vec(), "unreadable", ""),
        ("broken.json", b"{\"a\": 1,,}".to_vec(), "unreadable", ""),
        ("broken.toml", b"a = = 1\n".to_vec(), "unreadable", ""),
        ("broken.xml", b"<a><b></a>".to_vec(), "unreadable", ""),
        (
            "pointer.yml",
            format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12\n", "4".repeat(64))
                .into_bytes(),
            "lfs-pointer",
            "git lfs pointer stands where content is expected",
        ),
    ]
}

/// Valid content of a format, so that only the candidate is bad.
fn good(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("json") => "{\"a\": 1}\n",
        Some("xml") => "<a>1</a>\n",
        Some("toml" | "properties" | "conf") => "a = 1\n",
        _ => "a: 1\n",
    }
}

fn repository(paths: &[&str]) -> (Repo, Golden) {
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (*path, good(path))).collect();
    let repo = Repo::of(&files);
    let golden = beside(&repo);
    golden.certify_initial("production", "HEAD");
    (repo, golden)
}

fn of<'r>(report: &'r Value, list: &str, file: &str) -> Vec<&'r Value> {
    report[list].as_array().unwrap().iter().filter(|row| row["file"] == file).collect()
}

#[test]
fn each_file_that_cannot_be_read_is_one_finding_and_one_high_delta_and_all_others_are_compared() {
    let bad = unreadable();
    let mut paths: Vec<&str> = bad.iter().map(|(path, ..)| *path).collect();
    paths.push("good.yml");
    let (repo, golden) = repository(&paths);
    for (path, content, ..) in &bad {
        repo.write_bytes(path, content);
    }
    repo.write("good.yml", "a: 2\n");
    let answer = run(&golden, &format!("{VALIDATE} --format json"));
    let report = answer.json(1);
    assert_eq!(report["certification"]["decision"], "BLOCK_MERGE");
    for (path, _, code, message) in &bad {
        let (deltas, findings) = (of(&report, "deltas", path), of(&report, "findings", path));
        assert_eq!((deltas.len(), findings.len()), (1, 1), "{path}: {deltas:?} {findings:?}");
        assert_eq!((&deltas[0]["class"], &deltas[0]["risk"]), (&"unreadable".into(), &"high".into()), "{path}");
        let severity = if *code == "unreadable" { "high" } else { "medium" };
        assert_eq!((&findings[0]["code"], &findings[0]["severity"]), (&(*code).into(), &severity.into()), "{path}");
        assert!(findings[0]["message"].as_str().unwrap().starts_with(message), "{path}: {}", findings[0]);
        assert!(findings[0]["line"].as_u64() >= Some(1) && findings[0]["column"].as_u64() >= Some(1), "{path}");
    }
    let compared = of(&report, "deltas", "good.yml");
    assert_eq!((&compared[0]["key_path"], &compared[0]["new"]), (&"/a".into(), &2.into()));
    assert_eq!(report["summary"]["deltas"], bad.len() + 1);
    assert!(!answer.raw.contains("root:"), "an external entity was read");
}

#[test]
fn a_file_of_200_megabytes_is_named_by_its_size_on_disk_and_in_a_commit() {
    let (repo, golden) = repository(&["large.yml"]);
    File::create(repo.path().join("large.yml")).unwrap().set_len(200 << 20).unwrap();
    let check = |line: &str| {
        let report = run(&golden, line).json(1);
        let finding = &of(&report, "findings", "large.yml")[0];
        assert_eq!(finding["code"], "too-large");
        assert_eq!(finding["message"], "209715200 bytes are more than limits.file_bytes (16777216) of golden.toml");
        assert_eq!(of(&report, "deltas", "large.yml")[0]["class"], "unreadable");
        assert_eq!(report["certification"]["decision"], "BLOCK_MERGE");
    };
    check(&format!("{VALIDATE} --format json"));
    repo.commit();
    check(&format!("{VALIDATE} --format json --candidate main"));
}

#[test]
fn byte_order_marks_line_ends_and_utf_16_are_no_difference() {
    let (repo, golden) = repository(&["mark.yml", "ends.yml", "wide.yml"]);
    repo.write("mark.yml", "\u{feff}a: 1\n");
    repo.write("ends.yml", "a: 1\r\n");
    let wide: Vec<u8> = "\u{feff}a: 1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    repo.write_bytes("wide.yml", &wide);
    let report = golden.run(&format!("{VALIDATE} --format json")).json(0);
    assert_eq!(report["summary"]["deltas"], 0);
    let findings: Vec<(&Value, &Value)> =
        report["findings"].as_array().unwrap().iter().map(|row| (&row["file"], &row["code"])).collect();
    assert_eq!(findings, [(&"mark.yml".into(), &"encoding".into()), (&"wide.yml".into(), &"encoding".into())]);
}

#[test]
fn keys_and_values_of_a_megabyte_are_stored_whole_and_told_in_every_format_in_time() {
    let (repo, golden) = repository(&["key.properties", "section.conf", "value.yml", "name.json"]);
    let long = "a.".repeat(DEEP * 5);
    repo.write("key.properties", &format!("a = 1\n{long}a = 1\n"));
    repo.write("section.conf", &format!("a = 1\n[{long}a]\nx = 1\n"));
    repo.write("value.yml", &format!("a: {long}\n"));
    repo.write("name.json", &format!("{{\"a\": 1, \"{}\": 1}}\n", "k".repeat(DEEP * 10)));
    for format in ["text", "markdown", "sarif", "junit", "html", "json"] {
        let answer = run(&golden, &format!("{VALIDATE} --format {format}"));
        assert_eq!((answer.code, answer.stderr.as_str()), (Some(1), ""), "{format}");
    }
    for run_row in runs(&golden) {
        let deltas: u64 = run_row["triage"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
        assert_eq!((&run_row["status"], deltas), (&"succeeded".into(), 4));
    }
}
