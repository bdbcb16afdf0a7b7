//! Where services stand: told by runs against what is certified, and never better than what is known.

use entity::golden_branches::Model;
use reqwest::Method;
use serde_json::{Value, json};
use service::golden_branch::{self, NewBranch};
use service::page::Page;
use uuid::Uuid;

use super::Server;
use super::server::{limits, send};
use crate::cli::Repo;
use crate::harness::databases::TestDatabase;

const HIGH: &str = "logging:\n  level: WARN\nserver:\n  port: 8080\n  tls: false\n";

async fn compared(server: &Server) -> String {
    let body = json!({ "service": "shop", "environment": "production", "candidate": "HEAD", "golden": "HEAD" });
    let run = server.post("/api/v1/runs", &body).await.is(202)["id"].as_str().unwrap().to_owned();
    assert_eq!(server.ended(&run).await["decision"], "AUTO_MERGE");
    run
}

fn cell(overview: &Value, environment: &str) -> Value {
    let cells = overview["items"].as_array().unwrap();
    cells.iter().find(|cell| cell["service"] == "shop" && cell["environment"] == environment).unwrap().clone()
}

both_backends!(a_comparison_with_a_revision_is_not_where_a_service_stands, async |test| {
    let server = Server::start(&test).await;
    server.change(HIGH);
    let blocked = server.started().await;
    let blocked = server.ended(&blocked).await;
    assert_eq!(blocked["decision"], "BLOCK_MERGE");
    let comparison = compared(&server).await;
    let overview = server.get("/api/v1/overview").await.is(200);
    assert_eq!(cell(&overview, "production")["last_run"], blocked);
    let numbers = server.get("/api/v1/statistics").await.is(200);
    assert_eq!(
        (&numbers["block_merge"], &numbers["auto_merge"], &numbers["open_deltas"]),
        (&json!(1), &json!(0), &json!(2))
    );
    let address = format!("href=\"/runs/{}\"", blocked["id"].as_str().unwrap());
    let page = server.get("/?environment=production").await.text;
    assert!(page.contains(&format!("class=\"cell bad\" {address}")), "{page}");
    let page = server.get("/services/shop").await.text;
    let (_, production) = page.split_once("aria-label=\"production\"").unwrap();
    let (production, rest) = production.split_once("</section>").unwrap();
    assert!(production.contains(&address) && production.contains("Blocked"), "{production}");
    assert!(!production.contains("Can merge") && rest.contains(&comparison), "it stands in the history: {page}");
    let page = server.get(&format!("/runs/{comparison}")).await.text;
    assert!(!page.contains("what was certified"), "{page}");
    assert!(page.contains("No difference: the candidate holds what the revision holds."), "{page}");
});

both_backends!(drift_that_nobody_looked_for_is_not_told_as_none, async |test| {
    let server = Server::start(&test).await;
    server.post("/api/v1/services", &json!({ "name": "zeta" })).await.is(201);
    let good = server.started().await;
    assert_eq!(server.ended(&good).await["decision"], "AUTO_MERGE");
    let page = server.get("/?environment=production").await.text;
    assert_eq!((page.matches("no open drift").count(), page.matches("drift not known").count()), (1, 1), "{page}");
    let sorted = server.get("/?environment=production&sort=drift").await.text;
    assert!(sorted.find(">zeta<").unwrap() < sorted.find(">shop<").unwrap(), "what is not known comes first");
    let body = json!({ "service": "shop", "environment": "production", "candidate": "no-such-branch" });
    let failed = server.post("/api/v1/runs", &body).await.is(202)["id"].as_str().unwrap().to_owned();
    assert_eq!(server.ended(&failed).await["status"], "failed");
    let page = server.get("/?environment=production").await.text;
    assert_eq!((page.matches("no open drift").count(), page.matches("drift not known").count()), (0, 2), "{page}");
    let runs = server.get("/runs").await.text;
    let shown = |drift: &str| runs.matches(&format!("data-name=\"Open drift\">{drift}</td>")).count();
    assert_eq!((shown("–"), shown("0")), (1, 1), "{runs}");
    let numbers = server.get("/api/v1/statistics").await.is(200);
    assert_eq!((&numbers["without_decision"], &numbers["open_deltas"]), (&json!(1), &json!(0)));
    assert_eq!(numbers["complete"], true, "all services are counted");
});

