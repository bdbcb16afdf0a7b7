//! A server that starts again: what was made through the API stays as it was made, whatever golden.toml names.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::server::{Reply, send};
use crate::cli::{Golden, Repo, SHOP};

/// The command's server, killed at the end.
struct Process {
    server: Child,
    address: String,
}

impl Process {
    fn start(golden: &Golden) -> Self {
        let mut server =
            golden.command(&["serve", "--port", "0"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { server, address: line.trim().strip_prefix("listening on ").unwrap().to_owned() }
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Reply {
        let request = Client::new().request(method, format!("{}{path}", self.address));
        send(request.header("content-type", "application/json").body(body.to_string())).await
    }

    async fn shop(&self) -> Value {
        self.send(Method::GET, "/api/v1/services/shop", &json!(null)).await.is(200)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.server.kill().unwrap();
        self.server.wait().unwrap();
    }
}

both_backends!(a_service_of_the_api_outlives_a_restart, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    let first = Process::start(&golden);
    let definition = json!({ "files": ["*.yml"], "critical_files": ["app-*"], "required_evidence": ["ticket"] });
    let made = json!({ "name": "shop", "definition": definition });
    first.send(Method::POST, "/api/v1/services", &made).await.is(201);
    let initial = json!({ "service": "shop", "environment": "production", "initial": "HEAD", "reason": "first" });
    first.send(Method::POST, "/api/v1/golden-branches", &initial).await.is(201);
    let before = first.send(Method::PATCH, "/api/v1/services/shop", &json!({ "active": false })).await.is(200);
    drop(first);
    let second = Process::start(&golden);
    assert_eq!(second.shop().await, before);
    second.send(Method::PATCH, "/api/v1/services/shop", &json!({ "active": true })).await.is(200);
});

both_backends!(services_that_only_runs_know_are_kept_for_the_api, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    let server = Process::start(&golden);
    let shop = server.shop().await;
    assert_eq!((&shop["origin"], &shop["active"]), (&json!("api"), &json!(true)), "golden.toml names no service");
    let stricter = json!({ "definition": { "critical_files": ["app-*"] } });
    let changed = server.send(Method::PATCH, "/api/v1/services/shop", &stricter).await.is(200);
    drop(server);
    assert_eq!(Process::start(&golden).shop().await, changed);
});

both_backends!(golden_toml_takes_a_service_over_and_gives_it_back, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    let definition = json!({ "critical_files": ["app-*"] });
    let made = json!({ "name": "shop", "definition": definition });
    Process::start(&golden).send(Method::POST, "/api/v1/services", &made).await.is(201);
    repo.write("golden.toml", "[[service]]\nname = \"shop\"\nfiles = [\"*.yml\"]\n");
    let server = Process::start(&golden);
    let taken = server.shop().await;
    assert_eq!((&taken["origin"], &taken["changed_by"]), (&json!("file"), &json!("golden.toml")));
    assert_eq!(
        (&taken["definition"]["files"], &taken["definition"]["critical_files"]),
        (&json!(["*.yml"]), &json!([]))
    );
    drop(server);
    repo.write("golden.toml", "");
    let back = Process::start(&golden).shop().await;
    assert_eq!((&back["origin"], &back["definition"]), (&json!("api"), &taken["definition"]), "kept, and changeable");
});
