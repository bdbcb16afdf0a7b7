//! What earlier runs do to a score: retries nothing, blocked and revoked candidates a penalty, clean ones a bonus.

use serde_json::Value as Json;

use super::desk::{CERTIFY, Desk, run_id};

/// The history component's points.
fn history(answer: &Json) -> i64 {
    let components = answer["certification"]["components"].as_array().unwrap();
    components.iter().find(|component| component["name"] == "history").unwrap()["points"].as_i64().unwrap()
}

/// Commits `text` as app.yml and gives the commit.
fn commit(desk: &Desk, text: &str) -> String {
    desk.write("app.yml", text);
    desk.commit()
}

fn start(url: &str) -> Desk {
    let desk = Desk::new(url);
    desk.write("other.yml", "timeout: 1\n");
    commit(&desk, "port: 1\npassword: Start-0000\n");
    desk.certify_head();
    desk
}

both_backends!(a_retry_of_a_blocked_candidate_is_the_same_answer, async |test| {
    let desk = start(&test.url);
    commit(&desk, "port: 1\npassword: Other-0000\n");
    let mut answers = Vec::new();
    for _ in 0..3 {
        let mut answer = desk.validate(&["--candidate", "HEAD"]).json(1);
        assert_eq!(answer["certification"]["decision"], "BLOCK_MERGE");
        answer["run"]["id"] = Json::Null;
        answer["run"]["created_at"] = Json::Null;
        answers.push(answer);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
});

both_backends!(other_blocked_candidates_cost_five_each_up_to_fifteen, async |test| {
    let desk = start(&test.url);
    let mine = commit(&desk, "port: 2\npassword: Start-0000\n");
    desk.write("other.yml", "timeout: 2\n");
    let elsewhere = commit(&desk, "port: 1\npassword: Start-0000\n");
    desk.write("other.yml", "timeout: 1\n");
    let mut seen = Vec::new();
    for other in 0..5 {
        let answer = desk.validate(&["--candidate", &mine]).json(1);
        let score = answer["certification"]["score"].as_i64().unwrap();
        seen.push((history(&answer), score));
        let blocked = commit(&desk, &format!("port: 1\npassword: Other-{other}\n"));
        // The same blocked candidate twice counts once.
        for _ in 0..2 {
            let answer = desk.validate(&["--candidate", &blocked]).json(1);
            assert_eq!(answer["certification"]["decision"], "BLOCK_MERGE");
        }
    }
    assert_eq!(seen, [(0, 75), (-5, 70), (-10, 65), (-15, 60), (-15, 60)]);
    let answer = desk.validate(&["--candidate", &elsewhere]).json(1);
    assert_eq!(history(&answer), 0, "a candidate that touches none of these files pays nothing");
});

both_backends!(a_revoked_golden_branch_costs_twenty, async |test| {
    let desk = start(&test.url);
    let first = commit(&desk, "port: 2\npassword: Start-0000\n");
    let run = run_id(&desk.validate(&["--candidate", &first]).json(1));
    let signed = ["--by", "ann", "--reason", "looks right"];
    desk.golden(&[&CERTIFY[..], &["--run", &run, "--all"], &signed].concat()).out(0);
    desk.golden(&[&["revoke"], &CERTIFY[1..], &["--by", "bob", "--reason", "it was not"]].concat()).out(0);
    let again = desk.validate(&["--candidate", &first]).json(1);
    assert_eq!(history(&again), 0, "the candidate itself does not pay for its own history");
    let second = commit(&desk, "port: 3\npassword: Start-0000\n");
    assert_eq!(history(&desk.validate(&["--candidate", &second]).json(1)), -20);
});

both_backends!(clean_certifications_give_two_each_then_ten, async |test| {
    let desk = start(&test.url);
    let mut seen = Vec::new();
    for port in 2..9 {
        let candidate = commit(&desk, &format!("port: {port}\npassword: Start-0000\n"));
        let ran = desk.validate(&["--candidate", &candidate, "--fail-on", "block"]);
        let answer = ran.json(0);
        seen.push(history(&answer));
        let signed = ["--by", "ann", "--reason", "looks right"];
        desk.golden(&[&CERTIFY[..], &["--run", &run_id(&answer), "--all"], &signed].concat()).out(0);
    }
    assert_eq!(seen, [0, 2, 4, 5, 5, 5, 10]);
});

both_backends!(an_overridden_certification_is_not_clean, async |test| {
    let desk = start(&test.url);
    let blocked = commit(&desk, "port: 1\npassword: Other-0000\n");
    let run = run_id(&desk.validate(&["--candidate", &blocked]).json(1));
    let signed = ["--all", "--override", "--by", "ann", "--reason", "rotated in an emergency"];
    desk.golden(&[&CERTIFY[..], &["--run", &run], &signed].concat()).out(0);
    desk.write("other.yml", "timeout: 3\n");
    desk.commit();
    assert_eq!(history(&desk.validate(&["--candidate", "HEAD"]).json(1)), 0);
});
