//! The memory of `golden serve` after many requests.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use super::load::{Round, run};

/// Requests until the server is warm.
const WARM: u32 = 10_000;
/// Requests after that.
const MORE: u32 = 90_000;

/// Tells how much the resident memory of a server of its own grows.
pub(crate) async fn measure(folder: &Path) {
    let settings = "[server.limits]\nrequests_per_second = 1000000\nburst = 1000000\n";
    std::fs::write(folder.join("golden.toml"), settings).unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_golden"))
        .args(["--quiet", "serve", "--port", "0"])
        .current_dir(folder)
        .env_remove("DATABASE_URL")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address: SocketAddr = line.trim().rsplit('/').next().unwrap().parse().unwrap();
    for path in ["/api/v1/runs", "/", "/api/v1/services"] {
        run(Round::of(address, path, WARM / 3)).await;
    }
    let warm = resident(server.id());
    for path in ["/api/v1/runs", "/", "/api/v1/services"] {
        run(Round::of(address, path, MORE / 3)).await;
    }
    let after = resident(server.id());
    server.kill().unwrap();
    server.wait().unwrap();
    let growth = (after / warm - 1.0) * 100.0;
    println!(
        "memory: {warm:.0} KiB after {WARM} requests, {after:.0} after {MORE} more, {growth:+.1} % (goal under 5)"
    );
}

/// Resident KiB of a process, as Linux tells it.
fn resident(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
