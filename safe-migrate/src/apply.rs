//! Applying a batch: one transaction, verified before it is committed, and a ledger line whatever comes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, Schema};
use sea_orm_migration::{MigrationTrait, SchemaManager, seaql_migrations};

use crate::content::{self, Content};
use crate::error::{SafeError, brief};
use crate::ledger::{self, Batch, StepLine};
use crate::migrator::SafeMigrator;
use crate::options::{Phase, Step};
use crate::place::begin_writing;
use crate::preflight::violations;
use crate::row::{literal, quoted};
use crate::schema::SchemaDocument;

/// Up or down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
}

impl Direction {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// What is to be applied, and what it is compared with.
pub(crate) struct Job<'a> {
    pub(crate) migrator: &'a SafeMigrator,
    pub(crate) direction: Direction,
    pub(crate) migrations: Vec<&'a dyn MigrationTrait>,
    pub(crate) checksums: &'a BTreeMap<String, String>,
    /// The declared schema before and after; without one the schema is not compared.
    pub(crate) declared: Option<(SchemaDocument, SchemaDocument)>,
    /// Compare schema and rows.
    pub(crate) verify: bool,
    /// Rows may be lost: a backup was named.
    pub(crate) may_lose: bool,
    /// The backup that was made or named.
    pub(crate) backup: Option<String>,
    pub(crate) phase: Phase,
}

/// What was applied.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) steps: Vec<Step>,
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) changes: Vec<String>,
}

