//! `golden revoke`: back to the golden branch before, or to the one that is named.

use super::certify::run_of;
use super::{Golden, Repo, SHOP};

const REVOKE: &str = "revoke --service shop --environment production --by bob --reason wrong";

/// Certifies a first version and one for each of these levels.
fn certified(repo: &Repo, golden: &Golden, levels: &[&str]) -> Vec<String> {
    let mut branches = vec![golden.certify_initial("production", "HEAD")];
    for level in levels {
        repo.write("app-prod.yml", &SHOP.replace("INFO", level));
        let report = golden.validated("production", 0);
        let line = format!(
            "certify --service shop --environment production --run {} --all --by ann --reason {level} --format json",
            run_of(&report)
        );
        branches.push(golden.run(&line).json(0)["branch"]["branch"].as_str().unwrap().to_owned());
    }
    branches
}

/// Branch and state of each golden branch, oldest first.
fn states(golden: &Golden) -> Vec<(String, bool, serde_json::Value)> {
    let answer = golden.run("branches list --format json").json(0);
    let told = answer["branches"].as_array().unwrap().iter().rev();
    told.map(|row| (row["branch"].as_str().unwrap().to_owned(), row["active"] == true, row["revoke_reason"].clone()))
        .collect()
}

both_backends!(revoking_goes_back_to_the_branch_before, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    let branches = certified(&repo, &golden, &["WARN", "ERROR"]);
    assert_eq!(golden.validated("production", 0)["summary"]["deltas"], 0);
    golden.run(REVOKE).is(
        0,
        "revoked golden/shop/production/<branch>\nactive is golden/shop/production/<branch>\n\
         not pushed; `git push origin golden/shop/production/<branch>-revoked` does, or --push\n",
        "",
    );
    let report = golden.validated("production", 0);
    assert_eq!((&report["golden_branch"], &report["deltas"][0]["old"]), (&branches[1].as_str().into(), &"WARN".into()));
    let answer = golden.run(&format!("{REVOKE} --format json")).json(0);
    assert_eq!(
        (&answer["revoked"]["branch"], &answer["active"]["branch"]),
        (&branches[1].as_str().into(), &branches[0].as_str().into())
    );
    assert_eq!(
        (&answer["revoked"]["revoked_by"], &answer["revoked"]["revoke_reason"]),
        (&"bob".into(), &"wrong".into())
    );
    let told = golden.run(REVOKE);
    told.is(
        0,
        "revoked golden/shop/production/<branch>\nno golden branch is active now\n\
         not pushed; `git push origin golden/shop/production/<branch>-revoked` does, or --push\n",
        "",
    );
    golden
        .run(REVOKE)
        .fails(1, "error: no golden branch is active for shop in production, so nothing can be revoked\n");
    golden.run("validate --service shop --environment production").exits_only(2);
    let expected: Vec<_> = branches.iter().map(|branch| (branch.clone(), false, "wrong".into())).collect();
    assert_eq!(states(&golden), expected);
});

both_backends!(revoking_to_a_branch_makes_that_one_active, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    let branches = certified(&repo, &golden, &["WARN", "ERROR"]);
    let refused = |to: &str, why: &str| {
        let error = format!("error: golden branch golden/shop/production/<branch> cannot be active again: {why}\n");
        golden.run(&format!("{REVOKE} --to {to}")).fails(1, &error);
    };
    refused(&branches[2], "it is the one to revoke");
    golden.run(&format!("{REVOKE} --to golden/shop/production/none")).fails(
        2,
        "error: golden branch golden/shop/production/none does not exist\n  remedy: `golden branches list` shows the stored golden branches\n",
    );
    golden.run(&format!("{REVOKE} --to {}", branches[0])).exits(0);
    refused(&branches[2], "it was revoked");
    let told: Vec<bool> = states(&golden).into_iter().map(|(_, active, _)| active).collect();
    assert_eq!(told, [true, false, false]);
    assert_eq!(golden.validated("production", 0)["deltas"][0]["old"], "INFO");
});
