//! What stands before every route: host, origin, rate, size, time, and the headers of every answer.

use std::num::NonZeroU32;
use std::time::Duration;

use api::ServerLimits;
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Server;
use super::server::{limits, send};
use crate::cli::{Repo, SHOP};

async fn with(test: &crate::harness::databases::TestDatabase, limits: ServerLimits) -> Server {
    Server::with(test, limits, Repo::of(&[("app-prod.yml", SHOP)])).await
}

both_backends!(foreign_hosts_and_sites_are_refused, async |test| {
    let server = Server::start(&test).await;
    let get =
        |name: &'static str, value: &str| send(server.request(Method::GET, "/api/v1/version").header(name, value));
    for host in ["localhost", "LOCALHOST:3000", "127.0.0.1", "[::1]:80", "10.1.2.3:99", "golden.example"] {
        assert_eq!(get("host", host).await.status, 200, "{host}");
    }
    for host in
        ["evil.example", "localhost.evil.example", "golden.example.evil", "localhost:x", "127.0.0.1.evil.example"]
    {
        get("host", host).await.problem(421, "host");
        send(server.request(Method::GET, "/").header("host", host)).await.problem(421, "host");
        send(server.request(Method::GET, "/healthz").header("host", host)).await.problem(421, "host");
    }
    let body = json!({ "service": "shop", "environment": "production" });
    let start =
        |name: &'static str, value: String| send(server.json(Method::POST, "/api/v1/runs", &body).header(name, value));
    for origin in ["http://evil.example", "null", "http://127.0.0.1:1", "https://localhost"] {
        start("origin", origin.to_owned()).await.problem(403, "origin");
    }
    start("sec-fetch-site", "cross-site".to_owned()).await.problem(403, "origin");
    start("origin", format!("http://{}", server.address)).await.is(202);
    assert_eq!(
        get("origin", "http://evil.example").await.status,
        200,
        "reading is kept from other sites by the browser"
    );
    let socket = server.request(Method::GET, "/api/v1/runs/00000000-0000-0000-0000-000000000000/events/socket");
    send(socket.header("upgrade", "websocket").header("origin", "http://evil.example")).await.problem(403, "origin");
    let other = send(server.request(Method::OPTIONS, "/api/v1/runs").header("origin", "http://evil.example")).await;
    assert_eq!(other.header("access-control-allow-origin"), "");
});

both_backends!(pages_of_a_named_site_may_call_the_api, async |test| {
    let server = Server::start(&test).await;
    let asked = |origin: &'static str, path: &str| {
        let request = server.request(Method::OPTIONS, path).header("origin", origin);
        send(
            request
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "authorization"),
        )
    };
    let told = asked("https://board.example", "/api/v1/runs").await;
    assert_eq!((told.status, told.header("access-control-allow-origin")), (200, "https://board.example"), "{told:?}");
    assert_eq!(told.header("access-control-allow-methods"), "GET,POST,PATCH");
    assert!(told.header("access-control-allow-headers").contains("authorization"), "{told:?}");
    assert_eq!(told.header("access-control-allow-credentials"), "", "cookies are not sent");
    for (origin, path) in [
        ("https://evil.example", "/api/v1/runs"),
        ("http://board.example", "/api/v1/runs"),
        ("https://board.example.evil", "/api/v1/runs"),
        ("https://board.example", "/certify"),
    ] {
        assert_eq!(asked(origin, path).await.header("access-control-allow-origin"), "", "{origin} {path}");
    }
    let body = json!({ "service": "shop", "environment": "production" });
    let start = |path: &str, origin| {
        let request = server.json(Method::POST, path, &body).header("sec-fetch-site", "cross-site");
        send(request.header("origin", origin))
    };
    let made = start("/api/v1/runs", "https://board.example").await;
    assert_eq!((made.status, made.header("access-control-allow-origin")), (202, "https://board.example"), "{made:?}");
    assert!(made.header("access-control-expose-headers").contains("location"), "{made:?}");
    start("/api/v1/runs", "https://evil.example").await.problem(403, "origin");
    start("/sign-in", "https://board.example").await.problem(403, "origin");
});

both_backends!(every_answer_carries_the_headers_of_safety, async |test| {
    let server = Server::start(&test).await;
    for path in ["/", "/sign-in", "/static/style.css", "/api/v1/runs", "/api/v1/nothing", "/healthz"] {
        let answer = send(server.request(Method::GET, path).header("x-request-id", "abc-1")).await;
        let policy = answer.header("content-security-policy");
        let is_page = ["/", "/sign-in"].contains(&path);
        let own = if is_page { "script-src 'self'; style-src 'self';" } else { "frame-ancestors 'none'" };
        assert!(policy.starts_with(&format!("default-src 'none'; {own}")), "{path}: {policy}");
        assert!(policy.ends_with("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", if is_page { "same-origin" } else { "" }),
        ] {
            assert_eq!(answer.header(name), value, "{path}: {name}");
        }
        assert_eq!(answer.header("x-request-id"), "abc-1", "{path}");
    }
    let odd = send(server.request(Method::GET, "/healthz").header("x-request-id", "a b<script>")).await;
    assert_eq!(odd.header("x-request-id").len(), 36, "{odd:?}");
});

both_backends!(an_address_that_asks_too_often_waits, async |test| {
    let one = NonZeroU32::new(1).unwrap();
    let bounds = ServerLimits { requests_per_second: one, burst: NonZeroU32::new(3).unwrap(), ..limits() };
    let server = with(&test, bounds).await;
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(server.get("/healthz").await.status);
    }
    assert_eq!(statuses[..3], [200, 200, 200]);
    let refused = server.get("/healthz").await;
    if refused.status != 200 {
        refused.problem(429, "too-many");
        assert_eq!(refused.header("retry-after"), "1");
    }
    assert!(statuses.contains(&429), "{statuses:?}");
});

both_backends!(large_and_slow_bodies_are_cut_off, async |test| {
    let bounds = ServerLimits { body_bytes: 1_000, request_time: Duration::from_millis(300), ..limits() };
    let server = with(&test, bounds).await;
    let check = |bytes: usize| json!({ "text": "x".repeat(bytes - "{\"text\":\"\"}".len()) });
    server.post("/api/v1/policies/check", &check(1_000)).await.is(200);
    server.post("/api/v1/policies/check", &check(1_001)).await.problem(413, "body");
    let mut slow = TcpStream::connect(server.address).await.unwrap();
    let head = "POST /api/v1/policies/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{\"te";
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("urn:golden:problem:too-slow"), "{answer}");
});
