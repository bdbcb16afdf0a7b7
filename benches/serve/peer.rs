//! The same two answers by FastAPI and SQLAlchemy, where `PEERS_PYTHON` names an interpreter that has them.

use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::load::{Round, body, median, run};

/// How often each side is measured.
const ROUNDS: usize = 3;

/// A server of its own process, killed when it is dropped.
struct Peer {
    process: Child,
    address: SocketAddr,
}

impl Drop for Peer {
    fn drop(&mut self) {
        // One that ended by itself has failed the measurement already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Tells how many times faster `ours` answers than the peer over the same database.
pub(crate) async fn measure(name: &str, url: &str, ours: SocketAddr, one: &str, goal: f64) {
    let Ok(python) = std::env::var("PEERS_PYTHON") else {
        println!("{name}: SKIPPED FastAPI, benches/peers-serve.sh installs it");
        return;
    };
    let peer = Peer::start(&python, url).await;
    for (what, path, our_requests, requests) in [("one run", one, 4_000, 800), ("50 runs", "/api/v1/runs", 1_000, 160)]
    {
        let told = [body(ours, path).await, body(peer.address, path).await].map(|text| {
            let mut answer: Value = serde_json::from_str(&text).unwrap();
            // Cursors are ours.
            answer.as_object_mut().unwrap().remove("next");
            answer
        });
        assert_eq!(told[0], told[1], "{path} on {name}");
        let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            our_times.push(run(Round::of(ours, path, our_requests)).await.time);
            their_times.push(run(Round::of(peer.address, path, requests)).await.time);
        }
        let rate = |requests: u32, times: Vec<Duration>| f64::from(requests) / median(times).as_secs_f64();
        let (our_rate, their_rate) = (rate(our_requests, our_times), rate(requests, their_times));
        println!(
            "{name}, {what}: {our_rate:.0} answers per second, FastAPI {their_rate:.0}, {:.1} times (goal {goal})",
            our_rate / their_rate
        );
    }
}

impl Peer {
    /// One process of uvicorn, as its documentation starts it. Waits until it answers.
    async fn start(python: &str, url: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        // SQLAlchemy names a driver, and takes a file without parameters.
        let url = url.split('?').next().unwrap().replace("sqlite://", "sqlite:///");
        let url = url.replace("postgres://", "postgresql+psycopg://");
        let process = Command::new(python)
            .args(["-m", "uvicorn", "peer:app", "--no-access-log", "--log-level", "warning", "--port"])
            .arg(port.to_string())
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/serve"))
            .env("RUNS_URL", url)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut peer = Self { process, address };
        while tokio::net::TcpStream::connect(address).await.is_err() {
            assert!(peer.process.try_wait().unwrap().is_none(), "uvicorn ended before it answered");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        peer
    }
}
