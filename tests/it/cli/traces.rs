//! Traces of a command: a collector of our own is sent the run and its steps, and no value of a file.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use super::{Golden, Repo};

const SECRET: &str = "canary-Xq9-of-the-traces";

/// Answers every request with 200 and gives its path and body on.
fn collector() -> (String, Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, receiver) = channel();
    // Ends with the process of the tests.
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let _ = sender.send(one(client.unwrap()));
        }
    });
    (url, receiver)
}

fn one(mut client: TcpStream) -> (String, Vec<u8>) {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        let count = client.read(&mut part).unwrap();
        bytes.extend_from_slice(&part[..count]);
        let Some(head) = bytes.windows(4).position(|end| end == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
        let length = text.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap();
        if bytes.len() >= head + 4 + length.parse::<usize>().unwrap() || count == 0 {
            client.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            let path = text.split(' ').nth(1).unwrap().to_owned();
            return (path, bytes.split_off(head + 4));
        }
    }
}

#[test]
fn a_run_and_its_steps_are_sent_to_the_collector() {
    let repo = Repo::of(&[("app-prod.yml", &format!("port: 8080\npassword: {SECRET}\n"))]);
    let database = format!("sqlite://{}?mode=rwc", repo.beside("golden.db").display());
    Golden::at(&repo.path()).database(&database).certify_initial("production", "HEAD");
    repo.write("app-prod.yml", &format!("port: 9090\npassword: {SECRET}-2\n"));
    let (url, sent) = collector();
    let golden = Golden::at(&repo.path()).database(&database).variable("OTEL_EXPORTER_OTLP_ENDPOINT", &url);
    golden.validated("production", 1);
    let (path, body) = sent.recv().unwrap();
    assert_eq!(path, "/v1/traces");
    let holds = |word: &str| body.windows(word.len()).any(|part| part == word.as_bytes());
    for word in ["golden", "run", "listing files", "comparing files", "shop", "production"] {
        assert!(holds(word), "{word}: {}", String::from_utf8_lossy(&body));
    }
    assert!(!holds(SECRET) && !holds("password"), "{}", String::from_utf8_lossy(&body));
}

#[test]
fn a_collector_that_is_not_there_is_a_warning() {
    let repo = Repo::of(&[("app-prod.yml", "port: 8080\n")]);
    let database = format!("sqlite://{}?mode=rwc", repo.beside("golden.db").display());
    Golden::at(&repo.path()).database(&database).certify_initial("production", "HEAD");
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let golden = Golden::at(&repo.path()).database(&database);
    let golden = golden.variable("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("http://{nobody}"));
    let answer = golden.run("validate --service shop --environment production");
    assert_eq!(answer.code, Some(0), "{answer}");
    assert!(answer.stderr.contains("OTLP export exhausted retries - telemetry data will be lost"), "{answer}");
}

/// What a caller of the API says of its trace, as <https://www.w3.org/TR/trace-context/> writes it.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[test]
fn a_request_goes_on_with_the_trace_of_its_caller() {
    let repo = Repo::of(&[("app-prod.yml", "port: 8080\n")]);
    let (url, sent) = collector();
    let golden = Golden::at(&repo.path()).variable("OTEL_EXPORTER_OTLP_ENDPOINT", &url);
    let mut server = golden.command(&["serve", "--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let trace = format!("traceparent: 00-{TRACE}-00f067aa0ba902b7-01");
    write!(stream, "GET /healthz HTTP/1.1\r\nHost: {address}\r\n{trace}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(Command::new("kill").args(["-INT", &server.id().to_string()]).status().unwrap().success());
    assert_eq!(server.wait().unwrap().code(), Some(0));
    let (_, body) = sent.recv().unwrap();
    let bytes = u128::from_str_radix(TRACE, 16).unwrap().to_be_bytes();
    assert!(body.windows(bytes.len()).any(|part| part == bytes), "{}", String::from_utf8_lossy(&body));
}
