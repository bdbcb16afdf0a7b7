//! `golden serve`: this machine only, and an end when it is interrupted.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use super::{Golden, Repo, SHOP};

both_backends!(health_is_answered_until_the_interrupt, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    let mut server =
        golden.command(&["serve", "--port", "0"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(Command::new("kill").args(["-INT", &server.id().to_string()]).status().unwrap().success());
    assert_eq!(server.wait().unwrap().code(), Some(0));
});

#[test]
fn an_address_of_the_network_is_refused_without_a_token() {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::at(&repo.path());
    golden.run("serve --bind 0.0.0.0").fails(
        2,
        "error: 0.0.0.0 is reached from other machines, and no token exists; `golden token create` makes one\n",
    );
    golden.run("serve --port 70000").exits_only(2);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    golden
        .run(&format!("serve --port {}", address.port()))
        .fails(2, &format!("error: cannot listen on {address}: Address already in use (os error 98)\n  remedy: name another port with --port; 0 takes a free one\n"));
}

both_backends!(behind_a_proxy_nobody_is_the_user_of_this_machine, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    for server in ["https = true", "hosts = [\"golden.example\"]"] {
        repo.write("golden.toml", &format!("[server]\n{server}\nport = 0\n"));
        let mut process = golden.command(&["serve"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if !line.is_empty() {
            process.kill().unwrap();
        }
        let mut told = String::new();
        process.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        let code = process.wait().unwrap().code();
        assert_eq!((line.as_str(), code), ("", Some(2)), "{server}: {told}");
        assert!(told.contains("server.https and server.hosts say that others reach it"), "{server}: {told}");
    }
});
