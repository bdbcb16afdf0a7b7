//! Base files: a change names the environments where it takes effect, told the same by every command and kept with the run.

use serde_json::{Value, json};

use super::certify::run_of;
use super::{Golden, Repo};
use crate::harness::databases::TestDatabase;

const BASE: &str = "logging:\n  level: INFO\nserver:\n  port: 8080\n";

fn made(test: &TestDatabase) -> (Repo, Golden) {
    let repo = Repo::of(&[
        ("application.yml", BASE),
        ("application-prod.yml", "server:\n  port: 9090\n"),
        ("application-staging.properties", "logging.level=WARN\n"),
    ]);
    let golden = Golden::on(&repo, test);
    golden.certify_initial("production", "HEAD");
    repo.write("application.yml", &BASE.replace("INFO", "DEBUG").replace("8080", "8081"));
    repo.commit();
    (repo, golden)
}

/// Key paths with the environments of each delta.
fn told(report: &Value) -> Value {
    let deltas = report["deltas"].as_array().unwrap().iter();
    deltas.map(|delta| json!([delta["key_path"], delta["environments"]])).collect()
}

fn expected() -> Value {
    json!([["/logging/level", ["production", "development"]], ["/server/port", ["staging", "development"]]])
}

both_backends!(a_change_of_a_base_file_names_where_it_takes_effect, async |test| {
    let (repo, golden) = made(&test);
    let report = golden.run("validate --service shop --environment production --candidate HEAD --format json").json(1);
    assert_eq!(told(&report), expected());
    let run = run_of(&report);
    assert_eq!(told(&golden.run(&format!("report {run} --format json")).json(0)), expected());
    let text = golden.run(&format!("report {run} --format text")).exits(0).stdout.clone();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("changed, in effect in staging and development"), "{text}");
    for format in ["markdown", "html"] {
        let shown = golden.run(&format!("report {run} --format {format}")).exits(0).stdout.clone();
        assert!(shown.contains("changed, in effect in production and development"), "{shown}");
    }
    let port = report["deltas"][1]["id"].as_str().unwrap();
    let explained = golden.run(&format!("policy explain {run} {port} --format json")).json(0);
    assert_eq!(explained["delta"]["environments"], json!(["staging", "development"]));
    let line =
        "history --service shop --environment production --file application.yml --key /server/port --format json";
    assert_eq!(golden.run(line).json(0)["changes"][0]["delta"]["environments"], json!(["staging", "development"]));
    // What the run saw is stored: files beside the base that change later change nothing.
    repo.write("application-prod.yml", "logging:\n  level: WARN\n");
    repo.commit();
    assert_eq!(golden.run(&format!("runs replay {run} --format json")).json(0)["same"], true);
    let now = golden.run("validate --service shop --environment production --candidate HEAD --format json").json(1);
    let told = told(&now);
    let level = told.as_array().unwrap().iter().find(|delta| delta[0] == "/logging/level").unwrap();
    assert_eq!(level[1], json!(["development"]), "{told}");
});

both_backends!(files_that_may_not_be_read_override_nothing, async |test| {
    let (repo, golden) = made(&test);
    let anomaly = |report: &Value| report["certification"]["components"][4]["reason"].as_str().unwrap().to_owned();
    repo.write("golden.toml", "[evidence]\nmax_files = 1\n");
    let report = golden.validated("production", 1);
    let all = ["production", "staging", "development"];
    assert_eq!(told(&report), json!([["/logging/level", all], ["/server/port", ["staging", "development"]]]));
    let left_out = "1 files beside base files were not read (evidence.max_files)";
    assert!(anomaly(&report).contains(left_out), "{}", anomaly(&report));
    repo.write("golden.toml", "[evidence]\nmax_files = 2\n");
    let report = golden.validated("production", 1);
    assert_eq!(told(&report), expected());
    assert!(!anomaly(&report).contains("base files"), "{}", anomaly(&report));
});

#[test]
fn folders_and_single_files_tell_as_much_as_they_hold() {
    let repo = Repo::of(&[]);
    let two = |port: u8| format!("a: {port}\n---\nspring.config.activate.on-profile: prod\na: 3\n");
    for (folder, port) in [("old", 1), ("new", 2)] {
        std::fs::create_dir(repo.beside(folder)).unwrap();
        std::fs::write(repo.beside(folder).join("application.yml"), two(port)).unwrap();
        std::fs::write(repo.beside(folder).join("application-dev.yml"), "a: 9\n").unwrap();
    }
    let golden = Golden::at(&repo.beside(""));
    let told = |line: &str| told(&golden.run(&format!("diff {line} --format json")).json(1));
    assert_eq!(told("old new"), json!([["/a", ["staging"]]]));
    assert_eq!(told("old/application.yml new/application.yml"), json!([["/a", ["staging", "development"]]]));
    std::fs::write(repo.beside("old").join("x.yml"), "a: 1\n").unwrap();
    std::fs::write(repo.beside("new").join("x.yml"), "a: 2\n").unwrap();
    assert_eq!(told("old/x.yml new/x.yml"), json!([["/a", null]]));
}
