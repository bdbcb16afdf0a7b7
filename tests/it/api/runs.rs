//! Runs: started in the background, listed, shown, cancelled, compared, replayed, reported.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::Server;
use super::server::{USER, limits, send};
use crate::cli::Repo;

const CHANGED: &str = "logging:\n  level: DEBUG\nserver:\n  port: 9090\n  tls: false\n";

both_backends!(a_run_is_taken_made_and_told, async |test| {
    let server = Server::start(&test).await;
    server.change(CHANGED);
    let body = json!({ "service": "shop", "environment": "prod", "context": { "ticket": "CHG-1" } });
    let taken = server.post("/api/v1/runs", &body).await;
    let run = taken.is(202);
    let id = run["id"].as_str().unwrap();
    assert_eq!(taken.header("location"), format!("/api/v1/runs/{id}"));
    assert_eq!((&run["status"], &run["environment"]), (&json!("pending"), &json!("production")));
    assert_eq!((&run["requested_by"], &run["origin"]), (&json!(format!("local:{USER}")), &json!("api")));
    let run = server.ended(id).await;
    assert_eq!((&run["status"], &run["decision"]), (&json!("succeeded"), &json!("BLOCK_MERGE")));
    assert_eq!(run["context"]["ticket"], "CHG-1");
    assert_eq!(
        (&run["counts"]["high"], &run["counts"]["medium"], &run["counts"]["low"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let listed = server.get("/api/v1/runs?service=shop&environment=production").await.is(200);
    assert_eq!((&listed["items"], &listed["next"]), (&json!([run]), &json!(null)));
    let deltas = server.get(&format!("/api/v1/runs/{id}/deltas")).await.is(200);
    let risks: Vec<&str> =
        deltas["items"].as_array().unwrap().iter().map(|one| one["risk"].as_str().unwrap()).collect();
    assert_eq!(risks, ["high", "medium", "low"]);
    let first = &deltas["items"][0];
    assert_eq!(
        (&first["key_path"], &first["old"], &first["new"]),
        (&json!("/server/tls"), &json!(true), &json!(false))
    );
    let why =
        server.get(&format!("/api/v1/runs/{id}/deltas/{}/explanation", first["id"].as_str().unwrap())).await.is(200);
    assert_eq!((&why["delta"], &why["rule"], &why["violations"]), (first, &json!(null), &json!([])));
    let replayed = server.post(&format!("/api/v1/runs/{id}/replay"), &json!({})).await.is(200);
    assert_eq!((&replayed["same"], &replayed["decision"]), (&json!(true), &json!("BLOCK_MERGE")));
    let statistics = server.get("/api/v1/statistics").await.is(200);
    assert_eq!(
        (&statistics["services"], &statistics["cells"], &statistics["block_merge"]),
        (&json!(1), &json!(3), &json!(1))
    );
    assert_eq!((&statistics["open_deltas"], &statistics["certified"]), (&json!(3), &json!(1)));
    let overview = server.get("/api/v1/overview").await.is(200);
    let production =
        overview["items"].as_array().unwrap().iter().find(|cell| cell["environment"] == "production").unwrap();
    assert_eq!((&production["last_run"], &production["golden_branch"]["certified_by"]), (&run, &json!("ann")));
    let page = server.get("/").await;
    let cell = format!("class=\"cell bad\" href=\"/runs/{}\"", run["id"].as_str().unwrap());
    assert!(page.status == 200 && page.text.contains(&cell) && page.text.contains("local:tester"), "{page:?}");
});

both_backends!(pages_are_by_key_and_filters_hold, async |test| {
    let server = Server::start(&test).await;
    server.change(CHANGED);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(server.started().await);
    }
    for id in &ids {
        server.ended(id).await;
    }
    ids.reverse();
    let mut seen = Vec::new();
    let mut path = "/api/v1/runs?limit=2".to_owned();
    loop {
        let page = server.get(&path).await.is(200);
        seen.extend(page["items"].as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/runs?limit=2&after={next}");
    }
    assert_eq!(seen, ids);
    let deltas = format!("/api/v1/runs/{}/deltas", ids[0]);
    let mut keys = Vec::new();
    let mut path = format!("{deltas}?limit=1");
    loop {
        let page = server.get(&path).await.is(200);
        keys.extend(page["items"].as_array().unwrap().iter().map(|one| one["key_path"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("{deltas}?limit=1&after={next}");
    }
    assert_eq!(keys, ["/server/tls", "/server/port", "/logging/level"]);
    let filtered = |query: &str| send(server.request(Method::GET, &format!("{deltas}?{query}")));
    assert_eq!(filtered("risk=medium").await.is(200)["items"].as_array().unwrap().len(), 1);
    assert_eq!(filtered("class=value&file=app-prod.yml").await.is(200)["items"].as_array().unwrap().len(), 3);
    assert_eq!(filtered("class=order").await.is(200)["items"], json!([]));
    filtered("risk=awful").await.problem(400, "bad-query");
    let compared = server.get(&format!("/api/v1/runs/{}/comparison/{}", ids[1], ids[0])).await.is(200);
    assert_eq!((&compared["same"], &compared["came"], &compared["went"]), (&json!(3), &json!([]), &json!([])));
});

both_backends!(what_has_ended_has_a_tag_and_every_format, async |test| {
    let server = Server::start(&test).await;
    server.change(CHANGED);
    let id = server.started().await;
    server.ended(&id).await;
    for path in [format!("/api/v1/runs/{id}"), format!("/api/v1/runs/{id}/deltas"), format!("/api/v1/runs/{id}/report")]
    {
        let tag = server.get(&path).await.header("etag").to_owned();
        assert!(!tag.is_empty(), "{path}");
        let known = send(server.request(Method::GET, &path).header("if-none-match", &tag)).await;
        assert_eq!((known.status, known.text.as_str(), known.header("etag")), (304, "", tag.as_str()), "{path}");
        let other = send(server.request(Method::GET, &path).header("if-none-match", "\"other\"")).await;
        assert_eq!(other.status, 200, "{path}");
    }
    let report = format!("/api/v1/runs/{id}/report");
    let formats = [
        ("application/json", "application/json", "{"),
        ("text/html", "text/html; charset=utf-8", "<!"),
        ("text/markdown", "text/markdown; charset=utf-8", "#"),
        ("application/sarif+json", "application/sarif+json", "{"),
        ("application/xml", "application/xml", "<?xml"),
        ("text/plain", "text/plain; charset=utf-8", ""),
    ];
    for (accept, media_type, start) in formats {
        let told = send(server.request(Method::GET, &report).header("accept", accept)).await;
        assert_eq!((told.status, told.header("content-type")), (200, media_type), "{accept}");
        assert!(told.text.starts_with(start) && told.text.contains("9090"), "{accept}: {}", told.text);
        assert!(!told.header("content-security-policy").contains("script-src *"), "{accept}");
    }
    send(server.request(Method::GET, &report).header("accept", "image/png")).await.problem(406, "not-acceptable");
    let chosen =
        send(server.request(Method::GET, &format!("{report}?format=sarif")).header("accept", "image/png")).await;
    assert_eq!(chosen.is(200)["version"], "2.1.0");
});

both_backends!(one_key_starts_one_run, async |test| {
    let server = Server::start(&test).await;
    let body = json!({ "service": "shop", "environment": "production" });
    let start = |body: &serde_json::Value| {
        send(server.json(Method::POST, "/api/v1/runs", body).header("idempotency-key", "k-1"))
    };
    let first = start(&body).await.is(202)["id"].clone();
    assert_eq!(start(&body).await.is(202)["id"], first);
    server.ended(first.as_str().unwrap()).await;
    assert_eq!(start(&body).await.is(202)["id"], first);
    let other = json!({ "service": "shop", "environment": "production", "external_ref": "!7" });
    start(&other).await.problem(422, "key-of-another-request");
    let all = server.get("/api/v1/runs").await.is(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
    for key in ["k".repeat(201), "k 1".to_owned()] {
        let request = server.json(Method::POST, "/api/v1/runs", &body).header("idempotency-key", key);
        send(request).await.problem(400, "bad-header");
    }
});

both_backends!(runs_wait_are_cancelled_and_a_full_queue_refuses, async |test| {
    let big: String = (0..20_000).map(|key| format!("key{key}: {key}\n")).collect();
    let bounds = api::ServerLimits { workers: 1, waiting_runs: 2, ..limits() };
    let server = Server::with(&test, bounds, Repo::of(&[("app-prod.yml", &big)])).await;
    server.change(&big.replace(": ", ": 1"));
    let body = json!({ "service": "shop", "environment": "production" });
    let working = server.started().await;
    let mut waiting = Vec::new();
    // Until the worker took the first one, it takes a place of those that wait.
    let refused = loop {
        let answer = server.post("/api/v1/runs", &body).await;
        if answer.status != 202 {
            break answer;
        }
        waiting.push(answer.json()["id"].as_str().unwrap().to_owned());
        assert!(waiting.len() <= 3, "{waiting:?}");
    };
    assert_eq!(refused.problem(503, "queue-full"), "2 runs wait for a worker already");
    for id in waiting.iter().chain([&working]) {
        let cancelled = server.post(&format!("/api/v1/runs/{id}/cancel"), &json!({})).await.is(200);
        assert_eq!((&cancelled["status"], &cancelled["error"]["code"]), (&json!("cancelled"), &json!("cancelled")));
        assert_eq!(cancelled["error"]["message"], format!("cancelled by local:{USER}"));
        server.post(&format!("/api/v1/runs/{id}/cancel"), &json!({})).await.problem(409, "run-status");
        assert_eq!(server.ended(id).await["status"], "cancelled");
    }
});

both_backends!(a_server_that_ends_leaves_no_run_unfinished, async |test| {
    let big: String = (0..20_000).map(|key| format!("key{key}: {key}\n")).collect();
    let bounds = api::ServerLimits { workers: 1, shutdown_time: Duration::from_millis(1), ..limits() };
    let server = Server::with(&test, bounds, Repo::of(&[("app-prod.yml", &big)])).await;
    server.change(&big.replace(": ", ": 1"));
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(server.started().await);
    }
    server.edge.close().await;
    let body = json!({ "service": "shop", "environment": "production" });
    server.post("/api/v1/runs", &body).await.problem(503, "shutting-down");
    for id in &ids {
        let run = server.get(&format!("/api/v1/runs/{id}")).await.is(200);
        assert_eq!((&run["status"], &run["error"]["code"]), (&json!("failed"), &json!("shutdown")), "{run}");
    }
});

both_backends!(what_cannot_work_is_refused_or_ends_as_failed, async |test| {
    let server = Server::start(&test).await;
    let start = |service: &str, environment: &str, candidate: &str| {
        let body = json!({ "service": service, "environment": environment, "candidate": candidate });
        send(server.json(Method::POST, "/api/v1/runs", &body))
    };
    start("shop", "staging", "HEAD").await.problem(409, "no-golden-branch");
    start("other", "production", "HEAD").await.problem(404, "not-found");
    start("shop", "moon", "HEAD").await.problem(404, "not-found");
    start("shop", "production", "").await.problem(422, "invalid");
    let outside = server.repo.beside("outside");
    std::fs::create_dir(&outside).unwrap();
    // A folder is no revision, whatever it is called.
    for name in ["no-such-branch", "../outside", "./", outside.to_str().unwrap(), "HEAD:app-prod.yml"] {
        let id = start("shop", "production", name).await.is(202)["id"].as_str().unwrap().to_owned();
        let run = server.ended(&id).await;
        assert_eq!((&run["status"], &run["error"]["code"]), (&json!("failed"), &json!("failed")), "{name}: {run}");
    }
});
