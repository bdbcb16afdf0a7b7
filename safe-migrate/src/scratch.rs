//! A database of its own for a moment: what migrations make of nothing.

use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr};
use sea_orm_migration::{MigrationTrait, SchemaManager};

use crate::call;
use crate::error::SafeError;
use crate::place::Place;
use crate::profile::Profile;
use crate::row::{one_number, quoted, texts};

/// How names of scratch databases begin.
const PREFIX: &str = "_safe_migrate_scratch_";

/// Where names without a schema go, if there is such a place.
const CURRENT_SCHEMA: &str = "select current_schema()::text as name where current_schema() is not null";

const SCRATCHES: &str =
    "select datname::text as name from pg_database where datname like '\\_safe\\_migrate\\_scratch\\_%'";

/// How long to wait for the removal of a scratch database when the work on it was given up.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// A process that was killed leaves its scratch databases and half-made files behind; after this many milliseconds, a
/// day, whoever comes next removes them.
pub(crate) const FORGOTTEN: i64 = 86_400_000;

/// True when the time in the name is long ago.
fn is_forgotten(name: &str, now: i64) -> bool {
    let made = name.strip_prefix(PREFIX).and_then(|rest| rest.split('_').next()?.parse::<i64>().ok());
    made.is_some_and(|made| now - made > FORGOTTEN)
}

/// A scratch database. On Postgres it must be removed with [`Scratch::remove`].
pub(crate) struct Scratch {
    /// One connection to it.
    pub(crate) db: DatabaseConnection,
    /// The schema that was made since names without one go there.
    schema: Option<String>,
    created: Option<Created>,
}

/// A database on a server that goes with this, whatever becomes of the work: an interrupt drops it where it waits.
struct Created {
    place: Place,
    name: String,
    /// The session that is making it, until it has.
    maker: Option<String>,
    /// It was removed, or is somebody else's now.
    let_go: bool,
}

impl Created {
    /// Removes it from its server, once nobody is making it any more.
    async fn remove(place: Place, name: String, maker: Option<String>) -> Result<(), SafeError> {
        let server = place.write().await?;
        let outcome = async {
            if let Some(maker) = maker {
                server.execute_unprepared(&format!("select pg_terminate_backend({maker})")).await?;
                let is_there = format!("select count(*) as n from pg_stat_get_activity({maker})");
                while one_number(&server, &is_there, "n").await? > 0 {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
            server.execute_unprepared(&format!("drop database if exists {} with (force)", quoted(&name))).await
        };
        let removed = outcome.await;
        let _ = server.close().await;
        removed.map(|_| ()).map_err(place.failed("removing a scratch database"))
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        if self.let_go {
            return;
        }
        let removing = Self::remove(self.place.clone(), std::mem::take(&mut self.name), self.maker.take());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async { tokio::time::timeout(LAST_WORDS, removing).await }).ok()?.ok()
        });
        // What stays is removed by whoever comes a day later.
        let _ = thread.join();
    }
}

impl Scratch {
    /// Makes an empty one: in memory for SQLite, on the same server for Postgres, which needs the right to create it.
    pub(crate) async fn make(place: &Place, now: i64) -> Result<Self, SafeError> {
        Self::made(place, now, false).await
    }

    /// Makes an empty one on a Postgres server that may take the place of the database: it has its owner and its
    /// tablespace too.
    pub(crate) async fn make_instead(place: &Place, now: i64) -> Result<Self, SafeError> {
        Self::made(place, now, true).await
    }

    async fn made(place: &Place, now: i64, instead: bool) -> Result<Self, SafeError> {
        if place.backend() == DbBackend::Sqlite {
            let mut options = ConnectOptions::new("sqlite::memory:");
            options.max_connections(1).min_connections(1).sqlx_logging(false).test_before_acquire(false);
            options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
            options.map_sqlx_sqlite_opts(|sqlite| sqlite.foreign_keys(false));
            let db = Database::connect(options).await.map_err(place.failed("opening a scratch database"))?;
            return Ok(Self { db, schema: None, created: None });
        }
        let server = place.write().await?;
        let made = Self::create(&server, place, now, instead).await;
        let schema = texts(&server, CURRENT_SCHEMA, "name").await;
        let closed = server.close().await;
        let created = made.map_err(place.failed("creating a scratch database"))?;
        closed.map_err(place.failed("closing a connection"))?;
        let db = place.with_database(&created.name).write().await?;
        let scratch = Self { db, schema: None, created: Some(created) };
        let outcome = async { scratch.with_schema(schema?).await };
        match outcome.await {
            Ok(schema) => Ok(Self { schema, ..scratch }),
            Err(cause) => {
                scratch.remove().await?;
                Err(place.failed("making a scratch database")(cause))
            }
        }
    }

