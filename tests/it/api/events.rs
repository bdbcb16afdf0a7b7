//! Events: many followers, a cursor that loses nothing, a slow reader that slows nothing.

use std::time::Duration;

use entity::run_events::EventKind;
use reqwest::Method;
use serde_json::{Value, json};
use service::run_event::{self, EventWord, RunEvent};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

use super::Server;
use super::server::{limits, send};
use crate::cli::{Repo, SHOP};

const RUNS: usize = 20;
const FOLLOWERS_OF_A_RUN: usize = 25;

/// The events of a stream that was read to its end.
fn events(text: &str) -> Vec<Value> {
    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    data.map(|data| serde_json::from_str(data).unwrap()).collect()
}

#[track_caller]
fn is_whole(events: &[Value], from: i64) {
    let positions: Vec<i64> = events.iter().map(|event| event["position"].as_i64().unwrap()).collect();
    let expected: Vec<i64> = (from..from + positions.len() as i64).collect();
    assert_eq!(positions, expected);
    assert_eq!(events.last().unwrap()["event"], "succeeded");
}

both_backends!(five_hundred_followers_of_twenty_runs_lose_nothing, async |test| {
    let server = Server::start(&test).await;
    server.change("logging:\n  level: WARN\n");
    // Never read: its buffers fill, and nobody else waits for it.
    let mut slow = Vec::new();
    let mut followers = Vec::new();
    for _ in 0..RUNS {
        let run = server.started().await;
        let path = format!("/api/v1/runs/{run}/events");
        let mut reader = TcpStream::connect(server.address).await.unwrap();
        reader.write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()).await.unwrap();
        slow.push(reader);
        for _ in 0..FOLLOWERS_OF_A_RUN {
            followers.push(tokio::spawn(send(server.request(Method::GET, &path))));
        }
    }
    let mut told = Vec::new();
    for follower in followers {
        let all = events(&follower.await.unwrap().text);
        is_whole(&all, 1);
        told.push(all);
    }
    assert_eq!(told.len(), RUNS * FOLLOWERS_OF_A_RUN);
    for same in told.chunks(FOLLOWERS_OF_A_RUN) {
        assert!(same.iter().all(|one| one == &same[0]));
    }
    let words: Vec<&str> = told[0].iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert!(words.starts_with(&["queued", "started", "collecting"]), "{words:?}");
    drop(slow);
});

both_backends!(a_cursor_goes_on_where_it_stopped, async |test| {
    let server = Server::start(&test).await;
    server.change("logging:\n  level: WARN\n");
    let run = server.started().await;
    server.ended(&run).await;
    let path = format!("/api/v1/runs/{run}/events");
    let all = events(&server.get(&path).await.text);
    is_whole(&all, 1);
    for stopped in 0..all.len() {
        let rest = send(server.request(Method::GET, &path).header("last-event-id", stopped.to_string())).await;
        assert_eq!(events(&rest.text), all[stopped..], "after {stopped}");
        assert_eq!(events(&server.get(&format!("{path}?after={stopped}")).await.text), all[stopped..]);
    }
    let over = send(server.request(Method::GET, &path).header("last-event-id", all.len().to_string())).await;
    assert_eq!((over.status, over.text.as_str()), (204, ""));
    send(server.request(Method::GET, &path).header("last-event-id", "x")).await.problem(400, "bad-cursor");
    server.get(&format!("{path}?after=2147483648")).await.problem(400, "bad-cursor");
    server.get("/api/v1/runs/00000000-0000-0000-0000-000000000000/events").await.problem(404, "not-found");
});

both_backends!(a_socket_tells_the_same_and_closes, async |test| {
    let server = Server::start(&test).await;
    server.change("logging:\n  level: WARN\n");
    let run = server.started().await;
    server.ended(&run).await;
    let path = format!("/api/v1/runs/{run}/events");
    let all = events(&server.get(&path).await.text);
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let hello = format!(
        "GET {path}/socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    socket.write_all(hello.as_bytes()).await.unwrap();
    // The server closes after the end, so that everything can be read.
    let mut bytes = Vec::new();
    tokio::time::timeout(Duration::from_secs(30), socket.read_to_end(&mut bytes)).await.unwrap().unwrap();
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    assert!(bytes.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&bytes));
    assert_eq!(messages(&bytes[head..]), all);
    server.get(&format!("{path}/socket")).await.problem(426, "websocket");
    assert_eq!(all.last().unwrap()["data"]["decision"], json!("BLOCK_MERGE"));
});

both_backends!(nothing_is_told_behind_the_end_of_a_cancelled_run, async |test| {
    let bounds = api::ServerLimits { workers: 1, ..limits() };
    let server = Server::with(&test, bounds, Repo::of(&[("app-prod.yml", SHOP)])).await;
    server.change("logging:\n  level: WARN\n");
    // The only worker meets them in this order, so that it went past the waiting one when the last one has ended.
    let (working, waiting, last) = (server.started().await, server.started().await, server.started().await);
    let cancelled = server.post(&format!("/api/v1/runs/{waiting}/cancel"), &json!({})).await;
    server.ended(&working).await;
    assert_eq!(server.ended(&last).await["status"], "succeeded");
    if cancelled.status == 409 {
        return assert_eq!(server.ended(&waiting).await["status"], "succeeded", "the worker was faster");
    }
    let path = format!("/api/v1/runs/{waiting}/events");
    let all = events(&server.get(&path).await.text);
    let told: Vec<_> = all.iter().map(|event| (event["position"].as_i64().unwrap(), event["event"].clone())).collect();
    assert_eq!(told.last().unwrap(), &(all.len() as i64, json!("cancelled")), "{told:?}");
    let positions: Vec<i64> = told.iter().map(|(position, _)| *position).collect();
    assert_eq!(positions, (1..=all.len() as i64).collect::<Vec<_>>(), "no gap");
    let over = send(server.request(Method::GET, &path).header("last-event-id", all.len().to_string())).await;
    assert_eq!((over.status, over.text.as_str()), (204, ""));
});

both_backends!(a_run_that_has_ended_gets_no_event, async |test| {
    let server = Server::start(&test).await;
    let run = server.started().await;
    server.ended(&run).await;
    let id = run.parse().unwrap();
    let db = server.session.db.writer();
    let last = run_event::last_position(db, id).await.unwrap();
    let late = RunEvent {
        run: id,
        position: last + 1,
        word: EventWord::OnTheWay(EventKind::Comparing),
        at: chrono::Utc::now(),
        data: json!({}),
    };
    assert!(!run_event::append(db, Uuid::now_v7(), &late).await.unwrap());
    assert_eq!(run_event::last_position(db, id).await.unwrap(), last);
});

/// The text messages of a server (RFC 6455, section 5.2): unmasked, in one frame each, until it says goodbye.
fn messages(mut bytes: &[u8]) -> Vec<Value> {
    let mut found = Vec::new();
    while bytes.len() > 1 && bytes[0] == 0x81 {
        let (length, start) = match bytes[1] {
            126 => (usize::from(u16::from_be_bytes([bytes[2], bytes[3]])), 4),
            short => (usize::from(short), 2),
        };
        found.push(serde_json::from_slice(&bytes[start..start + length]).unwrap());
        bytes = &bytes[start + length..];
    }
    assert_eq!(bytes[0], 0x88, "the server says goodbye");
    found
}
