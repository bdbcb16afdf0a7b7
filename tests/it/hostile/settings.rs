//! Rules, settings and statements that make no sense: place, cause and remedy, and nothing is stored.

use super::{VALIDATE, certified, nothing_happened, run, runs, told};
use crate::cli::{Golden, Repo};

const READABLE: &str = "name a file that is there, that you may read, and that is UTF-8";

/// Validates with a policy file and gives what went wrong.
#[track_caller]
fn policy(repo: &Repo, golden: &Golden, text: &[u8]) -> String {
    std::fs::write(repo.beside("rules.yml"), text).unwrap();
    let answer = run(golden, &format!("{VALIDATE} --policy {}", repo.beside("rules.yml").display()));
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(2), ""), "{answer}");
    answer.stderr.replace(&repo.beside("").display().to_string(), "")
}

#[test]
fn a_policy_with_unknown_keys_bad_patterns_or_broken_yaml_names_line_and_column() {
    let (repo, golden) = certified();
    let unknown = policy(&repo, &golden, b"version: 1\nrulez: []\nrules: []\n");
    assert!(unknown.starts_with("error: rules.yml:2:1: unknown key \"rulez\"; did you mean \"rules\"?\n"), "{unknown}");
    assert!(unknown.ends_with("  remedy: golden policy check FILE lists every error of a policy file\n"), "{unknown}");
    let pattern =
        policy(&repo, &golden, b"invariants:\n  - name: x\n    locator_contains: port\n    forbid_patterns: ['(']\n");
    assert!(pattern.starts_with("error: rules.yml:4:23: "), "{pattern}");
    let broken = policy(&repo, &golden, b"version: [1\nrules: {\n");
    assert!(broken.starts_with("error: rules.yml:"), "{broken}");
    let deep = policy(&repo, &golden, "[".repeat(100_000).as_bytes());
    assert!(deep.starts_with("error: rules.yml:1:"), "{deep}");
    let bytes = policy(&repo, &golden, b"\xff\xfe\xfd");
    assert_eq!(bytes, format!("error: rules.yml: stream did not contain valid UTF-8\n  remedy: {READABLE}\n"));
    nothing_happened(&repo, &golden, 1);
}

#[test]
fn a_policy_that_is_not_there_is_named() {
    let (repo, golden) = certified();
    run(&golden, &format!("{VALIDATE} --policy none.yml"))
        .fails(2, &format!("error: <folder>/none.yml: No such file or directory (os error 2)\n  remedy: {READABLE}\n"));
    nothing_happened(&repo, &golden, 1);
}

#[test]
fn a_rule_that_matches_no_file_is_a_finding_with_its_line() {
    let (repo, golden) = certified();
    std::fs::write(repo.beside("rules.yml"), "monitored_patterns:\n  critical:\n    - nowhere/*.yml\n").unwrap();
    repo.write("app.yml", "port: 8081\n");
    let line = format!("{VALIDATE} --format json --policy {}", repo.beside("rules.yml").display());
    let report = run(&golden, &line).json(1);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!((&findings[0]["code"], &findings[0]["severity"]), (&"unused-rule".into(), &"low".into()));
    assert_eq!((&findings[0]["file"], &findings[0]["line"]), (&"rules.yml".into(), &3.into()));
}

#[test]
fn golden_toml_with_unknown_keys_or_broken_text_names_line_and_column() {
    let (repo, golden) = certified();
    let cases: [(&[u8], &str); 6] = [
        (b"[database]\nurrl = 'x'\n", "error: <folder>/golden.toml:2:1: unknown field `urrl`"),
        (b"[limits]\n\n  depht = 3\n", "error: <folder>/golden.toml:3:3: unknown field `depht`"),
        (b"[environment.prod]\ntier = 'best'\n", "error: <folder>/golden.toml:2:8: unknown variant `best`"),
        (b"a = = 1\n", "error: <folder>/golden.toml:1:5: "),
        (b"[[service]]\nname = 'a/../b'\n", "error: \"a/../b\" is no service name"),
        (b"\xff\n", "error: <folder>/golden.toml: stream did not contain valid UTF-8"),
    ];
    for (text, start) in cases {
        repo.write_bytes("golden.toml", text);
        for line in [VALIDATE, "config show", "runs list"] {
            let answer = run(&golden, line);
            assert_eq!(answer.code, Some(2), "{answer}");
            assert!(answer.stderr.starts_with(start), "{start}\n{answer}");
        }
    }
    repo.write_bytes("golden.toml", format!("a = {}", "[".repeat(100_000)).as_bytes());
    assert_eq!(run(&golden, VALIDATE).code, Some(2));
    repo.remove("golden.toml");
    nothing_happened(&repo, &golden, 1);
}

#[test]
fn a_description_that_is_not_there_or_no_text_is_named() {
    let (repo, golden) = certified();
    let remedy = "name a path that is there and that you may use; texts are UTF-8";
    run(&golden, &format!("{VALIDATE} --description-file none.md")).fails(
        2,
        &format!(
            "error: the description <folder>/none.md: No such file or directory (os error 2)\n  remedy: {remedy}\n"
        ),
    );
    repo.write_bytes("bytes.md", b"caf\xe9");
    run(&golden, &format!("{VALIDATE} --description-file bytes.md")).fails(
        2,
        &format!("error: the description <folder>/bytes.md: stream did not contain valid UTF-8\n  remedy: {remedy}\n"),
    );
    nothing_happened(&repo, &golden, 1);
}

#[test]
fn a_fingerprint_key_that_could_be_guessed_is_refused() {
    let (_repo, golden) = certified();
    let golden = golden.variable("GOLDEN_FINGERPRINT_KEY", "fifteen bytes !");
    run(&golden, VALIDATE).fails(
        2,
        "error: GOLDEN_FINGERPRINT_KEY holds 15 bytes; a fingerprint key has at least 16\n  remedy: set \
         GOLDEN_FINGERPRINT_KEY to a random text, such as `openssl rand -hex 32` prints\n",
    );
    let golden = golden.variable("GOLDEN_FINGERPRINT_KEY", "sixteen bytes ok");
    assert_eq!(runs(&golden).len(), 0);
    run(&golden, VALIDATE).exits(0);
}

both_backends!(a_name_that_no_store_can_hold_is_refused_alike, async |test| {
    let repo = Repo::of(&[("app.yml", "port: 8080\n")]);
    let golden = Golden::on(&repo, &test);
    let long = "a".repeat(5_000);
    for name in ["", "Shop", "a/b", "..", "a..b", "a.lock", "-a", "a b", &long] {
        for start in ["validate --golden HEAD", "certify --initial HEAD --by ann --reason first"] {
            let mut arguments: Vec<&str> = start.split(' ').collect();
            let service = format!("--service={name}");
            arguments.extend([service.as_str(), "--environment", "production"]);
            let answer = told(&golden, &arguments);
            assert_eq!(answer.code, Some(2), "{answer}");
            assert!(answer.stderr.contains("is no service name"), "{answer}");
        }
    }
    nothing_happened(&repo, &golden, 0);
});
