//! Sessions of the dashboard: opened with a token, kept in a strict cookie, protected by a form token.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use api::ServerOptions;
use entity::api_tokens::Scope;
use reqwest::Method;
use sea_orm::Statement;
use serde_json::json;
use service::error::ServiceError;
use service::token;

use super::Server;
use super::server::{Reply, options, send};
use crate::cli::{Repo, SHOP};
use crate::harness::databases::TestDatabase;

pub(super) async fn form(server: &Server, path: &str, body: &str, cookie: &str) -> Reply {
    let request = server.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
    send(request.header("cookie", cookie).body(body.to_owned())).await
}

/// Signs in and gives the cookie and the form token of the pages.
pub(super) async fn signed_in(server: &Server, secret: &str) -> (String, String) {
    let answer = form(server, "/sign-in", &format!("token={secret}&next=/%3Fa%3Db"), "").await;
    assert_eq!((answer.status, answer.header("location")), (303, "/?a=b"), "{answer:?}");
    let cookie = answer.header("set-cookie").to_owned();
    for part in ["; HttpOnly", "; SameSite=Strict", "; Path=/", "; Max-Age=43200"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap().to_owned();
    assert!(!cookie.contains(secret), "the cookie is not the token");
    let page = send(server.request(Method::GET, "/").header("cookie", &cookie)).await;
    assert_eq!(page.status, 200);
    let (_, rest) = page.text.split_once("name=\"form-token\" content=\"").unwrap();
    (cookie, rest.split('"').next().unwrap().to_owned())
}

both_backends!(a_session_is_opened_used_and_ended, async |test| {
    let server = Server::start(&test).await;
    let secret = server.token("ann", &[Scope::Read, Scope::Run]).await;
    let refused = form(&server, "/sign-in", "token=gct_wrong", "").await;
    assert!(refused.status == 403 && refused.text.contains("role=\"alert\"") && !refused.text.contains("gct_wrong"));
    let elsewhere = form(&server, "/sign-in", &format!("token={secret}&next=//evil.example"), "").await;
    assert_eq!(elsewhere.header("location"), "/");
    let (cookie, form_token) = signed_in(&server, &secret).await;
    let body = json!({ "service": "shop", "environment": "production" });
    let start = || server.json(Method::POST, "/api/v1/runs", &body).header("cookie", &cookie);
    send(start()).await.problem(403, "form-token");
    send(start().header("x-form-token", "0".repeat(64))).await.problem(403, "form-token");
    let run = send(start().header("x-form-token", &form_token)).await.is(202);
    assert_eq!(run["requested_by"], "api:ann");
    let out = form(&server, "/sign-out", "form_token=wrong", &cookie).await;
    out.problem(403, "form-token");
    let out = form(&server, "/sign-out", &format!("form_token={form_token}"), &cookie).await;
    assert_eq!((out.status, out.header("location")), (303, "/sign-in"));
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    let after = send(server.request(Method::GET, "/").header("cookie", &cookie)).await;
    assert_eq!((after.status, after.header("location")), (303, "/sign-in?next=/"));
});

both_backends!(a_revoked_token_ends_its_sessions, async |test| {
    let server = Server::start(&test).await;
    let secret = server.token("ann", &[Scope::Read]).await;
    let (cookie, _) = signed_in(&server, &secret).await;
    let row = token::find_valid(server.session.db.reader(), &secret, chrono::Utc::now()).await.unwrap().unwrap();
    assert!(!format!("{row:?}").contains(&secret), "the row holds a digest");
    let revoked = server.session.db.write(|transaction| async move {
        token::revoke(&transaction, row.id, "eve", chrono::Utc::now()).await?;
        Ok::<_, ServiceError>((transaction, ()))
    });
    revoked.await.unwrap();
    let after = send(server.request(Method::GET, "/api/v1/runs").header("cookie", &cookie)).await;
    after.problem(401, "unauthorized");
    send(server.request(Method::GET, "/api/v1/runs").bearer_auth(&secret)).await.problem(401, "unauthorized");
    let later = chrono::Utc::now() + chrono::TimeDelta::days(2);
    let other = server.token("bob", &[Scope::Read]).await;
    assert!(
        token::find_valid(server.session.db.reader(), &other, later).await.unwrap().is_none(),
        "it is over by then"
    );
});

both_backends!(that_no_token_exists_is_asked_seldom_and_noticed_soon, async |test| {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let count = move |statement: &Statement| {
        counter.fetch_add(usize::from(statement.sql.contains("api_tokens")), Ordering::SeqCst);
    };
    let watched = TestDatabase { url: test.url.clone(), db: test.db.clone().watched(count) };
    let repo = || Repo::of(&[("app-prod.yml", SHOP)]);
    let seldom = ServerOptions { token_check: Duration::from_secs(3_600), ..options() };
    let server = Server::of(&watched, seldom, repo()).await;
    for _ in 0..5 {
        assert_eq!(server.get("/api/v1/version").await.status, 200);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let secret = server.token("ann", &[Scope::Read]).await;
    let sent = async |token: &str| send(server.request(Method::GET, "/api/v1/version").bearer_auth(token)).await.status;
    assert_eq!((sent(&secret).await, sent("gct_wrong").await), (200, 401), "a token is looked up every time");
});

both_backends!(a_token_of_another_process_is_noticed, async |test| {
    let soon = ServerOptions { token_check: Duration::from_millis(20), ..options() };
    let server = Server::of(&test, soon, Repo::of(&[("app-prod.yml", SHOP)])).await;
    assert_eq!(server.get("/api/v1/version").await.status, 200);
    server.token("ann", &[Scope::Read]).await;
    let noticed = async {
        while server.get("/api/v1/version").await.status == 200 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), noticed).await.unwrap();
    server.get("/api/v1/version").await.problem(401, "unauthorized");
});
