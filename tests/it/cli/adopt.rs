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
