//! Certifying what was blocked: by name, and what is critical or unreadable with an override that is kept and shown.

use super::certify::{delta_of, run_of};
use super::{Golden, Repo, SHOP};

const CERTIFY: &str = "certify --service shop --environment production --by ann --reason agreed";

both_backends!(a_blocked_run_is_certified_by_naming_what_blocks, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("app-prod.yml", &SHOP.replace("true", "false"));
    let report = golden.validated("production", 1);
    let (run, delta) = (run_of(&report), delta_of(&report, "app-prod.yml", "/tls"));
    golden.run(&format!("{CERTIFY} --run {run} --all")).fails(
        1,
        &format!(
            "error: the run is blocked, so its blocking deltas must be accepted by name: {delta}\n  \
             remedy: name each with --accept, or give --all with --override\n"
        ),
    );
    let branch = golden.run(&format!("{CERTIFY} --run {run} --accept {delta} --format json")).json(0)["branch"].clone();
    assert_eq!((&branch["override_reason"], &branch["active"]), (&serde_json::Value::Null, &true.into()));
    assert_eq!(golden.validated("production", 0)["summary"]["deltas"], 0);
});

both_backends!(a_run_that_its_score_blocks_names_what_costs_most, async |test| {
    let many: String = (0..12).map(|number| format!("port{number}: 80{number}\n")).collect();
    let repo = Repo::of(&[("app-prod.yml", &many)]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("app-prod.yml", &many.replace(": 80", ": 90"));
    let report = golden.validated("production", 1);
    assert_eq!(
        (&report["certification"]["decision"], &report["triage"]["medium"]),
        (&"BLOCK_MERGE".into(), &12.into())
    );
    let told = golden.run(&format!("{CERTIFY} --run {} --all", run_of(&report)));
    assert_eq!(told.code, Some(1), "{told}");
    for delta in report["deltas"].as_array().unwrap() {
        assert!(told.stderr.contains(delta["id"].as_str().unwrap()), "{told}");
    }
    golden.run(&format!("{CERTIFY} --run {} --all --override", run_of(&report))).exits(0);
});

both_backends!(a_critical_or_unreadable_delta_needs_an_override_that_is_kept, async |test| {
    let repo = Repo::of(&[("app-prod.yml", "password: ${SHOP_PASSWORD}\n"), ("b.yml", "a: 1\n")]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("app-prod.yml", "password: correct-horse-battery\n");
    repo.write("b.yml", "a: [1\n");
    let report = golden.validated("production", 1);
    assert_eq!((&report["triage"]["critical"], &report["triage"]["high"]), (&1.into(), &1.into()));
    let run = run_of(&report);
    for file in ["app-prod.yml", "b.yml"] {
        let delta = delta_of(&report, file, "");
        golden.run(&format!("{CERTIFY} --run {run} --accept {delta}")).fails(
            1,
            &format!(
                "error: critical or unreadable deltas are accepted with an override only: {delta}\n  \
                 remedy: add --override; the reason is stored and shown\n"
            ),
        );
    }
    let branch = golden.run(&format!("{CERTIFY} --run {run} --all --override --format json")).json(0)["branch"].clone();
    assert_eq!(branch["override_reason"], "agreed");
    let name = branch["branch"].as_str().unwrap();
    let listed = golden.run("history --service shop --environment production --format json").json(0);
    assert_eq!(
        (&listed["branches"][0]["branch"], &listed["branches"][0]["override_reason"]),
        (&name.into(), &"agreed".into())
    );
    for line in ["branches list", "history --service shop --environment prod"] {
        let told = golden.run(line);
        assert!(
            told.exits(0).stdout.split_whitespace().collect::<Vec<_>>().join(" ").contains("override: agreed"),
            "{told}"
        );
    }
    let commit = repo.git().revparse_single(name).unwrap().peel_to_commit().unwrap();
    assert!(commit.message().unwrap().contains("agreed"), "{:?}", commit.message());
});

both_backends!(what_blocks_by_the_settings_is_named, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP), ("golden.toml", "[decision]\npreset = \"rigorous\"\n")]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("app-prod.yml", &SHOP.replace("true", "false").replace("8080", "8081").replace("INFO", "WARN"));
    let report = golden.validated("production", 1);
    let told = golden.run(&format!("{CERTIFY} --run {} --all", run_of(&report)));
    let named = |key: &str| told.stderr.contains(&delta_of(&report, "app-prod.yml", key));
    assert_eq!((named("/server/tls"), named("/server/port"), named("/logging/level")), (true, true, false), "{told}");
});
