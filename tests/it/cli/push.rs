//! `--push`: a remote that cannot take the ref is found before anything is recorded, and when it refuses after all, the
//! answer says what is done.

use std::os::unix::fs::PermissionsExt as _;

use git2::Repository;

use super::answer::Answer;
use super::{Golden, Repo, SHOP};

const CERTIFY: &str = "certify --service shop --environment production --initial HEAD --by ann --reason first";
const REVOKE: &str = "revoke --service shop --environment production --by bob --reason wrong";

/// A repository and the bare one that its remote `origin` is.
fn with_remote() -> (Repo, Repository) {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let place = repo.beside("remote.git");
    let remote = Repository::init_bare(&place).unwrap();
    repo.git().remote("origin", place.to_str().unwrap()).unwrap();
    (repo, remote)
}

fn golden_refs(repo: &Repository) -> usize {
    repo.references_glob("refs/heads/golden/*").unwrap().count()
}

/// Names of the branches and whether each is active.
fn active(golden: &Golden) -> Vec<bool> {
    let answer = golden.run("branches list --format json").json(0);
    answer["branches"].as_array().unwrap().iter().map(|row| row["active"] == true).collect()
}

#[track_caller]
fn refused_by_remote(answer: &Answer, done: &str) {
    answer.exits_only(2);
    let branch = answer.stderr.split("`git push origin ").nth(1).unwrap().trim_end().trim_end_matches('`').to_owned();
    assert!(branch.starts_with("golden/shop/production/"), "{answer}");
    assert!(answer.stderr.contains(done), "{answer}");
    assert!(answer.stderr.contains(", but it was not pushed: cannot push to origin: "), "{answer}");
    assert!(answer.stderr.contains("remedy: do not repeat the command; push with `git push origin "), "{answer}");
}

both_backends!(what_is_certified_and_revoked_is_pushed, async |test| {
    let (repo, remote) = with_remote();
    let golden = Golden::on(&repo, &test);
    let answer = golden.run(&format!("{CERTIFY} --push origin"));
    answer.exits(0);
    assert!(answer.stdout.ends_with("\npushed to origin\n"), "{answer}");
    assert_eq!(golden_refs(&remote), 1);
    golden.run(&format!("{REVOKE} --push origin")).is(
        0,
        "revoked golden/shop/production/<branch>\nno golden branch is active now\npushed to origin\n",
        "",
    );
    assert_eq!(golden_refs(&remote), 2, "the revocation is a ref too");
});

both_backends!(a_remote_that_cannot_be_reached_changes_nothing, async |test| {
    let (repo, _remote) = with_remote();
    let golden = Golden::on(&repo, &test);
    let refused = |line: &str| {
        let answer = golden.run(&format!("{line} --push nowhere"));
        answer.exits_only(2);
        assert!(answer.stderr.starts_with("error: cannot push to nowhere: "), "{answer}");
    };
    refused(CERTIFY);
    assert_eq!((golden_refs(repo.git()), active(&golden)), (0, vec![]));
    golden.run(CERTIFY).exits(0);
    // As often as it is tried: nothing before the active one is taken back either.
    refused(REVOKE);
    refused(REVOKE);
    assert_eq!((golden_refs(repo.git()), active(&golden)), (1, vec![true]));
});

both_backends!(a_remote_that_refuses_late_is_told_with_what_is_done, async |test| {
    let (repo, remote) = with_remote();
    let golden = Golden::on(&repo, &test);
    let hook = remote.path().join("hooks/pre-receive");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\nexit 1\n").unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let answer = golden.run(&format!("{CERTIFY} --push origin"));
    refused_by_remote(&answer, " is certified and active, but");
    assert_eq!((golden_refs(repo.git()), active(&golden)), (1, vec![true]));
    let answer = golden.run(&format!("{REVOKE} --push origin"));
    refused_by_remote(&answer, " is revoked, but");
    assert_eq!((golden_refs(repo.git()), active(&golden)), (2, vec![false]));
    assert_eq!(golden_refs(&remote), 0);
});
