//! Services: made, changed and deactivated over HTTP; those of golden.toml are read-only.

use reqwest::Method;
use serde_json::json;
use service::registry::{self, Change, Definition};

use super::Server;
use super::server::send;

both_backends!(a_service_is_made_changed_and_deactivated, async |test| {
    let server = Server::start(&test).await;
    let made = server.post("/api/v1/services", &json!({ "name": "cart", "definition": { "paths": ["cart"] } })).await;
    let cart = made.is(201);
    assert_eq!(made.header("location"), "/api/v1/services/cart");
    assert_eq!(
        (&cart["origin"], &cart["created_by"], &cart["active"]),
        (&json!("api"), &json!("local:tester"), &json!(true))
    );
    server.post("/api/v1/services", &json!({ "name": "cart" })).await.problem(409, "service-exists");
    let tag = server.get("/api/v1/services/cart").await.header("etag").to_owned();
    let change = |tag: &str, body: serde_json::Value| {
        send(server.json(Method::PATCH, "/api/v1/services/cart", &body).header("if-match", tag))
    };
    change("\"2020-01-01T00:00:00.000Z\"", json!({ "active": false })).await.problem(412, "service-changed");
    change("nonsense", json!({ "active": false })).await.problem(400, "bad-header");
    let changed = change(&tag, json!({ "definition": { "files": ["*.toml"] } })).await.is(200);
    assert_eq!((&changed["definition"]["files"], &changed["definition"]["paths"]), (&json!(["*.toml"]), &json!([])));
    let stopped = send(server.json(Method::PATCH, "/api/v1/services/cart", &json!({ "active": false }))).await.is(200);
    assert_eq!((&stopped["active"], &stopped["definition"]), (&json!(false), &changed["definition"]));
    let run = json!({ "service": "cart", "environment": "production" });
    server.post("/api/v1/runs", &run).await.problem(409, "service-inactive");
    let names = |page: serde_json::Value| {
        page["items"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect::<Vec<_>>()
    };
    let first = server.get("/api/v1/services?limit=1").await.is(200);
    assert_eq!((&first["next"], names(first.clone())), (&json!("cart"), vec![json!("cart")]));
    assert_eq!(names(server.get("/api/v1/services?limit=1&after=cart").await.is(200)), [json!("shop")]);
});

both_backends!(what_golden_toml_says_is_changed_there, async |test| {
    let server = Server::start(&test).await;
    assert_eq!(server.get("/api/v1/services/shop").await.is(200)["origin"], "file");
    send(server.json(Method::PATCH, "/api/v1/services/shop", &json!({ "active": false })))
        .await
        .problem(409, "service-of-file");
    server.get("/api/v1/services/none").await.problem(404, "not-found");
});

both_backends!(nothing_outside_of_the_allowed_folders_is_read, async |test| {
    let server = Server::start(&test).await;
    let outside = server.repo.beside("outside");
    std::fs::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, server.repo.path().join("link")).unwrap();
    for repo in ["..", "../outside", "/etc", "link", "no/such/folder", outside.to_str().unwrap()] {
        let body = json!({ "name": "cart", "definition": { "repo": repo } });
        server.post("/api/v1/services", &body).await.problem(422, "repository-not-allowed");
    }
    for paths in [json!(["../outside"]), json!(["/etc"]), json!(["a/../../b"])] {
        let body = json!({ "name": "cart", "definition": { "paths": paths } });
        server.post("/api/v1/services", &body).await.problem(422, "invalid");
    }
    for name in ["", "A", "../x", "a..b", "a/b", "x.lock", &"x".repeat(300)] {
        server.post("/api/v1/services", &json!({ "name": name })).await.problem(422, "invalid");
    }
    server.get("/api/v1/services/cart").await.problem(404, "not-found");
});

both_backends!(what_a_change_does_not_name_stays_and_of_two_at_once_one_wins, async |test| {
    let server = Server::start(&test).await;
    server.post("/api/v1/services", &json!({ "name": "cart" })).await.is(201);
    let (db, now) = (test.db.writer(), server.session.clock.now());
    let stop = Change { definition: None, is_active: Some(false) };
    let stopped = registry::change(db, "cart", &stop, None, ("ann", now)).await.unwrap();
    let definition = Definition { paths: vec!["cart".to_owned()], ..Definition::default() };
    let redefine = Change { definition: Some(definition), is_active: None };
    let redefined = registry::change(db, "cart", &redefine, None, ("bob", now)).await.unwrap();
    assert_eq!((redefined.is_active, &redefined.paths), (false, &json!(["cart"])));
    assert!(redefined.changed_at > stopped.changed_at, "two changes of one moment have two tags");
    let tag = server.get("/api/v1/services/cart").await.header("etag").to_owned();
    let change = |number: usize| {
        let body = json!({ "definition": { "paths": [format!("cart{number}")] } });
        send(server.json(Method::PATCH, "/api/v1/services/cart", &body).header("if-match", &tag))
    };
    let (a, b, c, d) = tokio::join!(change(1), change(2), change(3), change(4));
    let mut answers = [a.status, b.status, c.status, d.status];
    answers.sort_unstable();
    assert_eq!(answers, [200, 412, 412, 412]);
    assert_eq!(server.get("/api/v1/services/cart").await.is(200)["active"], false);
});
