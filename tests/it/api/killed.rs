//! A server that is killed during twenty runs: none is lost, none is doubled, none stays unfinished.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

use entity::validation_runs::Entity;
use reqwest::Client;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::cli::{Golden, Repo};

const RUNS: usize = 20;

/// Starts the command's server and gives its process and address.
fn serve(golden: &Golden) -> (Child, String) {
    let mut server =
        golden.command(&["serve", "--port", "0"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on ").unwrap().to_owned();
    (server, address)
}

both_backends!(a_killed_server_leaves_no_run_behind, async |test| {
    let text = |number: usize| -> String { (0..2_000).map(|key| format!("key{key}: {}\n", key + number)).collect() };
    let repo =
        Repo::of(&[("app-prod.yml", &text(0)), ("golden.toml", "[[service]]\nname = \"shop\"\n[run]\nlease = 1\n")]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("app-prod.yml", &text(1));
    repo.commit();
    let (mut server, address) = serve(&golden);
    let client = Client::new();
    let mut taken = BTreeSet::new();
    for _ in 0..RUNS {
        let body = json!({ "service": "shop", "environment": "production" }).to_string();
        let request =
            client.post(format!("{address}/api/v1/runs")).header("content-type", "application/json").body(body);
        let answer = request.send().await.unwrap().text().await.unwrap();
        let run: Value = serde_json::from_str(&answer).unwrap();
        taken.insert(run["id"].as_str().unwrap().to_owned());
    }
    server.kill().unwrap();
    server.wait().unwrap();
    let (mut server, _) = serve(&golden);
    let ended = loop {
        let runs = Entity::find().all(test.db.reader()).await.unwrap();
        if runs.iter().all(|run| run.status().unwrap().has_ended()) {
            break runs;
        }
        // The next server fails them when their lease is over, which is a second.
        tokio::time::timeout(Duration::from_millis(50), std::future::pending::<()>()).await.unwrap_err();
    };
    let found: BTreeSet<String> = ended.iter().map(|run| run.id.to_string()).collect();
    assert_eq!(found, taken, "none lost, none doubled");
    for run in &ended {
        let is_told = run.decision.is_some() || run.error.as_ref().unwrap()["code"] == "lease_expired";
        assert!(is_told, "{run:?}");
    }
    server.kill().unwrap();
    server.wait().unwrap();
});
