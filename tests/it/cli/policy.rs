//! `golden policy`, and what validate does with a policy that is wrong or says nothing.

use super::certify::{delta_of, run_of};
use super::{Golden, Repo, SHOP};

const POLICY: &str = "version: 1\nrules:\n  - id: low-ports\n    description: ports stay below 8085\n    severity: high\n    \
                      where:\n      keys: [\"/server/port\"]\n    must:\n      forbid_values: [8090]\n";

#[test]
fn a_policy_is_checked_with_places() {
    let repo = Repo::of(&[("good.yml", POLICY)]);
    let golden = Golden::at(&repo.path());
    golden.run("policy check good.yml").is(
        0,
        "good.yml: valid, 1 rules\n\nRULE       SEVERITY  LINE  DESCRIPTION\nlow-ports  high      3     ports stay below 8085\n",
        "",
    );
    assert_eq!(golden.run("policy check good.yml --format json").json(0)["rules"][0]["id"], "low-ports");
    repo.write(
        "bad.yml",
        &POLICY.replace("severity", "severty").replace("forbid_values: [8090]", "forbid_patterns: ['(']"),
    );
    let answer = golden.run("policy check bad.yml --format json").json(1);
    let places: Vec<String> = answer["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| format!("{}:{}", error["line"], error["column"]))
        .collect();
    assert_eq!(places, ["3:5", "5:5", "9:25"], "{answer:#}");
    let told = golden.run("policy check bad.yml");
    assert_eq!(told.code, Some(1), "{told}");
    assert!(told.stdout.contains("\nbad.yml:5:5: "), "{told}");
    golden.run("policy check none.yml").exits_only(2);
}

both_backends!(validate_refuses_a_policy_that_is_wrong, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP), ("golden-policy.yml", POLICY)]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("golden-policy.yml", &POLICY.replace("severity", "severty"));
    let told = golden.run("validate --service shop --environment prod");
    assert_eq!((told.code, told.stdout.as_str()), (Some(2), ""), "{told}");
    assert!(told.stderr.contains("golden-policy.yml:5:5: unknown key"), "{told}");
    assert!(told.stderr.ends_with("remedy: golden policy check FILE lists every error of a policy file\n"), "{told}");
    assert_eq!(golden.run("runs list --format json").json(0)["runs"], serde_json::json!([]));
});

both_backends!(a_rule_decides_and_is_explained_and_one_without_files_is_told, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let unused = format!(
        "{POLICY}  - id: nothing\n    description: no such file\n    severity: high\n    where:\n      files: [\"none/**\"]\n    must:\n      forbid_values: [1]\n"
    );
    std::fs::write(repo.beside("policy.yml"), unused).unwrap();
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("app-prod.yml", &SHOP.replace("8080", "8090"));
    let line = format!(
        "validate --service shop --environment prod --format json --policy {}",
        repo.beside("policy.yml").display()
    );
    let report = golden.run(&line).json(1);
    assert_eq!(report["certification"]["decision"], "BLOCK_MERGE");
    let findings: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {}", one["code"], one["severity"]).replace('"', ""))
        .collect();
    assert_eq!(findings, ["unused-rule low"]);
    let (run, delta) = (run_of(&report), delta_of(&report, "app-prod.yml", "/port"));
    let answer = golden.run(&format!("policy explain {run} {delta} --format json")).json(0);
    assert_eq!((&answer["rule"]["id"], &answer["violations"][0]["rule"]), (&"low-ports".into(), &"low-ports".into()));
    let told = golden.run(&format!("policy explain {run} {delta}"));
    assert!(told.exits(0).stdout.contains("violates low-ports (high)"), "{told}");
    golden.run(&format!("policy explain {run} 0000000000000000")).exits_only(2);
});
