//! The server of a test, and a client that remembers its token.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use api::{Edge, ServerLimits, ServerOptions};
use drift::environment::Environments;
use drift::limits::Limits;
use entity::api_tokens::Scope;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder, redirect};
use serde_json::Value;
use service::catalog::{Catalog, SharedSettings};
use service::certify::{Certify, Signature};
use service::clock::Clock;
use service::database::Database;
use service::error::ServiceError;
use service::registry::{self, Definition};
use service::session::Session;
use service::token::{self, NewToken};
use tokio::net::TcpListener;

use crate::cli::{Repo, SHOP};
use crate::harness::databases::TestDatabase;

/// The user of the machine in tests.
pub(crate) const USER: &str = "tester";

/// A running server with a repository that holds the service `shop`.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) edge: Edge,
    pub(crate) repo: Repo,
    pub(crate) session: Session,
    client: Client,
    token: Option<String>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Checks the status and gives the JSON.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        self.json()
    }

    /// Checks that this is a problem of a status and a word, and gives its detail.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, word: &str) -> String {
        let problem = self.is(status);
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        assert_eq!(problem["type"], format!("urn:golden:problem:{word}"), "{self:?}");
        assert_eq!(problem["status"], status, "{self:?}");
        problem["detail"].as_str().unwrap().to_owned()
    }
}

/// Limits that no test meets by accident.
pub(crate) fn limits() -> ServerLimits {
    ServerLimits {
        body_bytes: 64 * 1024,
        request_time: Duration::from_secs(60),
        header_time: Duration::from_secs(60),
        requests_per_second: NonZeroU32::new(100_000).unwrap(),
        burst: NonZeroU32::new(100_000).unwrap(),
        connections: 2_000,
        workers: 2,
        waiting_runs: 50,
        shutdown_time: Duration::from_secs(20),
    }
}

/// The catalog of a repository, which is the only one that may be read.
pub(crate) fn catalog(repo: &Repo) -> Catalog {
    let settings = drift::settings::Settings::for_tier(drift::settings::Tier::Production);
    Catalog {
        environments: Environments::shipped(),
        settings: SharedSettings {
            lists: Vec::new(),
            score: settings.score,
            decision: settings.decision,
            limits: Limits::default(),
            required_evidence: Vec::new(),
            evidence_files: settings.evidence_files,
        },
        policy: None,
        risk_table: None,
        base: repo.path(),
        folder: repo.path(),
        repositories: vec![repo.path()],
        open: false,
    }
}

impl Server {
    /// A server over a test's database, with `shop` in production certified.
    pub(crate) async fn start(test: &TestDatabase) -> Self {
        Self::with(test, limits(), Repo::of(&[("app-prod.yml", SHOP)])).await
    }

    /// A server with other limits or another repository.
    pub(crate) async fn with(test: &TestDatabase, limits: ServerLimits, repo: Repo) -> Self {
        Self::of(test, ServerOptions { limits, ..options() }, repo).await
    }

    /// A server with other options.
    pub(crate) async fn of(test: &TestDatabase, options: ServerOptions, repo: Repo) -> Self {
        let session = session(test.db.clone());
        let catalog = catalog(&repo);
        let clock = session.clock;
        let shop = [("shop".to_owned(), Definition::default())];
        registry::keep_file_services(session.db.writer(), &shop, (&clock, "golden.toml")).await.unwrap();
        let environment = catalog.environment("production").unwrap();
        let target = catalog.target("shop", &Definition::default(), environment).unwrap();
        let signature = Signature::new("ann", "first", false).unwrap();
        Certify { session: &session, target: &target, signature, push: None }.initial("HEAD").await.unwrap();
        let edge = Edge::new(session.clone(), catalog, b"a key of tests, never of people".to_vec(), options);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(api::serve(listener, edge.clone(), std::future::pending::<()>()));
        let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        Self { address, edge, repo, session, client, token: None }
    }

    /// Makes a token and gives its secret.
    pub(crate) async fn token(&self, name: &str, scopes: &[Scope]) -> String {
        let new = NewToken { name: name.to_owned(), scopes: scopes.to_vec(), days: 1, created_by: "ann".to_owned() };
        let clock = &self.session.clock;
        let made = self.session.db.write(|transaction| {
            let new = new.clone();
            async move {
                let made = token::create(&transaction, &new, clock).await?;
                Ok::<_, ServiceError>((transaction, made))
            }
        });
        made.await.unwrap().0.expose().to_owned()
    }

    /// Calls with a token from now on.
    pub(crate) fn as_token(&mut self, token: &str) {
        self.token = Some(token.to_owned());
    }

    /// Calls without a token from now on.
    pub(crate) fn as_nobody(&mut self) {
        self.token = None;
    }

    /// A request, not sent yet.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("http://{}{path}", self.address));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Gets a path.
    pub(crate) async fn get(&self, path: &str) -> Reply {
        send(self.request(Method::GET, path)).await
    }

    /// Posts JSON.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        send(self.json(Method::POST, path, body)).await
    }

    /// A request with JSON, not sent yet.
    pub(crate) fn json(&self, method: Method, path: &str, body: &Value) -> RequestBuilder {
        self.request(method, path).header("content-type", "application/json").body(body.to_string())
    }

    /// Starts a run of `shop` in production and gives its id.
    pub(crate) async fn started(&self) -> String {
        let body = serde_json::json!({ "service": "shop", "environment": "production" });
        self.post("/api/v1/runs", &body).await.is(202)["id"].as_str().unwrap().to_owned()
    }

    /// Waits for the end of a run through its events, and gives it.
    pub(crate) async fn ended(&self, run: &str) -> Value {
        let events = self.get(&format!("/api/v1/runs/{run}/events")).await;
        assert_eq!((events.status, events.header("content-type")), (200, "text/event-stream"), "{events:?}");
        self.get(&format!("/api/v1/runs/{run}")).await.is(200)
    }

    /// Changes `shop` in production, commits it and gives the commit.
    pub(crate) fn change(&self, text: &str) -> String {
        self.repo.write("app-prod.yml", text);
        self.repo.commit()
    }
}

/// Sends a request and reads the answer to its end.
pub(crate) async fn send(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Reply { status, headers, text: response.text().await.unwrap() }
}

/// A server that asks for tokens every time, so that tests need not wait until it notices one.
pub(crate) fn options() -> ServerOptions {
    ServerOptions {
        loopback: true,
        https: false,
        hosts: vec!["golden.example".to_owned()],
        origins: vec!["https://board.example".to_owned()],
        token_check: Duration::ZERO,
        local_user: USER.to_owned(),
        limits: limits(),
    }
}

fn session(db: Database) -> Session {
    let clock = Clock { read: chrono::Utc::now, random: rand::random };
    Session { db, clock, lease: Duration::from_secs(60), worker: "test".to_owned() }
}
