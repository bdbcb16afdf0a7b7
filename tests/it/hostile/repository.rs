//! Repositories that are none, are empty, belong to somebody else or lack what is asked for.

use tempfile::TempDir;

use super::{VALIDATE, beside, certified, is_root, nothing_happened, run, runs, system, told};
use crate::cli::{Golden, Repo};

const COMMANDS: [&str; 5] = [
    VALIDATE,
    "validate --service shop --environment production --golden HEAD",
    "certify --service shop --environment production --initial HEAD --by ann --reason first",
    "revoke --service shop --environment production --by ann --reason wrong",
    "branches adopt",
];

#[test]
fn a_folder_that_is_no_repository_is_named_and_stays_empty() {
    let folder = TempDir::new().unwrap();
    let golden = Golden::at(folder.path());
    let message = "error: <folder> is not in a git repository\n  remedy: run inside of a git repository, or name one with --repo\n";
    for line in COMMANDS {
        run(&golden, line).fails(2, message);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_mistyped_repository_is_named_and_not_made() {
    let folder = TempDir::new().unwrap();
    let golden = Golden::at(folder.path());
    let message = "error: <folder>/none is not in a git repository\n  remedy: run inside of a git repository, or name one with --repo\n";
    for line in COMMANDS {
        run(&golden, &format!("{line} --repo none")).fails(2, message);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_repository_without_a_commit_is_called_empty() {
    let repo = Repo::empty();
    let golden = beside(&repo);
    let message =
        "error: the git repository at <folder>/ is empty: it has no commit\n  remedy: commit the configuration first\n";
    run(&golden, COMMANDS[1]).fails(2, message);
    run(&golden, COMMANDS[2]).fails(2, message);
    nothing_happened(&repo, &golden, 0);
}

#[test]
fn a_revision_that_does_not_exist_is_named_and_nothing_is_stored() {
    let (repo, golden) = certified();
    let message = |rev: &str, reason: &str| {
        format!(
            "error: revision \"{rev}\" does not exist in the git repository at <folder>/: {reason}\n  remedy: name a \
             branch, tag or commit that `git rev-parse --verify` knows, or fetch it\n"
        )
    };
    let unknown = message("none", "revspec 'none' not found");
    run(&golden, &format!("{VALIDATE} --candidate none")).fails(2, &unknown);
    run(&golden, &format!("{VALIDATE} --golden none")).fails(2, &unknown);
    run(&golden, "certify --service other --environment production --initial none --by ann --reason first")
        .fails(2, &unknown);
    run(&golden, "diff --repo . HEAD none").fails(2, &unknown);
    let hostile = told(&golden, &["diff", "--repo", ".", "HEAD", "no\u{1b}[31m\u{202e}\nerror: none"]);
    let shown = r"no\u{1b}[31m\u{202e}\nerror: none";
    assert!(hostile.stderr.starts_with(&format!("error: revision \"{shown}\" does not exist")), "{hostile}");
    assert_eq!(hostile.code, Some(2));
    nothing_happened(&repo, &golden, 1);
}

#[test]
fn a_commit_that_is_missing_says_which_fetch_brings_it() {
    let (_repo, golden) = certified();
    let missing = "1".repeat(40);
    let answer = run(&golden, &format!("{VALIDATE} --candidate {missing}"));
    assert!(answer.stderr.ends_with("\n  remedy: git fetch origin <commit>\n"), "{answer}");
    assert_eq!(answer.code, Some(2));
}

#[test]
fn a_bare_repository_has_no_work_tree_and_takes_revisions() {
    let (repo, golden) = certified();
    let bare = repo.beside("bare");
    system("git", &["clone", "--quiet", "--mirror", ".", &bare.display().to_string()], &repo.path());
    let golden = golden.place(&bare, "<bare>");
    run(&golden, &format!("{VALIDATE} --repo {}", bare.display())).fails(
        2,
        "error: the git repository at <bare> is bare: it has no work tree\n  remedy: name a revision with --candidate\n",
    );
    run(&golden, &format!("{VALIDATE} --repo {} --candidate main", bare.display())).exits(0);
}

#[test]
fn a_ref_in_the_place_of_a_golden_branch_that_is_none_is_told_and_not_adopted() {
    let (repo, _) = certified();
    let branch = repo.branches("golden/")[0].clone();
    let commit = repo.git().head().unwrap().target().unwrap().to_string();
    repo.branch("golden/shop/production/forged", &commit);
    let empty = Golden::at(&repo.path()).database(&format!("sqlite://{}", repo.beside("other.db").display()));
    let answer = run(&empty, "branches adopt --format json").json(0);
    assert_eq!((&answer["found"], &answer["adopted"]), (&1.into(), &serde_json::json!([branch])));
    assert_eq!(answer["refused"].as_array().unwrap().len(), 1);
    assert_eq!(answer["refused"][0]["reference"], "refs/heads/golden/shop/production/forged");
    assert!(run(&empty, "branches adopt").stdout.contains("refused  refs/heads/golden/shop/production/forged: "));
}

#[test]
fn a_shallow_clone_says_the_fetch_that_brings_the_golden_branch() {
    let (repo, golden) = certified();
    repo.write("app.yml", "port: 8081\n");
    repo.commit();
    let clone = repo.beside("clone");
    let (from, to) = (format!("file://{}", repo.path().display()), clone.display().to_string());
    system("git", &["clone", "--quiet", "--depth=1", "--branch=main", &from, &to], &repo.path());
    let golden = golden.place(&clone, "<clone>");
    let fetch = "git fetch origin 'refs/heads/golden/*:refs/heads/golden/*'";
    run(&golden, &format!("{VALIDATE} --repo {to}")).fails(
        2,
        &format!(
            "error: revision \"golden/shop/production/<branch>\" is not in the git repository at <clone>/, which is a \
             shallow clone\n  remedy: {fetch}\n"
        ),
    );
    assert_eq!(runs(&golden).len(), 0);
    system("sh", &["-c", fetch], &clone);
    let report = golden.run(&format!("{VALIDATE} --repo {to} --format json")).json(1);
    assert_eq!(report["certification"]["decision"], "HUMAN_REVIEW");
}

#[test]
fn a_repository_of_another_user_is_refused_with_the_remedy() {
    let (repo, golden) = certified();
    if !is_root() {
        // Only root can give a folder away; continuous integration runs as root.
        return;
    }
    system("chown", &["-R", "12345", "."], &repo.path());
    let message = "error: the git repository at <folder> belongs to another user\n  \
                   remedy: if you trust it: git config --global --add safe.directory <folder>\n";
    for line in COMMANDS {
        run(&golden, line).fails(2, message);
    }
    system("chown", &["-R", "0", "."], &repo.path());
    nothing_happened(&repo, &golden, 1);
}
