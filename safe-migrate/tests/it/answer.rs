//! Commits whose answer is lost: what the server did is what is told, and what the ledger says.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use safe_migrate::{MigrateOptions, Migrated, SafeError, SafeMigrator, State};

use crate::fixture::{Place, Two};

/// What is lost with the connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Loss {
    /// The commit, on its way to the server.
    Request,
    /// Its answer.
    Answer,
    /// Its answer, and every connection from then on.
    Everything,
}

/// Passes on what a client and a server say, until it is armed.
struct Wire {
    loss: Loss,
    armed: AtomicBool,
    cut: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

impl Wire {
    /// Listens on a port of its own.
    fn new(server: String, loss: Loss) -> (Arc<Self>, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (armed, cut) = (AtomicBool::new(false), AtomicBool::new(false));
        let wire = Arc::new(Self { loss, armed, cut, open: Mutex::default() });
        let passing = Arc::clone(&wire);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.unwrap();
                if passing.cut.load(Ordering::SeqCst) {
                    continue;
                }
                let server = TcpStream::connect(&server).unwrap();
                let mut open = passing.open.lock().unwrap();
                open.extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
                drop(open);
                passing.pass(Loss::Request, client.try_clone().unwrap(), server.try_clone().unwrap());
                passing.pass(Loss::Answer, server, client);
            }
        });
        (wire, port)
    }

    /// Both a commit and its answer hold its word with a NUL behind it.
    fn pass(self: &Arc<Self>, way: Loss, mut from: TcpStream, mut to: TcpStream) {
        let wire = Arc::clone(self);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            let watched = (wire.loss == Loss::Request) == (way == Loss::Request);
            while let Ok(read @ 1..) = from.read(&mut buffer) {
                let commit = buffer[..read].windows(7).any(|bytes| bytes == b"COMMIT\0");
                if watched && commit && wire.armed.swap(false, Ordering::SeqCst) {
                    if wire.loss == Loss::Everything {
                        wire.cut.store(true, Ordering::SeqCst);
                        wire.open.lock().unwrap().iter().for_each(|stream| drop(stream.shutdown(Shutdown::Both)));
                    }
                    break;
                }
                if to.write_all(&buffer[..read]).is_err() {
                    break;
                }
            }
            let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
        });
    }
}

/// Migrates over a wire that loses something of the commit of the batch.
async fn migrate(place: &Place, loss: Loss) -> Result<Migrated, SafeError> {
    let (start, name) = place.url.rsplit_once('/').unwrap();
    let (user, server) = start.rsplit_once('@').unwrap();
    let (wire, port) = Wire::new(server.to_owned(), loss);
    let mut options = place.options();
    options.fail_point = Arc::new(move |point| {
        if point == "before_commit" {
            wire.armed.store(true, Ordering::SeqCst);
        }
        Ok(())
    });
    let url = format!("{user}@127.0.0.1:{port}/{name}");
    SafeMigrator::new::<Two>(&url, options).unwrap().migrate(&MigrateOptions::default()).await
}

/// Direction and outcome of each line.
async fn outcomes(place: &Place) -> Vec<String> {
    place.migrator::<Two>().ledger().await.unwrap().into_iter().map(|line| line.outcome).collect()
}

#[test]
fn a_commit_whose_answer_is_lost_is_asked_for() {
    crate::fixture::on_postgres(async |place| {
        let done = migrate(&place, Loss::Answer).await.unwrap();
        assert_eq!((done.state, done.migrations.len()), (State::UpToDate, 2));
        assert_eq!(outcomes(&place).await, ["succeeded"; 3]);
    });
}

#[test]
fn a_commit_that_never_came_is_a_failure() {
    crate::fixture::on_postgres(async |place| {
        let error = migrate(&place, Loss::Request).await.unwrap_err();
        assert!(error.to_string().contains("committing failed"), "{error}");
        assert_eq!(outcomes(&place).await, ["failed", "rolled_back", "rolled_back"]);
        assert_eq!(place.migrator::<Two>().status().await.unwrap().state, State::Empty);
        place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
    });
}

#[test]
fn a_commit_of_which_nothing_can_be_asked_is_told_so() {
    crate::fixture::on_postgres(async |place| {
        let error = migrate(&place, Loss::Everything).await.unwrap_err();
        assert!(matches!(error, SafeError::Uncertain { .. }), "{error}");
        assert_eq!(outcomes(&place).await, ["succeeded"; 3]);
        assert_eq!(place.migrator::<Two>().status().await.unwrap().state, State::UpToDate);
    });
}
