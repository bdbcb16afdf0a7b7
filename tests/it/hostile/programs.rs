//! Nothing that a repository names is run by any command: no hook, filter, monitor, pager, transport or alias.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{VALIDATE, beside, run, system};
use crate::cli::{Golden, Repo};

/// Settings of a repository that name a program which git or somebody else would run.
const SETTINGS: [&str; 17] = [
    "core.fsmonitor",
    "core.sshCommand",
    "core.askPass",
    "core.pager",
    "core.editor",
    "core.gitProxy",
    "filter.x.clean",
    "filter.x.smudge",
    "filter.x.process",
    "diff.external",
    "diff.x.textconv",
    "diff.x.command",
    "merge.x.driver",
    "credential.helper",
    "gpg.program",
    "sequence.editor",
    "uploadpack.packObjectsHook",
];

const HOOKS: [&str; 14] = [
    "applypatch-msg",
    "commit-msg",
    "fsmonitor-watchman",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-merge",
    "post-rewrite",
    "pre-auto-gc",
    "pre-commit",
    "pre-push",
    "prepare-commit-msg",
    "reference-transaction",
    "update",
];

/// A program that leaves a mark when it is run.
fn trap(place: &Path, mark: &Path) {
    fs::write(place, format!("#!/bin/sh\ntouch '{}'\ncat\n", mark.display())).unwrap();
    fs::set_permissions(place, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A repository in which everything that can name a program names the trap.
fn armed(mark: &Path) -> Repo {
    let repo = Repo::of(&[("app.yml", "port: 8080\n"), (".gitattributes", "*.yml filter=x diff=x merge=x\n")]);
    let program = repo.beside("trap");
    trap(&program, mark);
    let hooks = repo.beside("hooks");
    fs::create_dir_all(&hooks).unwrap();
    fs::create_dir_all(repo.git().path().join("hooks")).unwrap();
    for hook in HOOKS {
        trap(&repo.git().path().join("hooks").join(hook), mark);
        trap(&hooks.join(hook), mark);
    }
    let mut config = repo.git().config().unwrap();
    for key in SETTINGS {
        config.set_str(key, &program.display().to_string()).unwrap();
    }
    config.set_str("alias.status", &format!("!{}", program.display())).unwrap();
    config.set_str("alias.push", &format!("!{}", program.display())).unwrap();
    config.set_bool("filter.x.required", true).unwrap();
    config.set_str("core.hooksPath", &hooks.display().to_string()).unwrap();
    config.set_str("remote.origin.url", &format!("ext::{}", program.display())).unwrap();
    config.set_str("remote.origin.receivepack", &program.display().to_string()).unwrap();
    repo
}

fn main_job(golden: &Golden, repo: &Repo) {
    golden.certify_initial("production", "HEAD");
    repo.write("app.yml", "port: 8081\n");
    let report = golden.validated("production", 1);
    run(golden, &format!("{VALIDATE} --candidate ./")).exits(1);
    run(golden, "diff --repo . HEAD HEAD").exits(0);
    let id = report["run"]["id"].as_str().unwrap();
    run(golden, &format!("runs replay {id}")).exits(0);
    run(golden, &format!("certify --service shop --environment production --run {id} --all --by ann --reason port"))
        .exits(0);
    run(golden, "revoke --service shop --environment production --by ann --reason wrong").exits(0);
}

#[test]
fn no_command_runs_what_a_repository_names() {
    let marks = tempfile::tempdir().unwrap();
    let mark = marks.path().join("ran");
    let repo = armed(&mark);
    let golden = beside(&repo);
    main_job(&golden, &repo);
    let empty = Golden::at(&repo.path()).database(&format!("sqlite://{}", repo.beside("other.db").display()));
    run(&empty, "branches adopt").exits(0);
    run(&golden, "init").exits(0);
    assert!(!mark.exists(), "a command ran a program of the repository");
    // The trap works: git itself falls into it.
    let _fails = std::process::Command::new("git").args(["add", "app.yml"]).current_dir(repo.path()).output();
    assert!(mark.exists());
}

#[test]
fn a_push_runs_no_hook_and_no_transport_of_the_repository() {
    let marks = tempfile::tempdir().unwrap();
    let mark = marks.path().join("ran");
    let repo = armed(&mark);
    let golden = beside(&repo);
    let certify = "certify --service shop --environment production --initial HEAD --by ann --reason first --push";
    let answer = run(&golden, &format!("{certify} origin"));
    assert_eq!(answer.code, Some(2), "{answer}");
    assert!(answer.stderr.contains("cannot push to origin"), "{answer}");
    let remote = repo.beside("remote");
    system("git", &["init", "--quiet", "--bare", &remote.display().to_string()], &repo.path());
    repo.git().remote("plain", &remote.display().to_string()).unwrap();
    run(&golden, &format!("{} plain", certify.replace("shop", "till"))).exits(0);
    assert_eq!(system("git", &["branch", "--list", "golden/till/*"], &remote).lines().count(), 1);
    assert!(!mark.exists(), "pushing ran a program of the repository");
}
