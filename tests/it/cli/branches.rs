//! `golden branches`: pages, newest first.

use super::{Golden, Repo, SHOP};

both_backends!(branches_are_listed_by_page_and_by_target, async |test| {
    let repo = Repo::of(&[("app.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    golden.run("branches").is(0, "no golden branch is stored yet; `golden certify --initial` makes one\n", "");
    for environment in ["development", "staging", "production"] {
        golden.certify_initial(environment, "HEAD");
    }
    let environments = |line: &str| -> (Vec<String>, Option<String>) {
        let answer = golden.run(line).json(0);
        let rows = answer["branches"].as_array().unwrap();
        (
            rows.iter().map(|row| row["environment"].as_str().unwrap().to_owned()).collect(),
            answer["next"].as_str().map(str::to_owned),
        )
    };
    let (first, next) = environments("branches --limit 2 --format json");
    assert_eq!(first, ["production", "staging"]);
    let (second, end) = environments(&format!("branches list --limit 2 --after {} --format json", next.unwrap()));
    assert_eq!((second, end), (vec!["development".to_owned()], None));
    assert_eq!(environments("branches list --service shop --environment stg --format json").0, ["staging"]);
    assert_eq!(environments("branches list --service cart --format json").0, [""; 0]);
    golden.run("branches list --environment qa").exits_only(2);
    let told = golden.run("branches list --service shop --environment dev");
    let lines: Vec<Vec<&str>> = told.exits(0).stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["BRANCH", "STATE", "SCORE", "CERTIFIED", "BY", "REASON"]);
    assert_eq!(lines[1], ["golden/shop/development/<branch>", "active", "-", "ann", "first"]);
    assert_eq!(lines.len(), 2, "{told}");
});