impl Job<'_> {
    /// Applies it. After an error the database is as before, but for a line in the ledger; only migrations that refuse
    /// a transaction stay when a later one fails.
    pub(crate) async fn run(&self, db: &DatabaseConnection) -> Result<Done, SafeError> {
        let failed = self.migrator.place.failed("writing the ledger");
        let options = &self.migrator.options;
        options.reach("before_begin")?;
        let batch = ledger::begin(db, options, self.direction.word(), self.backup.as_deref()).await.map_err(&failed)?;
        options.reach("after_begin")?;
        let mut lines = Vec::new();
        match self.attempt(db, &batch, &mut lines).await {
            Ok(done) => Ok(done),
            Err(error) => {
                mark_rolled_back(&mut lines);
                // The first error is the one to tell; a batch whose end could not be written counts as interrupted.
                let _ = ledger::fail(db, &batch, options.now_ms(), &lines, &error.to_string()).await;
                Err(error)
            }
        }
    }

    async fn attempt(
        &self,
        db: &DatabaseConnection,
        batch: &Batch,
        lines: &mut Vec<StepLine>,
    ) -> Result<Done, SafeError> {
        let mut done = Done::default();
        let mut rest = self.migrations.as_slice();
        let mut written = 0;
        while !rest.is_empty() {
            let alone = rest.first().is_some_and(|migration| migration.use_transaction() == Some(false));
            let count = if alone {
                1
            } else {
                rest.iter().take_while(|migration| migration.use_transaction() != Some(false)).count()
            };
            let (segment, others) = rest.split_at(count);
            if alone {
                // What it did cannot be taken back by us: it is in the ledger before anything else happens.
                self.change(&SchemaManager::new(db), segment, lines, &mut done).await?;
            }
            let transaction = self.begin(db).await?;
            let outcome = async {
                let before = self.before(&transaction, &mut done).await?;
                if alone {
                    self.book(&transaction, segment).await?;
                } else {
                    self.prepare(&transaction).await?;
                    self.change(&SchemaManager::new(&transaction), segment, lines, &mut done).await?;
                    self.book(&transaction, segment).await?;
                    self.verify(&transaction, before, others.is_empty(), &mut done).await?;
                }
                self.write_lines(&transaction, batch, &mut written, lines, others.is_empty(), &done).await
            };
            match outcome.await {
                Ok(()) => self.commit(transaction).await?,
                Err(error) => {
                    let _ = transaction.rollback().await;
                    return Err(error);
                }
            }
            lines.clear();
            rest = others;
        }
        Ok(done)
    }

    async fn begin(&self, db: &DatabaseConnection) -> Result<DatabaseTransaction, SafeError> {
        let failed = self.migrator.place.failed("beginning the transaction");
        let transaction = begin_writing(db).await.map_err(&failed)?;
        if self.migrator.place.backend() == DbBackend::Postgres {
            let lock = self.migrator.options.lock_timeout.as_millis();
            let statement = self.migrator.options.statement_timeout.map_or(0, |timeout| timeout.as_millis());
            let limits = format!("set local lock_timeout = {lock}; set local statement_timeout = {statement}");
            transaction.execute_unprepared(&limits).await.map_err(&failed)?;
        }
        Ok(transaction)
    }

    /// Makes the stock table of migrations if it is missing.
    async fn prepare(&self, db: &impl ConnectionTrait) -> Result<(), SafeError> {
        let create = stock_table(db, &self.migrator.stock);
        db.execute(&create).await.map(|_| ()).map_err(self.migrator.place.failed("making the table of migrations"))
    }

    async fn change(
        &self,
        manager: &SchemaManager<'_>,
        segment: &[&dyn MigrationTrait],
        lines: &mut Vec<StepLine>,
        done: &mut Done,
    ) -> Result<(), SafeError> {
        let options = &self.migrator.options;
        for migration in segment {
            let name = migration.name();
            let (start, started) = (Instant::now(), options.now_ms());
            let outcome = match options.reach(&format!("before {name}")) {
                Ok(()) => match self.direction {
                    Direction::Up => migration.up(manager).await,
                    Direction::Down => migration.down(manager).await,
                },
                Err(error) => Err(DbErr::Custom(error.to_string())),
            };
            let error = outcome.err().map(|error| brief(&error));
            lines.push(StepLine {
                migration: name.to_owned(),
                checksum: self.checksums.get(name).cloned(),
                started,
                ms: i64::try_from(start.elapsed().as_millis()).unwrap_or(i64::MAX),
                outcome: if error.is_some() { "failed" } else { "succeeded" },
                error: error.clone(),
            });
            if let Some(cause) = error {
                let direction = self.direction.word();
                return Err(SafeError::Migration { migration: name.to_owned(), direction, cause });
            }
            self.migrator.done(&mut done.steps, self.phase, name, start);
        }
        Ok(())
    }

    /// Keeps the stock table in step.
    async fn book(&self, db: &impl ConnectionTrait, segment: &[&dyn MigrationTrait]) -> Result<(), SafeError> {
        let failed = self.migrator.place.failed("writing the table of migrations");
        self.prepare(db).await?;
        let table = quoted(&self.migrator.stock);
        let now = self.migrator.options.now_ms() / 1000;
        for chunk in segment.chunks(500) {
            let names = chunk.iter().map(|migration| literal(migration.name()));
            let sql = match self.direction {
                Direction::Up => {
                    let rows = names.map(|name| format!("({name}, {now})")).collect::<Vec<_>>().join(", ");
                    format!("insert into {table} (version, applied_at) values {rows}")
                }
                Direction::Down => {
                    format!("delete from {table} where version in ({})", names.collect::<Vec<_>>().join(", "))
                }
            };
            db.execute_unprepared(&sql).await.map_err(&failed)?;
        }
        Ok(())
    }

    async fn before(
        &self,
        db: &DatabaseTransaction,
        done: &mut Done,
    ) -> Result<(SchemaDocument, BTreeMap<String, Content>), SafeError> {
        let start = Instant::now();
        let failed = self.migrator.place.failed("reading what is there before");
        let schema = SchemaDocument::read(db, &self.migrator.stock).await.map_err(&failed)?;
        if done.before.is_empty() {
            done.before = schema.fingerprint();
        }
        let watched = self.verify || self.direction == Direction::Down;
        let contents = if watched { content::of_all(db, &schema).await.map_err(&failed)? } else { BTreeMap::new() };
        self.migrator.done(&mut done.steps, Phase::Verify, "rows before", start);
        Ok((schema, contents))
    }

    async fn verify(
        &self,
        db: &DatabaseTransaction,
        (schema, contents): (SchemaDocument, BTreeMap<String, Content>),
        last: bool,
        done: &mut Done,
    ) -> Result<(), SafeError> {
        let start = Instant::now();
        let failed = self.migrator.place.failed("verifying");
        self.migrator.options.reach("before_verify")?;
        let now = SchemaDocument::read(db, &self.migrator.stock).await.map_err(&failed)?;
        done.after = now.fingerprint();
        if self.migrator.place.backend() == DbBackend::Sqlite {
            let broken = violations(db).await.map_err(&failed)?;
            unverified("rows lost what their foreign keys name", broken)?;
        }
        let may_change = self.may_change();
        let changes = content::conserved(db, &contents, &now, &may_change).await.map_err(&failed)?;
        match self.direction {
            Direction::Down if !self.may_lose && !changes.is_empty() => {
                return Err(SafeError::Lossy { details: changes });
            }
            Direction::Down => done.changes.extend(changes),
            Direction::Up if self.verify => unverified("rows were lost or changed", changes)?,
            Direction::Up => {}
        }
        if let Some((declared_before, declared_after)) = self.declared.as_ref().filter(|_| last && self.verify) {
            let known = schema.differences(declared_before);
            let new = now.differences(declared_after).difference(&known).cloned().collect();
            unverified("the schema is not the declared one", new)?;
        }
        self.migrator.done(&mut done.steps, Phase::Verify, "schema, rows and keys", start);
        Ok(())
    }

    fn may_change(&self) -> BTreeSet<String> {
        if self.direction == Direction::Down {
            return BTreeSet::new();
        }
        let registered = self.migrations.iter().filter_map(|migration| self.migrator.may_change.get(migration.name()));
        registered.flatten().cloned().collect()
    }

    async fn write_lines(
        &self,
        db: &DatabaseTransaction,
        batch: &Batch,
        written: &mut usize,
        lines: &[StepLine],
        last: bool,
        done: &Done,
    ) -> Result<(), SafeError> {
        let failed = self.migrator.place.failed("writing the ledger");
        self.migrator.options.reach("before_ledger")?;
        ledger::steps(db, batch, *written, lines).await.map_err(&failed)?;
        *written += lines.len();
        if last {
            let now = self.migrator.options.now_ms();
            ledger::finish(db, batch, now, (&done.before, &done.after)).await.map_err(&failed)?;
        }
        Ok(())
    }

    async fn commit(&self, transaction: DatabaseTransaction) -> Result<(), SafeError> {
        self.migrator.options.reach("before_commit")?;
        transaction.commit().await.map_err(self.migrator.place.failed("committing"))?;
        // Whatever happens from here on, the batch is applied.
        let _ = self.migrator.options.reach("after_commit");
        Ok(())
    }
}

fn mark_rolled_back(lines: &mut [StepLine]) {
    for line in lines.iter_mut().filter(|line| line.outcome == "succeeded") {
        line.outcome = "rolled_back";
    }
}

fn unverified(what: &'static str, details: Vec<String>) -> Result<(), SafeError> {
    if details.is_empty() { Ok(()) } else { Err(SafeError::Unverified { what, details }) }
}

/// The table that the stock migrator makes, under its name.
pub(crate) fn stock_table(db: &impl ConnectionTrait, name: &str) -> sea_orm::sea_query::TableCreateStatement {
    let schema = Schema::new(db.get_database_backend());
    let mut create = schema.create_table_from_entity(seaql_migrations::Entity);
    create.table(name.to_owned()).if_not_exists();
    create
}
