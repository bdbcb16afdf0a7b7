//! `golden branches adopt`: a machine with an empty database knows from the refs what was certified and revoked.

use migration::{Migrator, MigratorTrait};

use super::certify::run_of;
use super::{Golden, Repo, SHOP};

/// What a golden branch is, without what only the database that certified it knows.
fn told(golden: &Golden) -> Vec<serde_json::Value> {
    let answer = golden.run("branches list --format json").json(0);
    let mut rows = answer["branches"].as_array().unwrap().clone();
    for row in &mut rows {
        // Times of refs are whole seconds, and the runs were in the database that is gone.
        for key in ["created_at", "revoked_at", "run"] {
            row[key].take();
        }
    }
    rows.sort_by_key(|row| row["branch"].as_str().unwrap().to_owned());
    rows
}

both_backends!(an_empty_database_learns_all_from_the_refs, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP), ("app-staging.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    golden.run("branches adopt").is(
        0,
        "0 golden refs found, 0 adopted\n\
         fetch them first: git fetch origin 'refs/heads/golden/*:refs/heads/golden/*'\n",
        "",
    );
    golden.certify_initial("production", "HEAD");
    golden.certify_initial("staging", "HEAD");
    repo.write("app-prod.yml", &SHOP.replace("true", "false"));
    let report = golden.validated("production", 1);
    let line = format!(
        "certify --service shop --environment production --run {} --all --override --by ann --reason agreed",
        run_of(&report)
    );
    golden.run(&line).exits(0);
    golden.run("revoke --service shop --environment production --by bob --reason wrong").exits(0);
    let before = told(&golden);
    assert_eq!(before.len(), 3);
    let decided = golden.validated("production", 1)["certification"].clone();

    Migrator::down(test.db.writer(), None).await.unwrap();
    Migrator::up(test.db.writer(), None).await.unwrap();
    golden.run("validate --service shop --environment production").exits_only(2);
    let answer = golden.run("branches adopt --format json").json(0);
    assert_eq!(answer["found"], 4, "three certifications and a revocation");
    assert_eq!(answer["adopted"].as_array().unwrap().len(), 3);
    assert_eq!(answer["revoked"].as_array().unwrap().len(), 1);
    assert_eq!(told(&golden), before);
    let again = golden.validated("production", 1)["certification"].clone();
    assert_eq!((&again["decision"], &again["score"].is_number()), (&decided["decision"], &true));
    assert_eq!(golden.validated("staging", 0)["summary"]["deltas"], 0);
    let answer = golden.run("branches adopt --format json").json(0);
    assert_eq!(
        (&answer["adopted"], &answer["revoked"], &answer["activated"]),
        (&serde_json::json!([]), &serde_json::json!([]), &serde_json::json!([]))
    );
});

/// Puts a golden ref's commit at another time, after another parent; gives the new commit.
fn retimed(repo: &Repo, branch: &str, seconds: i64, parent: Option<git2::Oid>) -> git2::Oid {
    let git = repo.git();
    let commit = git.find_reference(&format!("refs/heads/{branch}")).unwrap().peel_to_commit().unwrap();
    let author =
        git2::Signature::new("Golden Config", "golden-config@localhost", &git2::Time::new(seconds, 0)).unwrap();
    let parents: Vec<_> = parent.iter().map(|id| git.find_commit(*id).unwrap()).collect();
    let parents: Vec<_> = parents.iter().collect();
    let made =
        git.commit(None, &author, &author, commit.message().unwrap(), &commit.tree().unwrap(), &parents).unwrap();
    git.reference(&format!("refs/heads/{branch}"), made, true, "another time").unwrap();
    made
}

/// The active branch.
fn active(golden: &Golden) -> Option<String> {
    let answer = golden.run("branches list --format json").json(0);
    let rows = answer["branches"].as_array().unwrap();
    rows.iter().find(|row| row["active"] == true).map(|row| row["branch"].as_str().unwrap().to_owned())
}

