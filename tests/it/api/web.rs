//! Pages: each is shown in few queries, escapes what it shows, and is bound by one strict policy.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use entity::api_tokens::Scope;
use reqwest::Method;
use serde_json::json;

use super::Server;
use super::server::{Reply, limits, send};
use super::sessions::signed_in;
use crate::cli::Repo;
use crate::harness::databases::TestDatabase;

const HIGH: &str = "logging:\n  level: WARN\nserver:\n  port: 8080\n  tls: false\n";
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const MOST_QUERIES: usize = 5;

/// The pages of a server on which `shop` has two runs and a golden branch.
async fn pages(server: &Server) -> Vec<String> {
    server.change(HIGH);
    let first = server.started().await;
    server.ended(&first).await;
    server.change(&HIGH.replace("8080", "9090"));
    let run = server.started().await;
    server.ended(&run).await;
    let deltas = server.get(&format!("/api/v1/runs/{run}/deltas")).await.is(200);
    let (delta, key) =
        (deltas["items"][0]["id"].as_str().unwrap(), deltas["items"][0]["fingerprint"].as_str().unwrap());
    let branches = server.get("/api/v1/golden-branches").await.is(200);
    let branch = branches["items"][0]["id"].as_str().unwrap();
    vec![
        "/".to_owned(),
        "/?service=SH&environment=production&standing=blocked&sort=worst".to_owned(),
        "/runs".to_owned(),
        "/runs?service=shop".to_owned(),
        format!("/runs/{run}"),
        format!("/runs/{run}?risk=high&class=value&file=app-prod.yml&group=risk&view=split"),
        format!("/runs/{run}/certify?all=1"),
        format!("/runs/{run}/certify?accept={delta}"),
        format!("/runs/{run}/certify?file=app-prod.yml"),
        format!("/runs/{first}/compare/{run}"),
        "/services/shop".to_owned(),
        "/services/shop/matrix".to_owned(),
        "/services/shop/matrix?environment=prod&environment=staging&at=HEAD&state=missing".to_owned(),
        format!("/runs/{run}/certify?accept={delta}&file=app-prod.yml"),
        format!("/golden-branches/{branch}"),
        "/keys".to_owned(),
        "/keys?service=shop&in=file&prefix=app".to_owned(),
        format!("/keys/{key}"),
        "/database".to_owned(),
        "/docs".to_owned(),
    ]
}

fn is_page(path: &str, page: &Reply) {
    assert_eq!(page.status, 200, "{path}: {page:?}");
    is_strict(path, page);
}

/// What holds of pages that tell of a mistake too.
fn is_strict(path: &str, page: &Reply) {
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{path}");
    assert_eq!(page.header("content-security-policy"), POLICY, "{path}");
    assert_eq!(page.header("cache-control"), "no-store", "{path}");
    for inline in [" style=", "<style", " onclick=", "javascript:"] {
        assert!(!page.text.contains(inline), "{path} holds {inline}");
    }
    assert_eq!(page.text.matches("<script").count(), page.text.matches("<script src=\"/static/").count(), "{path}");
    assert_eq!(page.text.matches("<h1").count(), 1, "{path}");
}

both_backends!(every_page_is_shown_in_at_most_five_queries, async |test| {
    let queries = Arc::new(AtomicUsize::new(0));
    let counter = queries.clone();
    let count = move |_: &sea_orm::Statement| {
        counter.fetch_add(1, Ordering::SeqCst);
    };
    let watched = TestDatabase { url: test.url.clone(), db: test.db.clone().watched(count) };
    let server = Server::start(&watched).await;
    let pages = pages(&server).await;
    let asked = async |path: &str, cookie: &str| {
        queries.store(0, Ordering::SeqCst);
        let page = send(server.request(Method::GET, path).header("cookie", cookie)).await;
        is_page(path, &page);
        let asked = queries.load(Ordering::SeqCst);
        assert!((1..=MOST_QUERIES).contains(&asked), "{path} asks {asked} queries");
    };
    for path in &pages {
        asked(path, "").await;
    }
    let secret = server.token("ann", &[Scope::Read, Scope::Certify]).await;
    let (cookie, _) = signed_in(&server, &secret).await;
    for path in &pages {
        asked(path, &cookie).await;
    }
    for path in &pages {
        let page = server.get(path).await;
        assert_eq!(page.status, 303, "{path} is for those who signed in");
        assert!(page.header("location").starts_with("/sign-in?next=/"), "{path}: {page:?}");
    }
});

const ATTACK: &str = "<script>alert(1)</script>";

