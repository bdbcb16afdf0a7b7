//! Databases of tests: each test has its own, made from a template that is migrated once.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database as Plain};
use service::database::{Database, DatabaseOptions};
use tempfile::TempDir;

use super::cluster::Cluster;
use super::skips::skip;

const TEMPLATE: &str = "golden_template";

/// What a test's database holds at the start.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fresh {
    /// Every table, no row.
    Migrated,
    /// Nothing at all.
    Empty,
}

/// An open database that only this test uses.
pub(crate) struct TestDatabase {
    pub(crate) url: String,
    pub(crate) db: Database,
}

/// Connection options with a fixed source of jitter.
pub(crate) fn options() -> DatabaseOptions {
    DatabaseOptions::new(rand::random)
}

/// Runs `test` on a SQLite file in a folder of its own.
pub(crate) fn on_sqlite(fresh: Fresh, test: impl AsyncFnOnce(TestDatabase)) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("golden.db");
    if fresh == Fresh::Migrated {
        std::fs::write(&file, sqlite_template()).unwrap();
    }
    let url = format!("sqlite://{}?mode=rwc", file.display());
    runtime().block_on(async {
        let db = Database::connect(&url, &options()).await.unwrap();
        test(TestDatabase { url, db }).await;
    });
}

/// Runs `test` on a Postgres database of its own, or counts it as skipped when there is no server.
pub(crate) fn on_postgres(fresh: Fresh, test: impl AsyncFnOnce(TestDatabase)) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let cluster = match Cluster::get() {
        Ok(cluster) => cluster,
        Err(why) => return skip(why),
    };
    let name = format!("golden_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    let template = if fresh == Fresh::Migrated && !cluster.shared { postgres_template(cluster) } else { "template0" };
    runtime().block_on(async {
        admin(cluster, &format!("create database {name} template {template}")).await;
        let url = cluster.url_of(&name);
        let db = Database::connect(&url, &options()).await.unwrap();
        if fresh == Fresh::Migrated && cluster.shared {
            Migrator::up(db.writer(), None).await.unwrap();
        }
        test(TestDatabase { url, db }).await;
        admin(cluster, &format!("drop database {name} with (force)")).await;
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

async fn admin(cluster: &Cluster, statement: &str) {
    let connection = Plain::connect(&cluster.admin).await.unwrap();
    connection.execute_unprepared(statement).await.unwrap();
    connection.close().await.unwrap();
}

/// In memory, because nothing removes a folder that a static keeps.
fn sqlite_template() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("template.db");
        migrate_and_close(&format!("sqlite://{}?mode=rwc", file.display()));
        std::fs::read(file).unwrap()
    })
}

fn postgres_template(cluster: &'static Cluster) -> &'static str {
    static READY: OnceLock<()> = OnceLock::new();
    READY.get_or_init(|| {
        runtime().block_on(admin(cluster, &format!("create database {TEMPLATE}")));
        migrate_and_close(&cluster.url_of(TEMPLATE));
    });
    TEMPLATE
}

/// A template is only copied when nobody is connected to it, and a SQLite file is only whole when it is closed.
fn migrate_and_close(url: &str) {
    runtime().block_on(async {
        let db = Database::connect(url, &options()).await.unwrap();
        Migrator::up(db.writer(), None).await.unwrap();
        db.close().await.unwrap();
    });
}
