//! Every route: who may call it, and that the router and the document say the same.

use std::collections::BTreeSet;

use entity::api_tokens::Scope;
use entity::stored::Stored;
use regex::Regex;
use reqwest::Method;
use serde_json::Value;

use super::Server;
use super::server::send;

/// A path with something in place of each parameter.
fn filled(path: &str) -> String {
    let nil = "00000000-0000-0000-0000-000000000000";
    let named = [("{service}", "shop"), ("{environment}", "production"), ("{delta}", "0")];
    let path = named.iter().fold(path.to_owned(), |path, (name, value)| path.replace(name, value));
    Regex::new(r"\{\w+\}").unwrap().replace_all(&path, nil).into_owned()
}

both_backends!(every_route_demands_its_scope, async |test| {
    let mut server = Server::start(&test).await;
    let mut everybody = Vec::new();
    for scope in Scope::MEMBERS {
        let others: Vec<Scope> = Scope::MEMBERS.iter().copied().filter(|other| other != scope).collect();
        let only = server.token(&format!("only-{}", scope.stored()), &[*scope]).await;
        everybody.push((scope.stored(), only, server.token(&format!("others-{}", scope.stored()), &others).await));
    }
    let mut checked = BTreeSet::new();
    for [operation, scope, _] in api::route_list() {
        let (method, path) = operation.split_once(' ').unwrap();
        let (method, path): (Method, String) = (method.parse().unwrap(), filled(path));
        let (_, only, others) =
            everybody.iter().find(|(word, ..)| *word == scope).unwrap_or_else(|| panic!("{operation} has no scope"));
        send(server.json(method.clone(), &path, &serde_json::json!({}))).await.problem(401, "unauthorized");
        let call = |token: &str| server.json(method.clone(), &path, &serde_json::json!({})).bearer_auth(token);
        let refused = send(call(others)).await;
        assert_eq!(refused.problem(403, "scope"), format!("api:others-{scope} lacks the scope {scope}"), "{operation}");
        let allowed = send(call(only)).await;
        assert!(!matches!(allowed.status, 401 | 403 | 500), "{operation}: {allowed:?}");
        checked.insert(scope);
    }
    assert_eq!(checked.len(), Scope::MEMBERS.len(), "every scope is needed somewhere");
    for open in ["/healthz", "/readyz", "/sign-in", "/static/style.css"] {
        assert_eq!(server.get(open).await.status, 200, "{open}");
    }
    for closed in ["/metrics", "/api/openapi.json"] {
        server.get(closed).await.problem(401, "unauthorized");
    }
    let page = server.get("/?a=b").await;
    assert_eq!((page.status, page.header("location")), (303, "/sign-in?next=/%3Fa%3Db"));
    server.as_token(&everybody[0].1);
    assert_eq!(server.get("/metrics").await.status, 200);
    assert_eq!(server.get("/").await.status, 200);
});

both_backends!(the_router_and_the_document_say_the_same, async |test| {
    let server = Server::start(&test).await;
    let document = server.get("/api/openapi.json").await.is(200);
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    let documented: BTreeSet<String> = document["paths"].as_object().unwrap().keys().cloned().collect();
    let router = format!("{:?}", api::router(server.edge.clone()));
    let paths = Regex::new(r#""(/api/v1/[^"]*)""#).unwrap();
    let routed: BTreeSet<String> = paths.captures_iter(&router).map(|found| found[1].to_owned()).collect();
    assert_eq!(routed, documented);
    for path in &documented {
        let answer = send(server.request(Method::from_bytes(b"PURGE").unwrap(), &filled(path))).await;
        answer.problem(405, "method");
        let allowed: BTreeSet<&str> = answer.header("allow").split(',').filter(|method| *method != "HEAD").collect();
        let item = document["paths"][path].as_object().unwrap();
        let methods: Vec<String> = item.keys().map(|method| method.to_uppercase()).collect();
        assert_eq!(allowed, methods.iter().map(String::as_str).collect(), "{path}");
    }
});

both_backends!(every_reference_of_the_document_leads_somewhere, async |test| {
    let server = Server::start(&test).await;
    let document = server.get("/api/openapi.json").await.is(200);
    let mut seen = 0;
    references(&document, &mut |reference| {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        seen += 1;
    });
    assert!(seen > 100, "{seen} references");
    let mut ids = BTreeSet::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{}", operation["operationId"]);
        }
    }
});

fn references(value: &Value, found: &mut dyn FnMut(&str)) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                found(reference);
            }
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

both_backends!(answers_are_compressed_for_those_who_ask, async |test| {
    let server = Server::start(&test).await;
    let ask = async |path: &str, encoding: &str| {
        let request = server.request(Method::GET, path).header("accept-encoding", encoding);
        let answer = request.send().await.unwrap();
        let header = |name: &str| {
            let values = answer.headers().get_all(name).iter().map(|value| value.to_str().unwrap());
            values.collect::<Vec<_>>().join(", ")
        };
        let told = (header("content-encoding"), header("vary"));
        (told.0, told.1, answer.bytes().await.unwrap())
    };
    let (encoding, vary, plain) = ask("/api/openapi.json", "identity").await;
    assert_eq!((encoding.as_str(), plain.first()), ("", Some(&b'{')), "{vary}");
    let (encoding, vary, packed) = ask("/api/openapi.json", "gzip").await;
    assert_eq!((encoding.as_str(), packed.get(..2)), ("gzip", Some([0x1f, 0x8b].as_slice())));
    assert!(vary.contains("accept-encoding") && packed.len() * 4 < plain.len(), "{vary}: {} bytes", packed.len());
    assert_eq!(ask("/healthz", "gzip").await.0, "", "what is short is not worth it");
});
