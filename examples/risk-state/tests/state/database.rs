//! An empty database for each test, on either backend.

use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use tempfile::TempDir;

use crate::cluster::Cluster;

/// A database of a test, with a folder for whatever the test writes.
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) folder: TempDir,
}

impl Place {
    /// One connection of its own.
    pub(crate) async fn connect(&self) -> DatabaseConnection {
        Database::connect(&self.url).await.unwrap()
    }
}

/// Runs a test on a SQLite file that is not there yet.
pub(crate) fn on_sqlite(test: impl AsyncFnOnce(Place)) {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("state.db").display());
    runtime().block_on(test(Place { url, folder }));
}

/// Runs a test on an empty Postgres database, or says that there is no server; fails where CI=true.
pub(crate) fn on_postgres(test: impl AsyncFnOnce(Place)) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let cluster = match Cluster::get() {
        Ok(cluster) => cluster,
        Err(why) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "Postgres tests must run in CI: {why}");
            return eprintln!("SKIPPED a Postgres test: {why}");
        }
    };
    let name = format!("risk_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    runtime().block_on(async {
        admin(cluster, &format!("create database {name} template template0")).await;
        test(Place { url: cluster.url_of(&name), folder: TempDir::new().unwrap() }).await;
        admin(cluster, &format!("drop database {name} with (force)")).await;
    });
}

async fn admin(cluster: &Cluster, statement: &str) {
    let connection = Database::connect(&cluster.admin).await.unwrap();
    connection.execute_unprepared(statement).await.unwrap();
    connection.close().await.unwrap();
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
