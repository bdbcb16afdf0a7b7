//! Requests that come again: the key finds what was made, whatever has become of the service and the server since.

use reqwest::Method;
use serde_json::{Value, json};

use super::Server;
use super::server::{Reply, send};

async fn start(server: &Server, body: &Value) -> Reply {
    send(server.json(Method::POST, "/api/v1/runs", body).header("idempotency-key", "k-1")).await
}

both_backends!(a_key_finds_its_run_before_anything_is_refused, async |test| {
    let server = Server::start(&test).await;
    server.post("/api/v1/services", &json!({ "name": "cart" })).await.is(201);
    let initial = json!({ "service": "cart", "environment": "production", "initial": "HEAD", "reason": "first" });
    let branch = server.post("/api/v1/golden-branches", &initial).await.is(201);
    let body = json!({ "service": "cart", "environment": "production" });
    let run = start(&server, &body).await.is(202)["id"].clone();
    server.ended(run.as_str().unwrap()).await;
    let same = async |why: &str| assert_eq!(start(&server, &body).await.is(202)["id"], run, "{why}");
    let revoke = format!("/api/v1/golden-branches/{}/revoke", branch["id"].as_str().unwrap());
    server.post(&revoke, &json!({ "reason": "broke" })).await.is(200);
    same("nothing is certified any more").await;
    send(server.json(Method::PATCH, "/api/v1/services/cart", &json!({ "active": false }))).await.is(200);
    same("the service is deactivated").await;
    let other = json!({ "service": "cart", "environment": "production", "external_ref": "!7" });
    start(&server, &other).await.problem(422, "key-of-another-request");
    server.edge.close().await;
    same("the server ends").await;
    server
        .post("/api/v1/runs", &json!({ "service": "shop", "environment": "production" }))
        .await
        .problem(503, "shutting-down");
});

both_backends!(lists_take_the_words_that_name_an_environment, async |test| {
    let server = Server::start(&test).await;
    let run = server.started().await;
    let run = server.ended(&run).await;
    for word in ["production", "prod", "prd"] {
        let runs = server.get(&format!("/api/v1/runs?service=shop&environment={word}")).await.is(200);
        assert_eq!(runs["items"], json!([run]), "{word}");
        let branches = server.get(&format!("/api/v1/golden-branches?service=shop&environment={word}")).await.is(200);
        assert_eq!(branches["items"].as_array().unwrap().len(), 1, "{word}");
    }
    for path in ["/api/v1/runs", "/api/v1/golden-branches", "/runs"] {
        let detail = server.get(&format!("{path}?environment=production")).await.problem(400, "bad-query");
        assert_eq!(detail, "environment needs a service beside it", "{path}");
    }
    let all = server.get("/runs?service=&environment=").await;
    assert!(all.status == 200 && all.text.contains(run["id"].as_str().unwrap()), "{all:?}");
});