both_backends!(script_in_every_text_is_shown_as_text, async |test| {
    let name = "app\"><img src=x onerror=alert(1)>-prod.yml";
    let text = |value: &str| format!("logging:\n  level: INFO\n\"{ATTACK}\": '{value}'\ntls: true\n");
    let repo = Repo::of(&[(name, &text("old")), ("notes-prod.txt", "one\n")]);
    let server = Server::with(&test, limits(), repo).await;
    server.repo.write(name, &text(ATTACK));
    server.repo.write("notes-prod.cfg", &format!("a line {ATTACK}\n"));
    server.repo.commit();
    let body = json!({ "service": "shop", "environment": "production", "external_ref": ATTACK,
        "context": { "ticket": ATTACK, "description": ATTACK, "tags": [ATTACK] } });
    let run = server.post("/api/v1/runs", &body).await.is(202)["id"].as_str().unwrap().to_owned();
    assert_eq!(server.ended(&run).await["status"], "succeeded");
    let certify = json!({ "service": "shop", "environment": "production", "run": run, "all": true, "override": true,
        "reason": ATTACK });
    let branch = server.post("/api/v1/golden-branches", &certify).await.is(201);
    let deltas = server.get(&format!("/api/v1/runs/{run}/deltas")).await.is(200);
    let key = deltas["items"][0]["fingerprint"].as_str().unwrap();
    let branch = branch["id"].as_str().unwrap();
    let pages = [
        (format!("/runs/{run}"), true),
        (format!("/runs/{run}?group=risk&view=split"), true),
        (format!("/runs/{run}?file=%3Cscript%3Ealert(1)%3C/script%3E"), true),
        (format!("/runs/{run}/certify?all=1"), true),
        (format!("/golden-branches/{branch}"), true),
        (format!("/keys/{key}"), true),
        ("/keys?service=shop".to_owned(), true),
        ("/services/shop".to_owned(), true),
        ("/services/shop/matrix".to_owned(), true),
        ("/services/shop/matrix?at=%3Cscript%3Ealert(1)%3C/script%3E".to_owned(), true),
        ("/?service=%3Cscript%3Ealert(1)%3C/script%3E".to_owned(), true),
        ("/runs?service=%3Cscript%3Ealert(1)%3C/script%3E".to_owned(), true),
        ("/runs".to_owned(), false),
    ];
    for (path, shows) in &pages {
        let page = server.get(path).await;
        assert_eq!(page.status, if path.contains("matrix?at=") { 422 } else { 200 }, "{path}: {page:?}");
        is_strict(path, &page);
        assert!(!page.text.contains("<script>") && !page.text.contains("<img"), "{path}: {}", page.text);
        let escaped = page.text.contains("&#60;script&#62;alert(1)") || page.text.contains("&#60;img src=x");
        assert!(escaped || !shows, "{path} shows it as text: {}", page.text);
    }
});

both_backends!(many_deltas_come_a_screen_at_a_time, async |test| {
    let lines = |value: u32| (0..450).map(|key| format!("key{key}: {value}\n")).collect::<String>();
    let repo = Repo::of(&[("app-prod.yml", &lines(1))]);
    let server = Server::with(&test, limits(), repo).await;
    server.change(&lines(2));
    let run = server.started().await;
    server.ended(&run).await;
    let (mut path, mut sizes) = (format!("/runs/{run}"), Vec::new());
    loop {
        let page = server.get(&path).await;
        is_page(&path, &page);
        assert!(page.text.contains("450 differences in 1 file"), "{path}");
        sizes.push(page.text.matches("<article class=\"delta\"").count());
        let Some((_, rest)) = page.text.split_once("id=\"more\" href=\"") else { break };
        path = rest.split('"').next().unwrap().replace("&#38;", "&").replace("#drift", "");
    }
    assert_eq!(sizes, [200, 200, 50]);
    server.get(&format!("/runs/{run}?after=critical")).await.problem(400, "bad-cursor");
    server.get(&format!("/runs/{run}?risk=grave")).await.problem(400, "bad-query");
    server.get(&format!("/runs/{run}?colour=red")).await.problem(400, "bad-query");
});

both_backends!(two_runs_are_compared_and_the_one_before_is_found, async |test| {
    let server = Server::start(&test).await;
    let mut runs = Vec::new();
    for text in [HIGH, &HIGH.replace("8080", "9090")] {
        server.change(text);
        runs.push(server.started().await);
        server.ended(&runs[runs.len() - 1]).await;
    }
    let (first, second) = (&runs[0], &runs[1]);
    let there = format!("/runs/{first}/compare/{second}");
    for path in [format!("/runs/{second}/compare"), format!("/runs/{second}/compare?with={first}")] {
        let answer = server.get(&path).await;
        assert_eq!((answer.status, answer.header("location")), (303, there.as_str()), "{path}: {answer:?}");
    }
    server.get(&format!("/runs/{first}/compare")).await.problem(404, "not-found");
    let page = server.get(&there).await;
    let shown = |id: &str| page.text.split(&format!("id=\"{id}-")).skip(1).count();
    assert_eq!((shown("came"), shown("went"), shown("differ")), (1, 0, 0), "{}", page.text);
    assert!(page.text.contains("2 differences the same in both") && page.text.contains(">server.port<"));
    assert_eq!(page.text.matches("<option ").count(), 1, "the other run is offered: {}", page.text);
});

both_backends!(people_get_problems_as_pages_and_programs_as_documents, async |test| {
    let server = Server::start(&test).await;
    let missing = "/runs/00000000-0000-0000-0000-000000000000";
    server.get(missing).await.problem(404, "not-found");
    let page = send(server.request(Method::GET, missing).header("accept", "text/html,*/*;q=0.8")).await;
    assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
    assert!(page.text.contains("run 00000000-0000-0000-0000-000000000000 does not exist"), "{}", page.text);
    for (path, status) in [("/services/none", 404), ("/keys/zz", 404), ("/runs/no", 400), ("/?a=b", 400)] {
        let page = send(server.request(Method::GET, path).header("accept", "text/html")).await;
        assert_eq!((page.status, page.header("content-type")), (status, "text/html; charset=utf-8"), "{path}");
    }
});
