//! Bad input: the right status, a problem, no panic, no echo of a secret, a page that still works.

use reqwest::Method;
use serde_json::json;

use super::Server;
use super::server::send;

const SECRET: &str = "AKIAIOSFODNN7EXAMPLE";

both_backends!(malformed_bodies_are_told_apart, async |test| {
    let server = Server::start(&test).await;
    let raw = |body: &str| {
        send(
            server
                .request(Method::POST, "/api/v1/runs")
                .header("content-type", "application/json")
                .body(body.to_owned()),
        )
    };
    for body in ["", "{", "{\"service\":", "\u{0}", "{\"service\": \"shop\",}"] {
        raw(body).await.problem(400, "malformed-json");
    }
    for body in [
        "[]",
        "7",
        "null",
        "{\"service\": 7}",
        "{\"service\": \"shop\"}",
        "{\"service\":\"shop\",\"environment\":\"prod\",\"surprise\":1}",
    ] {
        raw(body).await.problem(422, "invalid");
    }
    let deep = raw(&"[".repeat(10_000)).await;
    assert!(matches!(deep.status, 400 | 422), "{deep:?}");
    raw("[\"shop\", \"production\", null, null, null, {}]").await.problem(422, "invalid");
    raw("{\"service\": \"a\\u0000b\", \"environment\": \"prod\"}").await.problem(422, "invalid");
    raw("{\"service\": \"a\\\\u0000b\", \"environment\": \"prod\"}").await.problem(404, "not-found");
    let plain =
        send(server.request(Method::POST, "/api/v1/runs").header("content-type", "text/plain").body("{}")).await;
    plain.problem(415, "media-type");
    send(server.request(Method::POST, "/api/v1/runs").body("{}")).await.problem(415, "media-type");
    let told = raw(&format!("{{\"service\": \"shop\", \"environment\": \"prod\", \"context\": \"{SECRET}\"}}")).await;
    assert!(!told.problem(422, "invalid").contains(SECRET), "{told:?}");
});

both_backends!(bad_parameters_are_problems, async |test| {
    let server = Server::start(&test).await;
    for query in
        ["limit=0", "limit=501", "limit=x", "limit=-1", "surprise=1", "environment=production", "limit=1&limit=2"]
    {
        server.get(&format!("/api/v1/runs?{query}")).await.problem(400, "bad-query");
    }
    for cursor in ["x", "1_x", "99999999999999999999_00000000000000000000000000000000", "-1"] {
        server.get(&format!("/api/v1/runs?after={cursor}")).await.problem(400, "bad-cursor");
    }
    for path in ["/api/v1/runs/x", "/api/v1/runs/00000000-0000-0000-0000-00000000000g", "/api/v1/golden-branches/%00"] {
        server.get(path).await.problem(400, "bad-path");
    }
    server.get("/api/v1/services/shop/keys?prefix=a%00").await.problem(400, "bad-query");
    for cursor in ["x", "zz", "5b5d", "c3", "5b22610022"] {
        server.get(&format!("/api/v1/services/shop/keys?prefix=a&after={cursor}")).await.problem(400, "bad-cursor");
    }
    let keys = "/api/v1/services/shop/keys?prefix=";
    server.get(&format!("{keys}{}", "p".repeat(1_000))).await.is(200);
    server.get(&format!("{keys}{}", "p".repeat(1_001))).await.problem(400, "bad-query");
    let history = "/api/v1/services/shop/environments/production/key-history";
    server.get(&format!("{history}?file={}", "f".repeat(4_097))).await.problem(400, "bad-query");
    server.get(&format!("{history}?file=a&key_path={}", "k".repeat(10_001))).await.problem(400, "bad-query");
    for list in ["services", "overview"] {
        server.get(&format!("/api/v1/{list}?after={}", "n".repeat(2_000))).await.is(200);
        server.get(&format!("/api/v1/{list}?after={}", "n".repeat(2_001))).await.problem(400, "bad-cursor");
    }
    server.get("/api/v1/nothing").await.problem(404, "no-route");
    server.get("/static/../../etc/passwd").await.problem(404, "no-route");
    server.get("/static/..%2f..%2fCargo.toml").await.problem(404, "no-route");
    send(server.request(Method::DELETE, "/api/v1/runs")).await.problem(405, "method");
    for path in ["/api/v1/services/%00", "/api/v1/runs?service=%00", "/api/v1/services?after=%00"] {
        assert_eq!(server.get(path).await.is(400)["detail"].as_str().unwrap().split(' ').nth(1), Some("NUL"), "{path}");
    }
});

both_backends!(texts_of_callers_break_no_page_and_keep_no_secret, async |test| {
    let server = Server::start(&test).await;
    let script = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>=cmd|' /C calc'!A0";
    server.change(&format!("logging:\n  level: \"{}\"\n", script.replace('"', "\\\"")));
    let body = json!({
        "service": "shop", "environment": "production", "external_ref": script,
        "context": { "ticket": script, "tags": [script], "description": format!("token {SECRET}"), "evidence": { script: script } },
    });
    let id = server.post("/api/v1/runs", &body).await.is(202)["id"].as_str().unwrap().to_owned();
    let run = server.ended(&id).await;
    assert_eq!(run["status"], "succeeded", "{run}");
    assert!(!run.to_string().contains(SECRET), "{run}");
    let html =
        send(server.request(Method::GET, &format!("/api/v1/runs/{id}/report")).header("accept", "text/html")).await;
    assert!(html.status == 200 && !html.text.contains("<script>alert") && !html.text.contains("<img"), "{}", html.text);
    assert!(html.header("content-security-policy").contains("sandbox"), "{html:?}");
    let page = server.get("/").await;
    assert!(page.status == 200 && !page.text.contains("<script>alert"), "{page:?}");
    let sign_in = server.get("/sign-in?next=/%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(sign_in.status == 200 && !sign_in.text.contains("<script>alert"), "{sign_in:?}");
    let nul = json!({ "service": "shop", "environment": "production", "context": { "ticket": "a\u{0}b" } });
    server.post("/api/v1/runs", &nul).await.problem(422, "invalid");
});
