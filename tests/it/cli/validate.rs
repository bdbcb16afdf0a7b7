//! `golden validate`: decisions, their exit codes, and what is compared.

use super::{Golden, Repo, SHOP};

const VALIDATE: &str = "validate --service shop --environment production";

/// What is changed, by what, into what, with the code of the default and of `--fail-on block`, and the decision.
const CHANGES: [(&str, &str, &str, [i32; 2], &str); 4] = [
    ("nothing", "INFO", "INFO", [0, 0], "AUTO_MERGE"),
    ("a low one", "INFO", "WARN", [0, 0], "AUTO_MERGE"),
    ("a medium one", "8080", "8090", [1, 0], "HUMAN_REVIEW"),
    ("a high one", "true", "false", [1, 1], "BLOCK_MERGE"),
];

both_backends!(the_exit_code_follows_the_decision, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    for (name, old, new, codes, decision) in CHANGES {
        repo.write("app-prod.yml", &SHOP.replace(old, new));
        for (option, code) in ["", "--fail-on block"].into_iter().zip(codes) {
            let report = golden.run(&format!("{VALIDATE} --format json {option}")).json(code);
            assert_eq!(report["certification"]["decision"], decision, "{name}");
        }
    }
});

both_backends!(every_alias_of_an_environment_gives_one_decision, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("prd", "HEAD");
    repo.write("app-prod.yml", &SHOP.replace("8080", "8090"));
    let told = ["production", "prod", "prd", "live", "PROD"].map(|word| {
        let mut report = golden.validated(word, 1);
        assert_eq!(
            (&report["run"]["environment"], &report["run"]["tier"]),
            (&"production".into(), &"production".into())
        );
        ["id", "created_at"].iter().for_each(|key| drop(report["run"][*key].take()));
        report
    });
    assert_eq!(told[0]["certification"]["score"], 75);
    assert!(told.iter().all(|report| *report == told[0]));
});

both_backends!(a_file_that_cannot_be_parsed_blocks_and_the_others_are_compared, async |test| {
    let repo =
        Repo::of(&[("app-prod.yml", SHOP), ("extra.yml", "name: shop\n"), ("log.properties", "logging.level=INFO\n")]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("extra.yml", "name: [shop\n");
    repo.write("log.properties", "logging.level=WARN\n");
    let report = golden.validated("production", 1);
    let told: Vec<String> = report["deltas"]
        .as_array()
        .unwrap()
        .iter()
        .map(|delta| format!("{} {} {}", delta["file"], delta["class"], delta["risk"]).replace('"', ""))
        .collect();
    assert_eq!(told, ["extra.yml unreadable high", "log.properties value low"]);
    assert_eq!(report["findings"].as_array().unwrap().len(), 1, "{:#}", report["findings"]);
    assert_eq!(report["findings"][0]["code"], "unreadable");
    assert_eq!(report["certification"]["decision"], "BLOCK_MERGE");
    repo.write("extra.yml", "name: shop\n");
    assert_eq!(golden.validated("production", 0)["certification"]["decision"], "AUTO_MERGE");
});

both_backends!(a_file_removed_in_production_is_high, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP), ("app-staging.yml", SHOP), ("app.yml", "a: 1\n")]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.remove("app-prod.yml");
    repo.remove("app-staging.yml");
    let report = golden.validated("production", 1);
    assert_eq!(report["triage"]["high"], 1);
    assert_eq!(report["summary"]["deltas"], 1, "the file of staging is none of production's");
    assert_eq!(report["deltas"][0]["file"], "app-prod.yml");
    assert_eq!(report["deltas"][0]["kind"], "removed");
    assert_eq!(report["certification"]["decision"], "BLOCK_MERGE");
});

const TWO: &str = "[[service]]\nname = \"cart\"\npaths = [\"cart\"]\n[[service]]\nname = \"shop\"\npaths = [\"shop\"]\n\
                   [environment.production]\ntier = \"production\"\n[environment.development]\ntier = \"development\"\n";

