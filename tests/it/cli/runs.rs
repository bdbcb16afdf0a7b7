//! `golden runs`: list, show, compare, replay.

use sea_orm::ConnectionTrait;

use super::certify::run_of;
use super::{Golden, Repo, SHOP};

both_backends!(runs_are_listed_shown_compared_and_replayed, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    golden.run("runs").is(0, "no run is stored yet; `golden validate` makes one\n", "");
    golden.certify_initial("production", "HEAD");
    repo.write("app-prod.yml", &SHOP.replace("8080", "8090"));
    repo.commit();
    let validate = "validate --service shop --environment production --candidate HEAD --format json";
    let first = golden.run(validate).json(1);
    repo.write("app-prod.yml", &SHOP.replace("8080", "8090").replace("INFO", "WARN"));
    repo.commit();
    let second = golden.run(validate).json(1);
    let (left, right) = (run_of(&first), run_of(&second));

    let listed = golden.run("runs list --service shop --environment prod --format json").json(0);
    let ids: Vec<&str> = listed["runs"].as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [right, left]);
    assert_eq!(
        (&listed["runs"][0]["decision"], &listed["runs"][0]["status"]),
        (&"HUMAN_REVIEW".into(), &"succeeded".into())
    );
    let page = golden.run("runs list --limit 1 --format json").json(0);
    let next =
        golden.run(&format!("runs list --limit 1 --after {} --format json", page["next"].as_str().unwrap())).json(0);
    assert_eq!((&next["runs"][0]["id"], &next["next"]), (&left.into(), &serde_json::Value::Null));

    let compared = golden.run(&format!("runs compare {left} {right} --format json")).json(1);
    assert_eq!(
        (compared["came"].as_array().unwrap().len(), &compared["went"], &compared["same"]),
        (1, &serde_json::json!([]), &1.into())
    );
    golden.run(&format!("runs compare {left} {left} --format json")).json(0);

    // The end of an id is enough, as a list prints it.
    let short = &right[right.len() - 12..];
    let table = golden.run("runs list");
    let shown: Vec<&str> =
        table.exits(0).raw.lines().skip(1).map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(shown, [short, &left[left.len() - 12..]], "{table}");
    assert_eq!(golden.run(&format!("runs show {short} --format json")).json(0)["run"]["id"], right);
    golden
        .run("runs show 0123456789ab")
        .fails(2, "error: run 0123456789ab does not exist\n  remedy: `golden runs list` shows the stored runs\n");

    let replayed = golden.run(&format!("runs replay {right} --format json")).json(0);
    assert_eq!(
        (&replayed["same"], &replayed["decision"], &replayed["score"]),
        (&true.into(), &"HUMAN_REVIEW".into(), &second["certification"]["score"])
    );
});

both_backends!(a_replay_by_another_engine_says_so, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("app-prod.yml", &SHOP.replace("8080", "8090"));
    repo.commit();
    let report = golden.run("validate --service shop --environment production --candidate HEAD --format json").json(1);
    let run = run_of(&report);
    let rows = sea_orm::Database::connect(&test.url).await.unwrap();
    rows.execute_unprepared("update validation_runs set engine_version = '0.1.0/1'").await.unwrap();
    let replayed = golden.run(&format!("runs replay {run} --format json")).json(0);
    assert_eq!((&replayed["same"], &replayed["engine_then"]), (&true.into(), &"0.1.0/1".into()));
    assert_eq!(replayed["engine_now"], drift::engine::ENGINE_VERSION);
    // What an earlier engine stored otherwise is never told as the same.
    rows.execute_unprepared("update config_deltas set risk_reason = 'said otherwise'").await.unwrap();
    rows.close().await.unwrap();
    assert_eq!(golden.run(&format!("runs replay {run} --format json")).json(1)["same"], false);
    let told = golden.run(&format!("runs replay {run}"));
    let expected = format!(
        "run {run}: something else comes out, as another engine decided then: HUMAN_REVIEW with score 75 (engine 0.1.0/1 \
         then, {} now)\n",
        drift::engine::ENGINE_VERSION
    );
    assert_eq!(told.exits(1).raw, expected);
});
