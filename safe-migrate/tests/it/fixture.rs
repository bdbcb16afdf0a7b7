//! Databases and migrators of tests.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use safe_migrate::{Options, SafeMigrator};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::*;
use tempfile::TempDir;

use crate::cluster::Cluster;

/// A migration of plain statements.
pub(crate) struct Sql {
    pub(crate) name: &'static str,
    pub(crate) up: &'static [&'static str],
    pub(crate) down: &'static [&'static str],
}

impl MigrationName for Sql {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait]
impl MigrationTrait for Sql {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, self.up).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, self.down).await
    }
}

async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        let db = manager.get_connection();
        db.execute_raw(Statement::from_string(db.get_database_backend(), *statement)).await?;
    }
    Ok(())
}

/// Makes a migrator of `(name, [up], [down])`.
macro_rules! migrator {
    ($type:ident: $(($name:literal, $up:expr, $down:expr)),* $(,)?) => {
        pub(crate) struct $type;

        #[sea_orm_migration::async_trait::async_trait]
        impl sea_orm_migration::MigratorTrait for $type {
            fn migrations() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {
                vec![$(Box::new($crate::fixture::Sql { name: $name, up: &$up, down: &$down })),*]
            }
        }
    };
}

pub(crate) const ORDERS: &str = "create table orders (id bigint not null primary key, total bigint not null)";
pub(crate) const LINES: &str = "create table lines (id bigint not null primary key, \
     order_id bigint not null references orders (id) on delete cascade, note text)";

migrator!(One: ("m1_orders", [ORDERS], ["drop table orders"]));
migrator!(Two:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m2_lines", [LINES, "create index ix_lines_order on lines (order_id)"], ["drop table lines"]),
);
migrator!(Three:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m2_lines", [LINES, "create index ix_lines_order on lines (order_id)"], ["drop table lines"]),
    ("m3_paid", ["alter table orders add column paid text"], ["alter table orders drop column paid"]),
);

/// A database of a test.
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) folder: PathBuf,
}

impl Place {
    pub(crate) fn options(&self) -> Options {
        let mut options = Options::new(chrono::Utc::now, "ann", "tests/1");
        options.backup_directory = Some(self.folder.join("backups"));
        options
    }

    pub(crate) fn migrator<M: MigratorTrait>(&self) -> SafeMigrator {
        SafeMigrator::new::<M>(&self.url, self.options()).unwrap()
    }

    pub(crate) async fn connect(&self) -> DatabaseConnection {
        // Without what the driver does from time to time to connections that nobody uses: now and then that never ends.
        let mut options = ConnectOptions::new(&self.url);
        options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
        Database::connect(options).await.unwrap()
    }

    /// Runs statements on a connection of its own.
    pub(crate) async fn run(&self, statements: &[&str]) {
        let db = self.connect().await;
        for statement in statements {
            db.execute_unprepared(statement).await.unwrap();
        }
        db.close().await.unwrap();
    }

    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let db = self.connect().await;
        let sql = format!("select cast(({sql}) as bigint) as n");
        let statement = Statement::from_string(db.get_database_backend(), sql);
        let row = db.query_one_raw(statement).await.unwrap().unwrap();
        let number = row.try_get_by_index(0).unwrap();
        db.close().await.unwrap();
        number
    }

    /// A database with the same content, in a folder of its own. Nobody may be connected to this one.
    pub(crate) async fn copy(&self, number: usize) -> Self {
        let folder = self.folder.join(format!("copy-{number}"));
        std::fs::create_dir_all(&folder).unwrap();
        let url = match self.file() {
            Some(file) => {
                std::fs::copy(file, folder.join("test.db")).unwrap();
                format!("sqlite://{}?mode=rwc", folder.join("test.db").display())
            }
            None => {
                let name = self.name();
                self.admin(&format!("create database {name}_{number} template {name}")).await;
                self.url.replace(name, &format!("{name}_{number}"))
            }
        };
        Self { url, folder }
    }

    /// Removes a copy.
    pub(crate) async fn remove(self) {
        if self.file().is_none() {
            self.admin(&format!("drop database {} with (force)", self.name())).await;
        }
        std::fs::remove_dir_all(self.folder).unwrap();
    }

    fn name(&self) -> &str {
        self.url.rsplit_once('/').unwrap().1
    }

    async fn admin(&self, statement: &str) {
        let url = format!("{}/postgres", self.url.rsplit_once('/').unwrap().0);
        let connection = Database::connect(url).await.unwrap();
        connection.execute_unprepared(statement).await.unwrap();
        connection.close().await.unwrap();
    }

    pub(crate) fn file(&self) -> Option<&Path> {
        Some(Path::new(self.url.strip_prefix("sqlite://")?.split('?').next()?))
    }

    pub(crate) async fn two_orders(&self) {
        self.run(&[
            "insert into orders (id, total) values (1, 100), (2, 250)",
            "insert into lines (id, order_id, note) values (10, 1, 'a'), (11, 1, 'b'), (12, 2, null)",
        ])
        .await;
    }
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

pub(crate) fn on_sqlite(test: impl AsyncFnOnce(Place)) {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("test.db").display());
    runtime().block_on(test(Place { url, folder: folder.path().to_owned() }));
}

pub(crate) fn on_postgres(test: impl AsyncFnOnce(Place)) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let cluster = match Cluster::get() {
        Ok(cluster) => cluster,
        Err(why) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "Postgres tests must run in CI: {why}");
            return eprintln!("SKIPPED a Postgres test: {why}");
        }
    };
    let folder = TempDir::new().unwrap();
    let name = format!("safe_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    runtime().block_on(async {
        admin(cluster, &format!("create database {name} template template0")).await;
        test(Place { url: cluster.url_of(&name), folder: folder.path().to_owned() }).await;
        admin(cluster, &format!("drop database {name} with (force)")).await;
    });
}

async fn admin(cluster: &Cluster, statement: &str) {
    let connection = Database::connect(&cluster.admin).await.unwrap();
    connection.execute_unprepared(statement).await.unwrap();
    connection.close().await.unwrap();
}

/// Makes two tests of one body that is given a [`Place`].
macro_rules! both_backends {
    ($name:ident, $body:expr) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[test]
            fn sqlite() {
                $crate::fixture::on_sqlite($body);
            }

            #[test]
            fn postgres() {
                $crate::fixture::on_postgres($body);
            }
        }
    };
}
