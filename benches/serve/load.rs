//! A client that asks over connections that stay open and reads every answer to its end.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Connections of a round that says nothing else.
const CONNECTIONS: u32 = 16;

/// Requests for one path.
#[derive(Clone, Copy)]
pub(crate) struct Round<'a> {
    pub(crate) address: SocketAddr,
    pub(crate) path: &'a str,
    pub(crate) requests: u32,
    pub(crate) connections: u32,
}

impl<'a> Round<'a> {
    pub(crate) fn of(address: SocketAddr, path: &'a str, requests: u32) -> Self {
        Self { address, path, requests, connections: CONNECTIONS }
    }
}

/// How long a round took, and each of its requests.
pub(crate) struct Took {
    pub(crate) time: Duration,
    pub(crate) each: Vec<Duration>,
}

impl Took {
    /// The 99th percentile.
    pub(crate) fn slowest_hundredth(mut self) -> Duration {
        self.each.sort();
        self.each[self.each.len() * 99 / 100]
    }
}

/// Asks `requests` times over all connections at once. Panics unless every answer is 200.
pub(crate) async fn run(round: Round<'_>) -> Took {
    let mut connections = Vec::new();
    for _ in 0..round.connections {
        connections.push(connect(round.address).await);
    }
    let start = Instant::now();
    let tasks: Vec<_> = connections
        .into_iter()
        .map(|mut connection| {
            let (path, requests) = (round.path.to_owned(), round.requests / round.connections);
            tokio::spawn(async move {
                let mut each = Vec::new();
                for _ in 0..requests {
                    let start = Instant::now();
                    ask(&mut connection, round.address, &path).await;
                    each.push(start.elapsed());
                }
                each
            })
        })
        .collect();
    let mut each = Vec::new();
    for task in tasks {
        each.extend(task.await.unwrap());
    }
    Took { time: start.elapsed(), each }
}

/// The body of one answer.
pub(crate) async fn body(address: SocketAddr, path: &str) -> String {
    String::from_utf8(ask(&mut connect(address).await, address, path).await.to_vec()).unwrap()
}

pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

async fn connect(address: SocketAddr) -> SendRequest<Empty<Bytes>> {
    let stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

async fn ask(connection: &mut SendRequest<Empty<Bytes>>, address: SocketAddr, path: &str) -> Bytes {
    let request = Request::get(path).header("host", address.to_string()).body(Empty::new()).unwrap();
    connection.ready().await.unwrap();
    let answer = connection.send_request(request).await.unwrap();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    body
}