    /// The name tells when and by which connection it was made, so that two never meet.
    async fn create(server: &DatabaseConnection, place: &Place, now: i64, instead: bool) -> Result<Created, DbErr> {
        for name in texts(server, SCRATCHES, "name").await?.iter().filter(|name| is_forgotten(name, now)) {
            // It may be in use, or gone by now: then it is somebody else's to remove.
            let _ = server.execute_unprepared(&format!("drop database if exists {}", quoted(name))).await;
        }
        let ids = texts(server, "select pg_backend_pid()::text as id", "id").await?;
        let name = format!("{PREFIX}{now}_{}", ids.concat());
        let profile = Profile::read(server).await?;
        let like = if instead { profile.like_in_all() } else { profile.like() };
        let sql = format!("create database {} template template0 {like}", quoted(&name));
        let mut created = Created { place: place.clone(), name, maker: Some(ids.concat()), let_go: false };
        let made = server.execute_unprepared(&sql).await;
        (created.maker, created.let_go) = (None, made.is_err());
        made.map(|_| created)
    }

    /// Makes the schema of the model where the role or the URL has names go there, and gives its name.
    async fn with_schema(&self, names: Vec<String>) -> Result<Option<String>, DbErr> {
        let missing = texts(&self.db, CURRENT_SCHEMA, "name").await?.is_empty();
        let Some(name) = names.into_iter().next().filter(|_| missing) else { return Ok(None) };
        self.db.execute_unprepared(&format!("create schema {}", quoted(&name))).await?;
        Ok(Some(name))
    }

    /// Takes that schema away again: a dump brings its own.
    pub(crate) async fn emptied(&self) -> Result<(), DbErr> {
        let Some(name) = &self.schema else { return Ok(()) };
        self.db.execute_unprepared(&format!("drop schema if exists {}", quoted(name))).await.map(|_| ())
    }

    /// Its name on a Postgres server.
    pub(crate) fn name(&self) -> &str {
        self.created.as_ref().map_or("", |created| &created.name)
    }

    /// Where it is; for one in memory, where its model is.
    pub(crate) fn place(&self, model: &Place) -> Place {
        self.created.as_ref().map_or_else(|| model.clone(), |created| created.place.with_database(&created.name))
    }

    /// Applies migrations in order.
    pub(crate) async fn apply(&self, migrations: &[&dyn MigrationTrait]) -> Result<(), SafeError> {
        for migration in migrations {
            let outcome = call::up(*migration, &SchemaManager::new(&self.db)).await;
            outcome.map_err(|cause| SafeError::Migration {
                migration: migration.name().to_owned(),
                alone: false,
                stays: Vec::new(),
                direction: "up on a scratch database",
                cause: crate::error::brief(&cause),
            })?;
        }
        Ok(())
    }

    /// Leaves it there, closed, and says its name.
    pub(crate) async fn keep(self) -> String {
        let _ = self.db.close().await;
        let Some(mut created) = self.created else { return String::new() };
        created.let_go = true;
        std::mem::take(&mut created.name)
    }

    /// Removes it.
    pub(crate) async fn remove(self) -> Result<(), SafeError> {
        let _ = self.db.close().await;
        let Some(mut created) = self.created else { return Ok(()) };
        let server = created.place.write().await?;
        let sql = format!("drop database {} with (force)", quoted(&created.name));
        let dropped = server.execute_unprepared(&sql).await;
        let _ = server.close().await;
        dropped.map_err(created.place.failed("removing a scratch database"))?;
        created.let_go = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_old_scratch_databases_are_forgotten() {
        assert!(is_forgotten("_safe_migrate_scratch_1000_77", FORGOTTEN + 1001));
        assert!(!is_forgotten("_safe_migrate_scratch_1000_77", FORGOTTEN + 1000));
        assert!(!is_forgotten("_safe_migrate_scratch_mine", i64::MAX));
        assert!(!is_forgotten("orders_1000_77", i64::MAX));
    }
}
