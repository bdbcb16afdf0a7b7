//! The entrance: a migrator of somebody, a database, and what may be done with both.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Instant;

use sea_orm::sea_query::TableCreateStatement;
use sea_orm::{DatabaseConnection, DbBackend};
use sea_orm_migration::{MigrationTrait, MigratorTrait};

use crate::error::SafeError;
use crate::ledger::{self, Attempt};
use crate::options::{Options, Phase, Step};
use crate::place::Place;
use crate::recorder::{self, Recorded};
use crate::schema::SchemaDocument;
use crate::status::{self, State, Status, TableSize};

/// Declared schemas that were generated before, as JSON of [`SchemaDocument`]; they spare a scratch database.
#[derive(Clone, Copy, Debug)]
pub struct Snapshots {
    /// What all migrations make on SQLite.
    pub sqlite: &'static str,
    /// What all migrations make on Postgres.
    pub postgres: &'static str,
}

/// Runs the migrations of any sea-orm migrator safely on one database. Cloning is cheap; nothing is connected before
/// a method is called.
#[derive(Clone)]
pub struct SafeMigrator {
    pub(crate) place: Place,
    pub(crate) options: Options,
    source: fn() -> Vec<Box<dyn MigrationTrait>>,
    pub(crate) stock: String,
    pub(crate) off: Vec<String>,
    pub(crate) may_change: BTreeMap<String, BTreeSet<String>>,
    pub(crate) snapshots: Option<Snapshots>,
    pub(crate) entities: Option<fn(DbBackend) -> Vec<TableCreateStatement>>,
}

impl SafeMigrator {
    /// A migrator for the database that a `sqlite:` or `postgres:` URL names.
    pub fn new<M: MigratorTrait>(url: &str, options: Options) -> Result<Self, SafeError> {
        Ok(Self {
            place: Place::parse(url)?.hooked(options.on_statement.clone()).patient(options.lock_timeout),
            options,
            source: M::migrations,
            stock: M::migration_table_name().to_string(),
            off: Vec::new(),
            may_change: BTreeMap::new(),
            snapshots: None,
            entities: None,
        })
    }

    /// Registers that a migration may change rows of these tables, or drop them.
    #[must_use]
    pub fn may_change(mut self, migration: &str, tables: &[&str]) -> Self {
        let entry = self.may_change.entry(migration.to_owned()).or_default();
        entry.extend(tables.iter().map(|table| (*table).to_owned()));
        self
    }

    /// Leaves a migration out while `on` is false: for optional tables. Where it is applied already it stays.
    #[must_use]
    pub fn only_if(mut self, migration: &str, on: bool) -> Self {
        if !on {
            self.off.push(migration.to_owned());
        }
        self
    }

    /// Compares with these declared schemas instead of building them on a scratch database.
    #[must_use]
    pub const fn snapshots(mut self, snapshots: Snapshots) -> Self {
        self.snapshots = Some(snapshots);
        self
    }

    /// Compares with these entities too, such as `|backend| vec![Schema::new(backend).create_table_from_entity(…)]`.
    #[must_use]
    pub const fn entities(mut self, tables: fn(DbBackend) -> Vec<TableCreateStatement>) -> Self {
        self.entities = Some(tables);
        self
    }

    /// Where the database is, without credentials.
    pub fn place(&self) -> String {
        self.place.to_string()
    }

    /// `sqlite` or `postgres`.
    pub const fn backend(&self) -> &'static str {
        match self.place.backend() {
            DbBackend::Postgres => "postgres",
            _ => "sqlite",
        }
    }

    /// The SQLite file; none on Postgres.
    pub fn file(&self) -> Option<PathBuf> {
        self.place.file().map(ToOwned::to_owned)
    }

    /// An error when the file is missing, before anything is made beside it.
    pub(crate) fn is_there(&self) -> Result<(), SafeError> {
        match self.file().filter(|file| !file.exists()) {
            Some(file) => Err(SafeError::Missing(file)),
            None => Ok(()),
        }
    }

    /// Names of all migrations, in order.
    pub fn names(&self) -> Vec<String> {
        self.migrations().iter().map(|migration| migration.name().to_owned()).collect()
    }

    /// How the database stands, by names. Writes nothing.
    pub async fn status(&self) -> Result<Status, SafeError> {
        let db = self.place.read().await?;
        let status = self.status_on(&db).await;
        let _ = db.close().await;
        status
    }

    /// Rows and room of each table. Writes nothing.
    pub async fn sizes(&self) -> Result<Vec<TableSize>, SafeError> {
        let db = self.place.read().await?;
        let sizes = status::sizes(&db, &self.stock).await.map_err(self.place.failed("counting rows"));
        let _ = db.close().await;
        sizes
    }

    /// Every line of the ledger, oldest first. Writes nothing.
    pub async fn ledger(&self) -> Result<Vec<Attempt>, SafeError> {
        let db = self.place.read().await?;
        let attempts = ledger::attempts(&db).await.map_err(self.place.failed("reading the ledger"));
        let _ = db.close().await;
        attempts
    }

    /// The live schema without ledgers. Writes nothing.
    pub async fn live_schema(&self) -> Result<SchemaDocument, SafeError> {
        let db = self.place.read().await?;
        let schema = SchemaDocument::read(&db, &self.stock).await.map_err(self.place.failed("reading the schema"));
        let _ = db.close().await;
        schema
    }

    pub(crate) fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        (self.source)()
    }

    pub(crate) async fn recorded(&self) -> Vec<Recorded> {
        recorder::record(&self.migrations(), self.place.backend()).await
    }

    pub(crate) async fn status_on(&self, db: &DatabaseConnection) -> Result<Status, SafeError> {
        let failed = self.place.failed("reading the ledger");
        let applied = ledger::applied(db, &self.stock).await.map_err(&failed)?;
        let held = ledger::held(db).await.map_err(&failed)?;
        let migrations = status::compare(&self.names(), &self.off, applied.as_deref().unwrap_or_default(), &held);
        let state = match applied {
            Some(_) => status::sum_up(&migrations),
            None if status::tables(db).await.map_err(&failed)?.is_empty() => State::Empty,
            None => State::Foreign,
        };
        Ok(Status { database: self.place(), backend: self.backend().to_owned(), state, migrations })
    }

    /// Tells of a step that is done, and keeps it.
    pub(crate) fn done(&self, steps: &mut Vec<Step>, phase: Phase, step: impl Into<String>, since: Instant) {
        let step =
            Step { phase, step: step.into(), ms: u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX) };
        (self.options.listener)(&step);
        steps.push(step);
    }
}

impl std::fmt::Debug for SafeMigrator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SafeMigrator").field("place", &self.place).field("off", &self.off).finish_non_exhaustive()
    }
}
