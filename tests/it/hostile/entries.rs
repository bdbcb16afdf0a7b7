//! What stands in a tree and is no plain file: links, loops, repositories of others, names that are no text.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use super::{VALIDATE, beside, certified, run, system};
use crate::cli::Repo;

#[test]
fn links_are_reported_and_never_followed() {
    let (repo, golden) = certified();
    let secret = repo.beside("outside.yml");
    std::fs::write(&secret, "password: outside-of-the-tree\n").unwrap();
    for (name, target) in [("loop-a.yml", "loop-b.yml"), ("loop-b.yml", "loop-a.yml"), ("self", "."), ("up", "..")] {
        symlink(target, repo.path().join(name)).unwrap();
    }
    symlink(&secret, repo.path().join("outside.yml")).unwrap();
    let check = |line: &str| {
        let answer = run(&golden, line);
        let report = answer.json(1);
        let names = |list: &str| -> Vec<&str> {
            report[list].as_array().unwrap().iter().map(|row| row["file"].as_str().unwrap()).collect()
        };
        let links = ["loop-a.yml", "loop-b.yml", "outside.yml"];
        assert_eq!(names("findings"), links);
        assert!(links.iter().all(|link| names("deltas").contains(link)), "{answer}");
        assert!(report["findings"].as_array().unwrap().iter().all(|row| row["code"] == "symlink"));
        assert!(!answer.raw.contains("outside-of-the-tree"));
    };
    check(&format!("{VALIDATE} --format json"));
    check(&format!("{VALIDATE} --format json --candidate ./"));
    repo.commit();
    check(&format!("{VALIDATE} --format json --candidate main"));
}

#[test]
fn a_folder_that_became_a_link_is_gone() {
    let (repo, golden) = certified();
    repo.write("conf/app.yml", "port: 1\n");
    repo.commit();
    run(&golden, "revoke --service shop --environment production --by ann --reason again").exits(0);
    golden.certify_initial("production", "HEAD");
    let outside = repo.beside("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::rename(repo.path().join("conf/app.yml"), outside.join("app.yml")).unwrap();
    std::fs::write(outside.join("app.yml"), "port: 2\n").unwrap();
    std::fs::remove_dir(repo.path().join("conf")).unwrap();
    symlink(&outside, repo.path().join("conf")).unwrap();
    for candidate in ["", " --candidate ./"] {
        let report = run(&golden, &format!("{VALIDATE} --format json{candidate}")).json(1);
        let told: Vec<_> =
            report["deltas"].as_array().unwrap().iter().map(|row| (&row["file"], &row["kind"])).collect();
        assert_eq!(told, [(&"conf/app.yml".into(), &"removed".into())], "{candidate}");
    }
}

#[test]
fn a_submodule_is_one_delta_with_both_commits() {
    let repo = Repo::of(&[("app.yml", "port: 8080\n")]);
    let other = Repo::of(&[("inside.yml", "password: of-the-other-repository\n")]);
    let first = other.commit();
    let inside = repo.path().join("config");
    system("git", &["clone", "--quiet", &other.path().display().to_string(), "config"], &repo.path());
    system("git", &["-c", "advice.addEmbeddedRepo=false", "add", "--all"], &repo.path());
    let author = ["-c", "user.name=dev", "-c", "user.email=dev@svc.example", "commit", "--quiet", "--message=all"];
    system("git", &author, &repo.path());
    let golden = beside(&repo);
    golden.certify_initial("production", "HEAD");
    other.write("inside.yml", "password: changed\n");
    let second = other.commit();
    system("git", &["fetch", "--quiet"], &inside);
    system("git", &["checkout", "--quiet", &second], &inside);
    let answer = run(&golden, &format!("{VALIDATE} --format json"));
    let report = answer.json(1);
    let deltas = report["deltas"].as_array().unwrap();
    assert_eq!(deltas.len(), 1, "{answer}");
    assert_eq!(deltas[0]["file"], "config");
    let sides = format!("{} {}", deltas[0]["old"], deltas[0]["new"]);
    assert!(sides.contains(&first) && sides.contains(&second), "{sides}");
    assert!(!answer.raw.contains("of-the-other-repository"));
}

both_backends!(names_that_are_no_text_or_steer_a_terminal_are_spelled_out, async |test| {
    let names: [&[u8]; 6] = [
        b"new\nline.yml",
        b"latin\xe9.yml",
        b"esc\x1b[31mred.yml",
        b"back\\slash.yml",
        "bidi\u{202e}lmy.yml".as_bytes(),
        b"<script>@everyone `#1`.yml",
    ];
    let repo = Repo::of(&[("app.yml", "port: 8080\n")]);
    let golden = crate::cli::Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    for name in names {
        std::fs::write(repo.path().join(OsStr::from_bytes(name)), "port: 1\n").unwrap();
    }
    system("git", &["add", "--all"], &repo.path());
    let report = run(&golden, &format!("{VALIDATE} --format json")).json(1);
    let mut files: Vec<&str> =
        report["deltas"].as_array().unwrap().iter().map(|delta| delta["file"].as_str().unwrap()).collect();
    files.dedup();
    let expected = [
        "<script>@everyone `#1`.yml",
        r"back\\slash.yml",
        "bidi\u{202e}lmy.yml",
        "esc\u{1b}[31mred.yml",
        r"latin\xe9.yml",
        "new\nline.yml",
    ];
    assert_eq!(files, expected);
    for format in ["text", "markdown", "sarif", "junit", "html"] {
        let answer = run(&golden, &format!("{VALIDATE} --format {format}"));
        assert_eq!(answer.code, Some(1), "{answer}");
    }
    let run_id = report["run"]["id"].as_str().unwrap();
    let line = format!(
        "certify --service shop --environment production --run {run_id} --all --override --by ann --reason names --format json"
    );
    let branch = run(&golden, &line).json(0)["branch"]["branch"].as_str().unwrap().to_owned();
    assert_eq!(repo.show(&branch, "new\nline.yml").as_deref(), Some("port: 1\n"));
    run(&golden, VALIDATE).exits(0);
});
