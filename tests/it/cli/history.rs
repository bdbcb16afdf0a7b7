//! `golden history`: of a target, and of one key across runs.

use super::{Golden, Repo, SHOP};

both_backends!(a_key_is_followed_across_runs, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    for port in ["8081", "8082"] {
        repo.write("app-prod.yml", &SHOP.replace("8080", port));
        golden.validated("production", 1);
    }
    let line = "history --service shop --environment prd --file app-prod.yml --key /server/port";
    let answer = golden.run(&format!("{line} --format json")).json(0);
    let changes: Vec<String> = answer["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| {
            format!("{} {} {}", change["delta"]["old"]["shown"], change["delta"]["new"]["shown"], change["decision"])
        })
        .collect();
    assert_eq!(changes.len(), 2, "{answer:#}");
    let told = golden.run(line);
    let rows: Vec<Vec<&str>> =
        told.exits(0).stdout.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0][1..5], ["changed", "8080", "8082", "HUMAN_REVIEW"], "{told}");
    assert_eq!(rows[1][1..5], ["changed", "8080", "8081", "HUMAN_REVIEW"], "{told}");
    golden.run("history --service shop --environment prd --file app-prod.yml --key /none").is(
        0,
        "no stored run changed /none in app-prod.yml\n",
        "",
    );
    golden.run("history --service shop --environment prd --key /server/port").exits_only(2);
});
