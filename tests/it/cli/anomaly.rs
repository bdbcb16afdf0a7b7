//! Values out of place: neighbours in other files and environments are read, stored as facts, and not read again.

use serde_json::Value;

use super::certify::run_of;
use super::{Golden, Repo};

const HOST: &str = "db:\n  host: db.svc.example\n  password: canary-one-1\n";

fn made(test: &crate::harness::databases::TestDatabase) -> (Repo, Golden) {
    let repo = Repo::of(&[
        ("app-prod.yml", HOST),
        ("app-staging.yml", HOST),
        ("app-dev.yml", HOST),
        ("other/x.yml", "host: db.svc.example\n"),
    ]);
    let golden = Golden::on(&repo, test);
    golden.certify_initial("production", "HEAD");
    repo.write("app-prod.yml", &HOST.replace("svc.example", "svc.exmaple"));
    (repo, golden)
}

/// Points and reason of the component.
fn anomaly(report: &Value) -> (i64, String) {
    let components = report["certification"]["components"].as_array().unwrap();
    let found = components.iter().find(|part| part["name"] == "anomaly").unwrap();
    (found["points"].as_i64().unwrap(), found["reason"].as_str().unwrap().to_owned())
}

both_backends!(a_host_that_only_this_file_says_costs_and_replays, async |test| {
    let (repo, golden) = made(&test);
    repo.commit();
    let report = golden.run("validate --service shop --environment production --candidate HEAD --format json").json(1);
    let told = "/db/host of app-prod.yml says db.svc.exmaple, which no neighbour says and which is one edit away from \
                db.svc.example, which 3 say";
    assert_eq!(anomaly(&report), (-5, told.to_owned()));
    // What the run saw is stored: neighbours that change later change nothing.
    repo.write("app-dev.yml", "db:\n  host: elsewhere.test\n");
    repo.commit();
    let replayed = golden.run(&format!("runs replay {} --format json", run_of(&report))).json(0);
    assert_eq!((&replayed["same"], &replayed["score"]), (&true.into(), &report["certification"]["score"]));
});

both_backends!(at_most_as_many_files_are_read_as_the_limit_says, async |test| {
    let (repo, golden) = made(&test);
    repo.write("golden.toml", "[evidence]\nmax_files = 2\n");
    let (points, reason) = anomaly(&golden.validated("production", 1));
    assert_eq!(
        (points, reason.as_str()),
        (
            0,
            "1 changed values were looked for in 2 files, and none is odd there; 2 files were not read (evidence.max_files)"
        )
    );
    repo.write("golden.toml", "[evidence]\nmax_files = 4\n");
    assert_eq!(anomaly(&golden.validated("production", 1)).0, -5);
});

both_backends!(nothing_is_read_for_a_change_that_has_no_neighbours, async |test| {
    let (repo, golden) = made(&test);
    repo.write("app-prod.yml", &HOST.replace("canary-one-1", "canary-two-2"));
    let told = anomaly(&golden.validated("production", 1));
    assert_eq!(told, (0, "no changed value has neighbours to be compared with".to_owned()));
});
