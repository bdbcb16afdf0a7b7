//! Golden branches: certified and revoked over HTTP, with the actor that the token names.

use entity::api_tokens::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use super::Server;
use super::server::send;

const LOW: &str = "logging:\n  level: WARN\nserver:\n  port: 8080\n  tls: true\n";
const HIGH: &str = "logging:\n  level: WARN\nserver:\n  port: 8080\n  tls: false\n";

fn of(run: &str, more: &Value) -> Value {
    let mut body = json!({ "service": "shop", "environment": "production", "run": run, "reason": "agreed in CHG-7" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

both_backends!(certified_once_by_a_key_and_revoked, async |test| {
    let mut server = Server::start(&test).await;
    let token = server.token("release", &[Scope::Read, Scope::Run, Scope::Certify]).await;
    server.as_token(&token);
    let initial = server.get("/api/v1/services/shop/environments/prod/golden-branch").await.is(200);
    server.change(LOW);
    let run = server.started().await;
    assert_eq!(server.ended(&run).await["decision"], "AUTO_MERGE");
    let body = of(&run, &json!({ "all": true }));
    let certify = || send(server.json(Method::POST, "/api/v1/golden-branches", &body).header("idempotency-key", "c-1"));
    let first = certify().await;
    let branch = first.is(201);
    assert_eq!(first.header("location"), format!("/api/v1/golden-branches/{}", branch["id"].as_str().unwrap()));
    assert_eq!((&branch["certified_by"], &branch["active"]), (&json!("api:release"), &json!(true)));
    assert_eq!((&branch["run"], &branch["replaces"]), (&json!(run), &initial["id"]));
    assert_eq!(certify().await.is(201), branch);
    server.post("/api/v1/golden-branches", &body).await.problem(409, "golden-moved");
    let listed = server.get("/api/v1/golden-branches?service=shop&environment=production").await.is(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    let revoke = |id: &Value, body: Value| {
        let path = format!("/api/v1/golden-branches/{}/revoke", id.as_str().unwrap());
        send(server.json(Method::POST, &path, &body))
    };
    revoke(&initial["id"], json!({ "reason": "x" })).await.problem(409, "not-active");
    revoke(&branch["id"], json!({ "reason": " " })).await.problem(422, "invalid");
    let answer = revoke(&branch["id"], json!({ "reason": "broke checkout" })).await.is(200);
    assert_eq!((&answer["revoked"]["revoked_by"], &answer["active"]["id"]), (&json!("api:release"), &initial["id"]));
    let shown = server.get(&format!("/api/v1/golden-branches/{}", branch["id"].as_str().unwrap())).await.is(200);
    assert_eq!((&shown["revoke_reason"], &shown["active"]), (&json!("broke checkout"), &json!(false)));
});

both_backends!(what_the_rules_refuse_is_a_conflict_and_frees_the_key, async |test| {
    let server = Server::start(&test).await;
    server.change(HIGH);
    let run = server.started().await;
    assert_eq!(server.ended(&run).await["decision"], "BLOCK_MERGE");
    let certify =
        |body: &Value| send(server.json(Method::POST, "/api/v1/golden-branches", body).header("idempotency-key", "k"));
    let all = of(&run, &json!({ "all": true }));
    certify(&all).await.problem(409, "name-blocking");
    certify(&all).await.problem(409, "name-blocking");
    for wrong in [json!({}), json!({ "all": true, "accept": ["a"] }), json!({ "initial": "HEAD" })] {
        server.post("/api/v1/golden-branches", &of(&run, &wrong)).await.problem(422, "invalid");
    }
    server
        .post("/api/v1/golden-branches", &of(&run, &json!({ "accept": ["ffffffffffffffff"] })))
        .await
        .problem(404, "not-found");
    let again = json!({ "service": "shop", "environment": "production", "initial": "HEAD", "reason": "r" });
    server.post("/api/v1/golden-branches", &again).await.problem(409, "already-certified");
    let overridden = of(&run, &json!({ "all": true, "override": true }));
    let branch = certify(&overridden).await.is(201);
    assert_eq!(
        (&branch["override_reason"], &branch["certified_by"]),
        (&json!("agreed in CHG-7"), &json!("local:tester"))
    );
});
