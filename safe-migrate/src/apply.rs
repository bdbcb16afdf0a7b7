//! Applying a batch: one transaction, verified before it is committed, and a ledger line whatever comes of it.

mod compare;
mod elsewhere;
mod rehearse;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, Schema};
use sea_orm_migration::{MigrationTrait, SchemaManager, seaql_migrations};

pub(crate) use elsewhere::with_rows;
pub(crate) use rehearse::lock_room;
pub use rehearse::{Rehearsal, Rehearsed};

use crate::backup::Proof;
use crate::call;
use crate::error::{SafeError, brief};
use crate::ledger::{self, Batch, Ended, StepLine};
use crate::migrator::SafeMigrator;
use crate::options::{Phase, Step};
use crate::place::{Sight, begin_within};
use crate::row::{literal, quoted, run};
use crate::schema::SchemaDocument;
use rehearse::Meter;

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

/// Rows that a rollback may lose.
#[derive(Clone, Copy, Debug)]
pub(crate) enum MayLose<'a> {
    /// None.
    Nothing,
    /// Rows that this proof of a backup tells just as they are.
    Proved(&'a Proof),
    /// All: a backup was compared with every row before.
    Everything,
}

/// What is to be applied, and what it is compared with.
pub(crate) struct Job<'a> {
    pub(crate) migrator: &'a SafeMigrator,
    pub(crate) direction: Direction,
    pub(crate) migrations: Vec<&'a dyn MigrationTrait>,
    pub(crate) checksums: &'a BTreeMap<String, String>,
    /// Tables of other schemas that had rows before.
    pub(crate) elsewhere: &'a [String],
    /// Migrations behind which the batch is committed, whatever follows.
    pub(crate) committed: BTreeSet<String>,
    /// The declared schema before and after; without one the schema is not compared.
    pub(crate) declared: Option<(SchemaDocument, SchemaDocument)>,
    /// Compare schema and rows.
    pub(crate) verify: bool,
    /// What a rollback may lose.
    pub(crate) may_lose: MayLose<'a>,
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
    meter: Meter,
}

