//! Callers who leave while they certify or revoke: the work goes on, and the same key finds what it made.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use entity::idempotency_keys::{ActiveModel, Entity};
use reqwest::Method;
use sea_orm::{ActiveModelTrait, EntityTrait, PaginatorTrait, Set};
use serde_json::{Value, json};
use service::certify::{Certify, Signature};
use service::error::{Refusal, ServiceError};
use service::golden_branch;
use service::registry::Definition;
use service::secret_text::digest;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use uuid::Uuid;

use super::Server;
use super::server::{Reply, catalog, limits, send};
use crate::cli::{Repo, SHOP};
use crate::harness::databases::TestDatabase;

const LOW: &str = "logging:\n  level: WARN\nserver:\n  port: 8080\n  tls: true\n";

/// Longest time that one side waits for the other.
const PATIENCE: Duration = Duration::from_secs(30);

/// Holds the server at one of its queries, so that its caller can leave exactly then.
struct Gate {
    wanted: Arc<Mutex<Option<(&'static str, usize)>>>,
    reached: Receiver<()>,
    open: Sender<()>,
}

impl Gate {
    fn around(test: &TestDatabase) -> (Self, TestDatabase) {
        let wanted: Arc<Mutex<Option<(&'static str, usize)>>> = Arc::default();
        let ((tell, reached), (open, opened)) = (channel(), channel::<()>());
        let (armed, opened) = (wanted.clone(), Mutex::new(opened));
        let db = test.db.clone().watched(move |statement| {
            let mut armed = armed.lock().unwrap();
            let Some((_, left)) = armed.as_mut().filter(|(needle, _)| statement.sql.contains(*needle)) else {
                return;
            };
            *left -= 1;
            if *left == 0 {
                *armed = None;
                drop(armed);
                tell.send(()).unwrap();
                opened.lock().unwrap().recv_timeout(PATIENCE).unwrap();
            }
        });
        (Self { wanted, reached, open }, TestDatabase { url: test.url.clone(), db })
    }

    /// Sends a request whose caller hangs up while the server asks the `nth` query that holds `needle`.
    async fn leave_at(
        &self,
        server: &Server,
        (needle, nth): (&'static str, usize),
        (path, key, body): (&str, &str, &str),
    ) {
        *self.wanted.lock().unwrap() = Some((needle, nth));
        let mut caller = TcpStream::connect(server.address).await.unwrap();
        let (kind, length) = (if body.starts_with('{') { "json" } else { "x-www-form-urlencoded" }, body.len());
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/{kind}\r\n\
             Idempotency-Key: {key}\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        caller.write_all(request.as_bytes()).await.unwrap();
        tokio::task::block_in_place(|| self.reached.recv_timeout(PATIENCE)).unwrap();
        drop(caller);
        self.open.send(()).unwrap();
    }
}

/// Asks until the answer is another one than "under way".
async fn settled(ask: impl AsyncFn() -> Reply, is_under_way: impl Fn(&Reply) -> bool) -> Reply {
    for _ in 0..200 {
        let reply = ask().await;
        if !is_under_way(&reply) {
            return reply;
        }
        tokio::time::timeout(Duration::from_millis(50), std::future::pending::<()>()).await.unwrap_err();
    }
    ask().await
}

/// The golden refs of the repository and the branches of the database are the same ones.
async fn refs_are_known(server: &Server) -> usize {
    let listed = server.get("/api/v1/golden-branches").await.is(200);
    let known = listed["items"].as_array().unwrap().len();
    assert_eq!(server.repo.branches("golden/").len(), known, "{listed}");
    known
}

async fn run_of(server: &Server) -> String {
    server.change(LOW);
    let run = server.started().await;
    assert_eq!(server.ended(&run).await["decision"], "AUTO_MERGE");
    run
}

fn body(run: &str) -> Value {
    json!({ "service": "shop", "environment": "production", "run": run, "all": true, "reason": "agreed" })
}

both_backends!(a_certification_goes_on_when_its_caller_leaves, async |test| {
    let (gate, watched) = Gate::around(&test);
    let server = Server::start(&watched).await;
    let body = body(&run_of(&server).await);
    gate.leave_at(&server, ("rule_sets", 1), ("/api/v1/golden-branches", "c-1", &body.to_string())).await;
    let retry = async || {
        send(server.json(Method::POST, "/api/v1/golden-branches", &body).header("idempotency-key", "c-1")).await
    };
    let reply = settled(retry, |reply| reply.text.contains("key-under-way")).await;
    let branch = reply.is(201);
    assert_eq!(retry().await.is(201), branch);
    assert_eq!(refs_are_known(&server).await, 2);
    server.edge.close().await;
    assert_eq!(retry().await.is(201), branch, "the server ends");
    send(server.json(Method::POST, "/api/v1/golden-branches", &body).header("idempotency-key", "c-2"))
        .await
        .problem(503, "shutting-down");
});

both_backends!(a_form_goes_on_when_its_caller_leaves, async |test| {
    let (gate, watched) = Gate::around(&test);
    let server = Server::start(&watched).await;
    let run = run_of(&server).await;
    let active = async || server.get("/api/v1/services/shop/environments/production/golden-branch").await;
    let first = active().await.is(200);
    // The dialog reads the rules once before it certifies.
    gate.leave_at(&server, ("golden_branches", 2), (&format!("/runs/{run}/certify"), "-", "all=1&reason=agreed")).await;
    let second = settled(active, |reply| reply.json()["id"] == first["id"]).await.is(200);
    assert_eq!((&second["run"], refs_are_known(&server).await), (&json!(run), 2));
    let revoke = format!("/golden-branches/{}/revoke", second["id"].as_str().unwrap());
    gate.leave_at(&server, ("golden_branches", 2), (&revoke, "-", "to=&reason=broke")).await;
    let back = settled(active, |reply| reply.json()["id"] == second["id"]).await.is(200);
    assert_eq!(back["id"], first["id"]);
});

both_backends!(a_revocation_goes_on_when_its_caller_leaves, async |test| {
    let (gate, watched) = Gate::around(&test);
    let server = Server::start(&watched).await;
    let run = run_of(&server).await;
    let branch = server.post("/api/v1/golden-branches", &body(&run)).await.is(201);
    let path = format!("/api/v1/golden-branches/{}", branch["id"].as_str().unwrap());
    let revoke = (format!("{path}/revoke"), r#"{"reason":"broke checkout"}"#);
    gate.leave_at(&server, ("golden_branches", 2), (&revoke.0, "-", revoke.1)).await;
    let shown = settled(async || server.get(&path).await, |reply| reply.json()["active"] == true).await.is(200);
    assert_eq!(shown["revoke_reason"], "broke checkout");
});

both_backends!(a_key_of_a_server_that_died_is_taken_up_again, async |test| {
    let server = Server::start(&test).await;
    let run = run_of(&server).await;
    let request = format!(
        r#"{{"service":"shop","environment":"production","run":"{run}","initial":null,"accept":[],"all":true,"override":false,"reason":"agreed"}}"#
    );
    // As a server leaves them that is killed between the key and the branch, today and before keys named what they make.
    for (key, made) in [("k-1", Some(Uuid::now_v7())), ("k-2", None)] {
        let row = ActiveModel {
            id: Set(Uuid::now_v7()),
            created_at: Set(chrono::Utc::now().fixed_offset()),
            actor: Set("local:tester".to_owned()),
            operation: Set("certify".to_owned()),
            idempotency_key: Set(key.to_owned()),
            request_digest: Set(digest(&request)),
            made_id: Set(made),
        };
        row.insert(test.db.writer()).await.unwrap();
    }
    let retry = |key: &'static str| {
        send(server.json(Method::POST, "/api/v1/golden-branches", &body(&run)).header("idempotency-key", key))
    };
    let branch = retry("k-1").await.is(201);
    assert_eq!(retry("k-1").await.is(201), branch);
    retry("k-2").await.problem(409, "golden-moved");
    assert_eq!(Entity::find().count(test.db.reader()).await.unwrap(), 1, "a refused request gives its key back");
});

both_backends!(a_chosen_id_that_is_taken_certifies_nothing, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP), ("app-staging.yml", SHOP)]);
    let server = Server::with(&test, limits(), repo).await;
    let active = golden_branch::get_active(server.session.db.reader(), "shop", "production").await.unwrap();
    let catalog = catalog(&server.repo);
    let target = catalog.target("shop", &Definition::default(), catalog.environment("staging").unwrap()).unwrap();
    let signature = Signature::new("ann", "first", false).unwrap();
    let work = Certify { session: &server.session, target: &target, signature, push: None };
    let refused = work.initial_as(active.id, "HEAD").await.unwrap_err();
    assert!(matches!(refused, ServiceError::Refused(Refusal::LostRace { .. })), "{refused}");
    assert_eq!(server.repo.branches("golden/"), [active.branch_name], "no ref stays that nobody recorded");
});