both_backends!(all_makes_a_run_for_each_and_exits_with_the_worst, async |test| {
    let repo = Repo::of(&[("golden.toml", TWO), ("cart/app.yml", SHOP), ("shop/app.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    for (service, environment) in
        [("cart", "production"), ("cart", "development"), ("shop", "production"), ("shop", "development")]
    {
        let line =
            format!("certify --service {service} --environment {environment} --initial HEAD --by ann --reason first");
        golden.run(&line).exits(0);
    }
    let decisions = |code: i32, option: &str| -> Vec<String> {
        let answer = golden.run(&format!("validate --all --format json {option}")).json(code);
        let told = |run: &serde_json::Value| {
            format!("{} {} {}", run["service"], run["environment"], run["decision"]).replace('"', "")
        };
        answer["runs"].as_array().unwrap().iter().map(told).collect()
    };
    let same = [
        "cart development AUTO_MERGE",
        "cart production AUTO_MERGE",
        "shop development AUTO_MERGE",
        "shop production AUTO_MERGE",
    ];
    assert_eq!(decisions(0, ""), same);
    repo.write("shop/app.yml", &SHOP.replace("8080", "8090"));
    let review = [
        "cart development AUTO_MERGE",
        "cart production AUTO_MERGE",
        "shop development AUTO_MERGE",
        "shop production HUMAN_REVIEW",
    ];
    assert_eq!(decisions(1, ""), review);
    assert_eq!(decisions(0, "--fail-on block"), review);
    assert_eq!(golden.run("runs list --format json").json(0)["runs"].as_array().unwrap().len(), 12);
    golden.run("revoke --service cart --environment production --by ann --reason wrong").exits(0);
    let told = golden.run("validate --all");
    assert_eq!(told.code, Some(2), "{told}");
    assert!(told.stderr.starts_with("error: no golden branch is active for cart in production\n"), "{told}");
    assert!(told.stdout.contains("HUMAN_REVIEW"), "the others are told all the same: {told}");
});

both_backends!(a_comparison_with_a_revision_is_stored_and_cannot_be_certified, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    repo.write("app-prod.yml", &SHOP.replace("INFO", "WARN"));
    let report = golden.run(&format!("{VALIDATE} --golden HEAD --format json")).json(0);
    assert_eq!((&report["run"]["certifiable"], &report["golden_branch"]), (&false.into(), &serde_json::Value::Null));
    let run = report["run"]["id"].as_str().unwrap();
    let line = format!("certify --service shop --environment production --run {run} --all --by ann --reason good");
    golden.run(&line).fails(
        1,
        "error: run <id> is a comparison with a revision and cannot be certified\n  \
         remedy: run `golden validate` without --golden and certify that run\n",
    );
    assert_eq!(golden.run(&format!("runs show {run} --format json")).json(0)["run"]["certifiable"], false);
    assert!(repo.branches("golden/").is_empty());
});

both_backends!(what_the_caller_states_counts_and_is_stored, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP), ("golden.toml", "[evidence]\nrequired = [\"tests\"]\n")]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("app-prod.yml", &SHOP.replace("8080", "8090"));
    std::fs::write(repo.beside("text"), "moves the port away from the old proxy").unwrap();
    assert_eq!(golden.validated("production", 1)["certification"]["score"], 55, "evidence is missing");
    let text = repo.beside("text").display().to_string();
    let report = golden
        .args(&[
            "validate",
            "--service",
            "shop",
            "--environment",
            "prod",
            "--format",
            "json",
            "--ticket",
            "OPS-1",
            "--tag",
            "port",
            "--evidence",
            "tests=passed",
            "--rollback-plan",
            "git revert",
            "--description-file",
            &text,
            "--requested-by",
            "bob",
            "--external-ref",
            "mr/7",
        ])
        .json(1);
    let points = |name: &str| {
        let parts = report["certification"]["components"].as_array().unwrap();
        parts.iter().find(|part| part["name"] == name).unwrap()["points"].as_i64().unwrap()
    };
    assert_eq!((points("context"), points("evidence")), (25, 20));
    let shown = golden.run(&format!("runs show {} --format json", report["run"]["id"].as_str().unwrap())).json(0);
    assert_eq!(shown["change_context"]["ticket"], "OPS-1");
    assert_eq!(shown["change_context"]["rollback_plan"], "git revert");
    assert_eq!((&shown["run"]["requested_by"], &shown["run"]["external_ref"]), (&"bob".into(), &"mr/7".into()));
});
