//! A database of its own for a moment: what migrations make of nothing.

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr};
use sea_orm_migration::{MigrationTrait, SchemaManager};

use crate::call;
use crate::error::SafeError;
use crate::place::Place;
use crate::profile::Profile;
use crate::row::{quoted, texts};

/// How names of scratch databases begin.
const PREFIX: &str = "_safe_migrate_scratch_";

/// Where names without a schema go, if there is such a place.
const CURRENT_SCHEMA: &str = "select current_schema()::text as name where current_schema() is not null";

const SCRATCHES: &str =
    "select datname::text as name from pg_database where datname like '\\_safe\\_migrate\\_scratch\\_%'";

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
    created: Option<(Place, String)>,
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
            options.idle_timeout(None::<std::time::Duration>).max_lifetime(None::<std::time::Duration>);
            options.map_sqlx_sqlite_opts(|sqlite| sqlite.foreign_keys(false));
            let db = Database::connect(options).await.map_err(place.failed("opening a scratch database"))?;
            return Ok(Self { db, schema: None, created: None });
        }
        let server = place.write().await?;
        let made = Self::create(&server, now, instead).await;
        let schema = texts(&server, CURRENT_SCHEMA, "name").await;
        let closed = server.close().await;
        let name = made.map_err(place.failed("creating a scratch database"))?;
        closed.map_err(place.failed("closing a connection"))?;
        let db = place.with_database(&name).write().await?;
        let scratch = Self { db, schema: None, created: Some((place.clone(), name)) };
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
    async fn create(server: &DatabaseConnection, now: i64, instead: bool) -> Result<String, DbErr> {
        for name in texts(server, SCRATCHES, "name").await?.iter().filter(|name| is_forgotten(name, now)) {
            // It may be in use, or gone by now: then it is somebody else's to remove.
            let _ = server.execute_unprepared(&format!("drop database if exists {}", quoted(name))).await;
        }
        let ids = texts(server, "select pg_backend_pid()::text as id", "id").await?;
        let name = format!("{PREFIX}{now}_{}", ids.concat());
        let profile = Profile::read(server).await?;
        let like = if instead { profile.like_in_all() } else { profile.like() };
        server.execute_unprepared(&format!("create database {} template template0 {like}", quoted(&name))).await?;
        Ok(name)
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
        self.created.as_ref().map_or("", |(_, name)| name)
    }

    /// Where it is; for one in memory, where its model is.
    pub(crate) fn place(&self, model: &Place) -> Place {
        self.created.as_ref().map_or_else(|| model.clone(), |(place, name)| place.with_database(name))
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
        self.created.map(|(_, name)| name).unwrap_or_default()
    }

    /// Removes it.
    pub(crate) async fn remove(self) -> Result<(), SafeError> {
        let _ = self.db.close().await;
        let Some((place, name)) = self.created else { return Ok(()) };
        let server = place.write().await?;
        let dropped = server.execute_unprepared(&format!("drop database {} with (force)", quoted(&name))).await;
        let _ = server.close().await;
        dropped.map(|_| ()).map_err(place.failed("removing a scratch database"))
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