/// Certifies `count` times in an environment, in the database alone.
async fn certified(test: &TestDatabase, environment: &str, count: u32, first: Option<Model>) -> Vec<Model> {
    let mut made: Vec<Model> = Vec::new();
    for number in 0..count {
        let branch = NewBranch {
            id: Uuid::now_v7(),
            service: "shop".to_owned(),
            environment: environment.to_owned(),
            repo_url: None,
            branch_name: format!("golden/shop/{environment}/{number:04}"),
            commit_id: format!("{number:040}"),
            tree_digest: "d".to_owned(),
            source_commit: None,
            run_id: None,
            recorded_run: None,
            score: None,
            certified_by: "ann".to_owned(),
            reason: "r".to_owned(),
            override_reason: None,
            replaces_id: made.last().or(first.as_ref()).map(|before| before.id),
            created_at: chrono::Utc::now(),
        };
        made.push(golden_branch::activate_new(test.db.writer(), branch).await.unwrap());
    }
    made
}

both_backends!(what_is_certified_is_seen_behind_any_number_of_others, async |test| {
    let server = Server::start(&test).await;
    certified(&test, "staging", 16, None).await;
    let page = server.get("/services/shop").await.text;
    let (_, production) = page.split_once("aria-label=\"production\"").unwrap();
    let production = production.split("</section>").next().unwrap();
    assert!(production.contains("certified today") && production.contains("by ann"), "{production}");
    let page = Page { after: None, limit: 5 };
    let first = golden_branch::list(server.session.db.reader(), Some("shop"), Some("production"), page).await.unwrap();
    let first = first.rows[0].clone();
    let last = certified(&test, "production", 25, Some(first.clone())).await.pop().unwrap();
    let page = server.get(&format!("/golden-branches/{}", last.id)).await.text;
    assert!(page.contains(&format!("<option value=\"{}\">", first.branch_name)), "{page}");
    assert_eq!(page.matches("<option value=\"golden/").count(), 25, "all that stand are offered: {page}");
});

both_backends!(runs_without_a_decision_are_compared_with_nothing, async |test| {
    let server = Server::start(&test).await;
    server.change(HIGH);
    let first = server.started().await;
    server.ended(&first).await;
    let body = json!({ "service": "shop", "environment": "production", "candidate": "no-such-branch" });
    let failed = server.post("/api/v1/runs", &body).await.is(202)["id"].as_str().unwrap().to_owned();
    server.ended(&failed).await;
    let last = server.started().await;
    server.ended(&last).await;
    for (left, right) in [(&failed, &last), (&first, &failed)] {
        for path in [format!("/api/v1/runs/{left}/comparison/{right}"), format!("/runs/{left}/compare/{right}")] {
            let detail = send(server.request(Method::GET, &path)).await.problem(409, "run-status");
            assert_eq!(detail, format!("run {failed} is failed, not succeeded"), "{path}");
        }
    }
    let before = server.get(&format!("/runs/{last}/compare")).await;
    assert_eq!(before.header("location"), format!("/runs/{first}/compare/{last}"), "{before:?}");
    let page = server.get(&format!("/runs/{first}/compare/{last}")).await.text;
    assert!(!page.contains(&failed), "a run without a decision is not offered: {page}");
});

both_backends!(files_that_are_not_listed_are_still_counted, async |test| {
    const FILES: usize = 5_010;
    let files =
        |value: u32| (0..FILES).map(move |number| (format!("app/{number:04}-prod.yml"), format!("key: {value}\n")));
    let before: Vec<(String, String)> = files(1).collect();
    let before: Vec<(&str, &str)> = before.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    let server = Server::with(&test, limits(), Repo::of(&before)).await;
    for (file, text) in files(2) {
        server.repo.write(&file, &text);
    }
    server.repo.commit();
    let run = server.started().await;
    let run = server.ended(&run).await;
    let counts = &run["counts"];
    let deltas: i64 =
        ["critical", "high", "medium", "low", "allowed"].map(|one| counts[one].as_i64().unwrap()).iter().sum();
    assert_eq!(deltas, FILES as i64, "{run}");
    let page = server.get(&format!("/runs/{}", run["id"].as_str().unwrap())).await.text;
    assert!(page.contains("5010 differences in more than 4999 files"), "{page}");
});