/// Certifies the work tree, with this level, from a run.
fn certify_level(repo: &Repo, golden: &Golden, level: &str) -> String {
    repo.write("app-prod.yml", &SHOP.replace("INFO", level));
    let report = golden.validated("production", 0);
    let line = format!(
        "certify --service shop --environment production --run {} --all --by ann --reason {level} --format json",
        run_of(&report)
    );
    golden.run(&line).json(0)["branch"]["branch"].as_str().unwrap().to_owned()
}

const REVOKE: &str = "revoke --service shop --environment production --by bob --reason wrong";

both_backends!(a_clone_without_the_revocation_takes_nothing_back, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    let first = golden.certify_initial("production", "HEAD");
    certify_level(&repo, &golden, "WARN");
    let clone = repo.beside("clone");
    git2::Repository::clone(repo.path().to_str().unwrap(), &clone).unwrap();
    golden.run(REVOKE).exits(0);
    assert_eq!(active(&golden).as_deref(), Some(first.as_str()));
    let answer = golden.run(&format!("branches adopt --repo {} --format json", clone.display())).json(0);
    assert_eq!((&answer["found"], &answer["activated"]), (&2.into(), &serde_json::json!([])));
    assert_eq!(active(&golden).as_deref(), Some(first.as_str()));
});

both_backends!(a_revocation_elsewhere_leaves_a_newer_golden_branch_active, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    let second = certify_level(&repo, &golden, "WARN");
    let clone = repo.beside("clone");
    git2::Repository::clone(repo.path().to_str().unwrap(), &clone).unwrap();
    let third = certify_level(&repo, &golden, "ERROR");
    // A machine that knows the clone only takes the second one back, later.
    let elsewhere = Golden::at(&clone).database(&format!("sqlite://{}?mode=rwc", repo.beside("other.db").display()));
    elsewhere.run("branches adopt").exits(0);
    elsewhere.run(REVOKE).exits(0);
    let answer = golden.run(&format!("branches adopt --repo {} --format json", clone.display())).json(0);
    assert_eq!((&answer["revoked"], &answer["activated"]), (&serde_json::json!([second]), &serde_json::json!([])));
    assert_eq!(active(&golden).as_deref(), Some(third.as_str()));
});

both_backends!(what_was_made_from_a_golden_branch_is_newer_than_it, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    let first = golden.certify_initial("production", "HEAD");
    let second = certify_level(&repo, &golden, "WARN");
    // The second machine's clock is an hour behind.
    let parent = retimed(&repo, &first, 1_790_000_000, None);
    retimed(&repo, &second, 1_789_996_400, Some(parent));
    Migrator::down(test.db.writer(), None).await.unwrap();
    Migrator::up(test.db.writer(), None).await.unwrap();
    golden.run("branches adopt").exits(0);
    assert_eq!(active(&golden).as_deref(), Some(second.as_str()));
    let answer = golden.run(&format!("{REVOKE} --format json")).json(0);
    assert_eq!(answer["active"]["branch"], first, "it is known what the second replaced");
});

both_backends!(a_revocation_and_a_new_beginning_of_one_second_are_told_apart, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    let first = golden.certify_initial("production", "HEAD");
    let revoked = golden.run(&format!("{REVOKE} --format json")).json(0)["branch_name"].as_str().unwrap().to_owned();
    let second = golden.certify_initial("production", "HEAD");
    let parent = retimed(&repo, &first, 1_790_000_000, None);
    retimed(&repo, &revoked, 1_790_000_001, Some(parent));
    retimed(&repo, &second, 1_790_000_001, None);
    Migrator::down(test.db.writer(), None).await.unwrap();
    Migrator::up(test.db.writer(), None).await.unwrap();
    golden.run("branches adopt").exits(0);
    assert_eq!(active(&golden).as_deref(), Some(second.as_str()));
});
