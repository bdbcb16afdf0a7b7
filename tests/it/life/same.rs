//! One content, one answer: the same bytes from SQLite and from Postgres, from a stored run and from its replay.

use std::collections::BTreeMap;

use super::desk::{Desk, KEY, run_id};
use crate::harness::{Fresh, on_postgres, on_sqlite};

const FORMATS: [&str; 6] = ["text", "json", "markdown", "sarif", "junit", "html"];

/// Every format with what is hard to store: exact numbers, NUL, other scripts, secrets, renames, modes, bytes.
fn golden_side(desk: &Desk) {
    desk.write("app.yml", "port: 8080\nratio: 1.0\nbig: 9007199254740993\nexact: 0.10\nname: größe\nlist: [1, 2, 3]\n");
    desk.write("numbers.json", r#"{"a": 1e3, "b": 1.0, "c": -0.0, "d": 0.10, "e": 123456789012345678901234567890}"#);
    desk.write("app.properties", "db.url=jdbc:postgresql://db.example/app\ndb.password=Tr0ub4dor-one\nretries=3\n");
    desk.write("settings.toml", "at = 2026-01-01T10:00:00Z\n[pool]\nsize = 10\nratio = 1e3\n");
    desk.write("app.ini", "[server]\nport = 80\n[client]\nport = 81\n");
    desk.write(".env", "API_TOKEN=Tr0ub4dor-two\nMODE=fast\n");
    desk.write("beans.xml", "<beans><bean id='a'>1</bean><bean id='b'>2</bean></beans>");
    desk.write("Dockerfile", "FROM alpine:3.19\nENV MODE=a\nRUN echo hello\n");
    desk.write("Makefile", "all:\n\techo one\n");
    desk.write("blob.conf", b"\x00\x01\x02binary");
    desk.write("broken.yml", "fine: true\n");
    desk.write("tool.cfg", "[a]\nb = 1\n");
    desk.write("before.yml", "kept: true\nother: [a, b, c]\nlast: the same text in both places\n");
    desk.write("gone.yml", "was: here\n");
}

fn candidate_side(desk: &Desk) {
    desk.write(
        "app.yml",
        "port: 8090\nratio: 1.00\nbig: 9007199254740992\nexact: 0.1\nname: gr\u{f6}sse 名前\nlist: [1, 3]\n",
    );
    desk.write(
        "numbers.json",
        r#"{"a": 1000, "b": 1, "c": 0.0, "d": 1.1e-7, "e": 123456789012345678901234567891, "f": 1E400,
            "nul\u0000key": "nul\u0000value", "again\u0000": 1, "again\u0000": 2, "ends\\": "back\\slash \"quoted\"",
            "added": {"x": 1e3, "y": -0.0, "z": 2.50, "w": 1e-7, "b": [1.0, 1E2, {"\u0000": "\u0000"}], "a": null},
            "https://u:Tr0ub4dor-key@h.example/\u0000": {"name": "DB_PASSWORD", "value": "Tr0ub4dor-below"}}"#,
    );
    desk.write(
        "app.properties",
        "db.url=jdbc:postgresql://u:Tr0ub4dor-four@db.example/app\ndb.password=Tr0ub4dor-three\nretries=4\n",
    );
    desk.write("settings.toml", "at = 2026-01-01T10:00:01.5Z\n[pool]\nsize = 10.0\nratio = 1000.0\n");
    desk.write("app.ini", "[server]\nport = 80\n[client]\nport = 82\n");
    desk.write(".env", "API_TOKEN=Tr0ub4dor-five\nMODE='slow motion'\n");
    desk.write("beans.xml", "<beans><bean id='a'>1</bean><bean id='b'>3</bean><bean id='c'>&#x1F600;</bean></beans>");
    desk.write("Dockerfile", "FROM alpine:3.20\nENV MODE=b\nRUN echo hello && echo \u{202e}there\n");
    desk.write("Makefile", "all:\n\techo one # password: Tr0ub4dor-six\n\techo two\n");
    desk.write("blob.conf", b"\x00\x01\x02other");
    desk.write("broken.yml", "fine: [true\nopen: {\n");
    desk.make_executable("tool.cfg");
    desk.remove("before.yml");
    desk.write("after.yml", "kept: true\nother: [a, b, c]\nlast: the same text in both places\nmore: 1\n");
    desk.remove("gone.yml");
    desk.write(
        "new/deployment.yml",
        "kind: Secret\napiVersion: v1\nmetadata: {name: s}\nstringData: {a: Tr0ub4dor-seven}\n",
    );
}

/// What one backend says of the run, without its id and time.
fn told(desk: &Desk) -> BTreeMap<String, String> {
    let stated =
        ["--ticket", "OPS-1 \u{0}".trim_end_matches('\u{0}'), "--tag", "b", "--tag", "a", "--evidence", "tests=1e3"];
    let ran = desk.validate(&[&["--candidate", "HEAD"], &stated[..]].concat());
    let printed = ran.out(1);
    let answer: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let id = run_id(&answer);
    let time = answer["run"]["created_at"].as_str().unwrap().to_owned();
    let again = desk.golden(&["report", &id, "--format", "json"]).out(0);
    assert_eq!(again, printed, "the stored run tells something else than the run told");
    let replayed = desk.golden(&["runs", "replay", &id, "--format", "json"]).json(0);
    assert_eq!(replayed["same"], true);
    let mut told = BTreeMap::from([("validate".to_owned(), printed)]);
    for format in FORMATS {
        told.insert(format.to_owned(), desk.golden(&["report", &id, "--format", format]).out(0));
    }
    let short = &id[id.len() - 12..];
    told.values_mut().for_each(|text| *text = text.replace(&id, "RUN").replace(short, "SHORT").replace(&time, "TIME"));
    told
}

#[test]
fn both_backends_tell_the_same_bytes() {
    let (mut desk, mut from_sqlite, mut from_postgres) = (None, None, None);
    on_sqlite(Fresh::Migrated, async |test| {
        let here = Desk::new(&test.url);
        golden_side(&here);
        here.commit();
        here.certify_head();
        candidate_side(&here);
        here.commit();
        from_sqlite = Some(told(&here));
        desk = Some(here);
    });
    on_postgres(Fresh::Migrated, async |test| {
        let there = desk.as_ref().unwrap().on(&test.url);
        there.golden(&["branches", "adopt"]).out(0);
        from_postgres = Some(told(&there));
    });
    let from_sqlite = from_sqlite.unwrap();
    assert!(from_sqlite["json"].contains("\"hmac:") && !from_sqlite["json"].contains(KEY));
    for (what, text) in &from_sqlite {
        assert!(!text.contains("Tr0ub4dor"), "{what} shows a secret:\n{text}");
        if let Some(from_postgres) = &from_postgres {
            assert_eq!(text, &from_postgres[what], "{what}");
        }
    }
}

both_backends!(a_work_tree_and_a_directory_are_told_again_as_they_were, async |test| {
    let desk = Desk::new(&test.url);
    golden_side(&desk);
    desk.commit();
    desk.certify_head();
    candidate_side(&desk);
    for candidate in [&[][..], &["--candidate", "."]] {
        let printed = desk.validate(candidate).out(1);
        let id = run_id(&serde_json::from_str(&printed).unwrap());
        assert_eq!(desk.golden(&["report", &id, "--format", "json"]).out(0), printed);
    }
});
