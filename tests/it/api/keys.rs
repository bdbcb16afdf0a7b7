//! Keys: searched by prefix with the same answers on both backends, and told with who certified them.

use serde_json::{Value, json};

use super::Server;
use super::server::limits;
use crate::cli::Repo;

fn places(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|key| format!("{} {}", key["file"].as_str().unwrap(), key["key_path"].as_str().unwrap())).collect()
}

both_backends!(a_prefix_finds_what_starts_with_it_in_the_order_of_bytes, async |test| {
    let before = "db:\n  pool: 1\n  POOL: 1\n  pool_max: 1\n  pool%: 1\nzoé: 1\nzoë: 1\n";
    let repo = Repo::of(&[("app-prod.yml", before), ("db/x.yml", "a: 1\n")]);
    let server = Server::with(&test, limits(), repo).await;
    server.repo.write("db/x.yml", "a: 2\n");
    server.change(&before.replace(": 1", ": 2"));
    let run = server.started().await;
    server.ended(&run).await;
    let search = |query: &str| {
        let path = format!("/api/v1/services/shop/keys?{query}");
        let server = &server;
        async move { places(&server.get(&path).await.is(200)) }
    };
    assert_eq!(search("prefix=db").await, ["db/x.yml /a"]);
    let all = ["app-prod.yml /db/POOL", "app-prod.yml /db/pool", "app-prod.yml /db/pool%", "app-prod.yml /db/pool_max"];
    assert_eq!(search("in=key_path&prefix=/db/").await, all);
    assert_eq!(search("in=key_path&prefix=/db/pool_").await, ["app-prod.yml /db/pool_max"]);
    assert_eq!(search("in=key_path&prefix=/db/pool%25").await, ["app-prod.yml /db/pool%"]);
    assert_eq!(search("in=key_path&prefix=/zo%C3%AB").await, ["app-prod.yml /zoë"]);
    assert_eq!(search("in=key_path&prefix=/zo").await, ["app-prod.yml /zoé", "app-prod.yml /zoë"]);
    assert_eq!(search("prefix=").await.len(), 7);
    let mut seen = Vec::new();
    let mut path = "/api/v1/services/shop/keys?in=key_path&prefix=/db/&limit=1".to_owned();
    loop {
        let page = server.get(&path).await.is(200);
        seen.extend(places(&page));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/services/shop/keys?in=key_path&prefix=/db/&limit=1&after={next}");
    }
    assert_eq!(seen, all);
    assert_eq!(server.get("/api/v1/services/other/keys?prefix=").await.is(200)["items"], json!([]));
});

both_backends!(a_key_tells_who_changed_and_certified_it, async |test| {
    let server = Server::start(&test).await;
    server.change("logging:\n  level: WARN\nserver:\n  port: 8080\n  tls: true\n");
    let first = server.started().await;
    server.ended(&first).await;
    let body =
        json!({ "service": "shop", "environment": "production", "run": first, "all": true, "reason": "quieter" });
    server.post("/api/v1/golden-branches", &body).await.is(201);
    server.change("logging:\n  level: ERROR\nserver:\n  port: 8080\n  tls: true\n");
    let second = server.started().await;
    server.ended(&second).await;
    let path = "/api/v1/services/shop/environments/prod/key-history?file=app-prod.yml&key_path=/logging/level";
    let history = server.get(path).await.is(200);
    let told: Vec<_> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| {
            let certified = change["certified"].as_array().unwrap();
            let by: Vec<&Value> = certified.iter().map(|branch| &branch["certified_by"]).collect();
            (change["run"].clone(), change["delta"]["old"].clone(), change["delta"]["new"].clone(), json!(by))
        })
        .collect();
    let expected = [
        (json!(second), json!("WARN"), json!("ERROR"), json!([])),
        (json!(first), json!("INFO"), json!("WARN"), json!(["local:tester"])),
    ];
    assert_eq!(told, expected);
});