/// Lines of the ledger: how many are committed, and those that are not yet.
#[derive(Default)]
struct Lines {
    written: usize,
    open: Vec<StepLine>,
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
        let (mut lines, mut done) = (Lines::default(), Done::default());
        let Err(mut error) = self.attempt(db, &batch, &mut lines, &mut done).await else { return Ok(done) };
        if let SafeError::Migration { stays, .. } = &mut error {
            stays.extend(self.migrations.iter().take(lines.written).map(|migration| migration.name().to_owned()));
        }
        mark_rolled_back(&mut lines.open);
        let (written, lines) = (lines.written, lines.open.as_slice());
        let ended = ledger::fail(db, &batch, options.now_ms(), (written, lines), &error.to_string()).await;
        match (error, ended) {
            // Only the answer to the commit was lost.
            (SafeError::Uncertain { .. }, Ok(Ended::Succeeded)) => Ok(done),
            (SafeError::Uncertain { cause, .. }, Ok(Ended::Failed)) => {
                Err(self.migrator.place.failed("committing")(DbErr::Custom(cause)))
            }
            // The first error is the one to tell; a batch whose end could not be written counts as interrupted.
            (error, _) => Err(error),
        }
    }

    async fn attempt(
        &self,
        db: &DatabaseConnection,
        batch: &Batch,
        lines: &mut Lines,
        done: &mut Done,
    ) -> Result<(), SafeError> {
        let mut rest = self.migrations.as_slice();
        let mut known = None;
        while !rest.is_empty() {
            let alone = rest.first().is_some_and(|migration| migration.use_transaction() == Some(false));
            let count = if alone { 1 } else { self.together(rest) };
            let (segment, others) = rest.split_at(count);
            let mut rows = BTreeMap::new();
            if alone {
                // What it did cannot be taken back by us: it is looked at, and in the ledger, before anything else.
                let before = self.schema(db, done).await?;
                known = known.or_else(|| self.known(&before));
                rows = self.before_alone(db, &before).await?;
                self.change(&SchemaManager::new(db), segment, &mut lines.open, done, None).await?;
            }
            let transaction = self.begin(db).await?;
            let outcome = async {
                if alone {
                    self.book(&transaction, segment).await?;
                    let known = known.as_ref().filter(|_| others.is_empty());
                    self.compare_alone(&transaction, segment, &rows, known, done).await?;
                } else {
                    let (schema, contents) = self.before(&transaction, done).await?;
                    known = known.take().or_else(|| self.known(&schema));
                    self.prepare(&transaction).await?;
                    self.change_measured(&transaction, segment, &schema, &mut lines.open, done).await?;
                    self.book(&transaction, segment).await?;
                    let known = known.as_ref().filter(|_| others.is_empty());
                    self.verify(&transaction, contents, known, done).await?;
                }
                self.write_lines(&transaction, batch, lines, others.is_empty(), done).await
            };
            match outcome.await {
                Ok(()) => self.commit(transaction).await?,
                Err(error) => {
                    let _ = transaction.rollback().await;
                    return Err(error);
                }
            }
            lines.written += lines.open.len();
            lines.open.clear();
            rest = others;
        }
        Ok(())
    }

    async fn begin(&self, db: &DatabaseConnection) -> Result<DatabaseTransaction, SafeError> {
        let transaction = begin_within(db, &self.migrator.options, self.sight()).await;
        transaction.map_err(self.migrator.place.failed("beginning the transaction"))
    }

    /// How many of these migrations are applied in one transaction.
    fn together(&self, migrations: &[&dyn MigrationTrait]) -> usize {
        let count = migrations.iter().take_while(|migration| migration.use_transaction() != Some(false)).count();
        let committed = migrations.iter().take(count).position(|migration| self.committed.contains(migration.name()));
        committed.map_or(count, |last| last + 1)
    }

    /// A migration that may change rows meets those that others change meanwhile, and waits for them; nobody compares
    /// them. What goes down is compared with rows that came until their tables were locked.
    fn sight(&self) -> Sight {
        let compares = self.direction == Direction::Up && self.may_change().is_empty();
        if compares { Sight::Snapshot } else { Sight::Commits }
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
        measured: Option<&DatabaseTransaction>,
    ) -> Result<(), SafeError> {
        let options = &self.migrator.options;
        let failed = self.migrator.place.failed("measuring the rehearsal");
        for migration in segment {
            let name = migration.name();
            let (start, started) = (Instant::now(), options.now_ms());
            let outcome = match options.reach(&format!("before {name}")) {
                Ok(()) => match self.direction {
                    Direction::Up => call::up(*migration, manager).await,
                    Direction::Down => call::down(*migration, manager).await,
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
                let alone = migration.use_transaction() == Some(false);
                let (migration, stays) = (name.to_owned(), Vec::new());
                return Err(SafeError::Migration { migration, alone, stays, direction, cause });
            }
            self.migrator.done(&mut done.steps, self.phase, name, start);
            if let Some(transaction) = measured {
                let ms = done.steps.last().map_or(0, |step| step.ms);
                done.meter.read(transaction, name, ms).await.map_err(&failed)?;
            }
        }
        Ok(())
    }

    /// Applies a segment; a rehearsal takes down what each migration locks and touches.
    async fn change_measured(
        &self,
        transaction: &DatabaseTransaction,
        segment: &[&dyn MigrationTrait],
        before: &SchemaDocument,
        lines: &mut Vec<StepLine>,
        done: &mut Done,
    ) -> Result<(), SafeError> {
        let measured = (self.phase == Phase::Rehearse).then_some(transaction);
        if let Some(transaction) = measured {
            let begun = done.meter.begin(transaction, before).await;
            begun.map_err(self.migrator.place.failed("measuring the rehearsal"))?;
        }
        self.change(&SchemaManager::new(transaction), segment, lines, done, measured).await
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
            run(db, &sql).await.map_err(&failed)?;
        }
        let names: Vec<&str> = segment.iter().map(|migration| migration.name()).collect();
        ledger::forget(db, &names).await.map_err(&failed)
    }

    async fn write_lines(
        &self,
        db: &DatabaseTransaction,
        batch: &Batch,
        lines: &Lines,
        last: bool,
        done: &Done,
    ) -> Result<(), SafeError> {
        let failed = self.migrator.place.failed("writing the ledger");
        self.migrator.options.reach("before_ledger")?;
        ledger::steps(db, batch, lines.written, &lines.open).await.map_err(&failed)?;
        if last {
            let now = self.migrator.options.now_ms();
            ledger::finish(db, batch, now, (&done.before, &done.after)).await.map_err(&failed)?;
        }
        Ok(())
    }

    async fn commit(&self, transaction: DatabaseTransaction) -> Result<(), SafeError> {
        self.migrator.options.reach("before_commit")?;
        let place = self.migrator.place.to_string();
        transaction.commit().await.map_err(|cause| SafeError::Uncertain { place, cause: brief(&cause) })?;
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

/// The table that the stock migrator makes, under its name.
pub(crate) fn stock_table(db: &impl ConnectionTrait, name: &str) -> sea_orm::sea_query::TableCreateStatement {
    let schema = Schema::new(db.get_database_backend());
    let mut create = schema.create_table_from_entity(seaql_migrations::Entity);
    create.table(name.to_owned()).if_not_exists();
    create
}
