//! A server that commits and is lost before it says so: what it recorded counts, and its golden ref stays.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::answer::Answer;
use super::{Golden, Repo, SHOP};
use crate::harness::Fresh;
use crate::harness::databases::on_postgres;

/// Stands before a server and drops the connection that wrote a golden branch when the server answers its commit.
struct Proxy {
    url: String,
    dropped: Arc<AtomicU32>,
}

impl Proxy {
    /// Before the server of this URL.
    fn before(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap();
        let (server, database) = rest.split_once('/').unwrap();
        let (user, server) = server.rsplit_once('@').map_or(("", server), |(user, server)| (user, server));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("{scheme}://{user}@{}/{database}", listener.local_addr().unwrap());
        let (server, dropped) = (server.to_owned(), Arc::new(AtomicU32::new(0)));
        let count = Arc::clone(&dropped);
        // Ends with the process of the tests.
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect(&server).unwrap());
                let count = Arc::clone(&count);
                std::thread::spawn(move || serve(client, server, &count));
            }
        });
        Self { url, dropped }
    }
}

/// Passes bytes on, both ways, until the answer of the commit is there, which nobody gets.
fn serve(mut client: TcpStream, mut server: TcpStream, dropped: &AtomicU32) {
    let (mut answers, mut to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let is_lost = Arc::new(AtomicU32::new(0));
    let lost = Arc::clone(&is_lost);
    let back = std::thread::spawn(move || {
        let mut part = [0; 8192];
        while let Ok(count @ 1..) = answers.read(&mut part) {
            if lost.load(Ordering::SeqCst) == 1 || to_client.write_all(&part[..count]).is_err() {
                break;
            }
        }
        let _ = to_client.shutdown(Shutdown::Both);
    });
    let holds = |part: &[u8], word: &[u8]| part.windows(word.len()).any(|window| window == word);
    let (mut part, mut writes) = ([0; 8192], false);
    while let Ok(count @ 1..) = client.read(&mut part) {
        let sent = &part[..count];
        writes |=
            holds(sent, b"\"golden_branches\"") && holds(sent, b"T INTO") || holds(sent, b"UPDATE \"golden_branches\"");
        if writes && holds(sent, b"COMMIT") {
            is_lost.store(1, Ordering::SeqCst);
            dropped.fetch_add(1, Ordering::SeqCst);
        }
        if server.write_all(sent).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Write);
    back.join().unwrap();
}

/// What a command answers. It warns of the lost connection, in plain text, unless it ends before anybody looks at it.
#[track_caller]
fn told(answer: &Answer) -> serde_json::Value {
    assert_eq!(answer.code, Some(0), "{answer}");
    let warns = answer.stderr.contains(" WARN ") && !answer.stderr.contains('\u{1b}');
    assert!(answer.stderr.is_empty() || warns, "{answer}");
    serde_json::from_str(&answer.raw).unwrap()
}

#[test]
fn what_was_committed_stays_when_the_answer_is_lost() {
    on_postgres(Fresh::Migrated, async |test| {
        let repo = Repo::of(&[("app-prod.yml", SHOP)]);
        let proxy = Proxy::before(&test.url);
        let golden = Golden::at(&repo.path()).database(&proxy.url);
        let direct = Golden::on(&repo, &test);
        let line =
            "certify --service shop --environment production --initial HEAD --by ann --reason first --format json";
        let branch = told(&golden.run(line))["branch"]["branch"].as_str().unwrap().to_owned();
        assert_eq!(proxy.dropped.load(Ordering::SeqCst), 1, "the answer of the commit was lost");
        assert_eq!(repo.branches("golden/"), std::slice::from_ref(&branch));
        assert_eq!(direct.validated("production", 0)["golden_branch"], branch);
        let line = "revoke --service shop --environment production --by bob --reason wrong --format json";
        let revoked = told(&golden.run(line));
        assert_eq!(proxy.dropped.load(Ordering::SeqCst), 2, "the answer of the commit was lost");
        assert_eq!(
            (&revoked["revoked"]["branch"], &revoked["active"]),
            (&branch.as_str().into(), &serde_json::Value::Null)
        );
        assert_eq!(repo.branches("golden/").len(), 2);
        // Asked again, it is refused: the first one counts.
        direct.run(line).exits_only(1);
    });
}
