//! What a batch is compared with before it is committed: schema, rows and keys.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr};
use sea_orm_migration::MigrationTrait;

use super::{Direction, Done, Job, MayLose};
use crate::content::{self, Content};
use crate::error::SafeError;
use crate::options::Phase;
use crate::preflight::{broken, violations};
use crate::row::{quoted, run, texts};
use crate::schema::SchemaDocument;

impl Job<'_> {
    /// The schema as it is, whose fingerprint is kept the first time.
    pub(super) async fn schema(&self, db: &impl ConnectionTrait, done: &mut Done) -> Result<SchemaDocument, SafeError> {
        let schema = SchemaDocument::read(db, &self.migrator.stock).await;
        let schema = schema.map_err(self.migrator.place.failed("reading what is there before"))?;
        if done.before.is_empty() {
            done.before = schema.fingerprint();
        }
        Ok(schema)
    }

    /// Differences from what is declared that are there before the batch; none when nothing is compared.
    pub(super) fn known(&self, schema: &SchemaDocument) -> Option<BTreeSet<String>> {
        let (declared, _) = self.declared.as_ref().filter(|_| self.verify)?;
        Some(schema.differences(declared))
    }

    pub(super) async fn before(
        &self,
        db: &DatabaseTransaction,
        done: &mut Done,
    ) -> Result<(SchemaDocument, BTreeMap<String, Content>), SafeError> {
        let start = Instant::now();
        let failed = self.migrator.place.failed("reading what is there before");
        let schema = self.schema(db, done).await?;
        let watched = self.verify || self.direction == Direction::Down;
        if self.direction == Direction::Down {
            hold_off(db, &schema).await.map_err(&failed)?;
        }
        let contents = if watched { content::of_all(db, &schema).await.map_err(&failed)? } else { BTreeMap::new() };
        self.migrator.done(&mut done.steps, Phase::Verify, "rows before", start);
        Ok((schema, contents))
    }

    pub(super) async fn verify(
        &self,
        db: &DatabaseTransaction,
        mut contents: BTreeMap<String, Content>,
        known: Option<&BTreeSet<String>>,
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
        let touched = if contents.is_empty() { None } else { Self::touched(db).await.map_err(&failed)? };
        if let Some(touched) = touched {
            contents.retain(|name, _| touched.contains(name) || !now.tables.contains_key(name));
        }
        let may_change = self.may_change();
        let changes = content::conserved(db, &contents, &now, &may_change).await.map_err(&failed)?;
        match self.direction {
            Direction::Down => done.changes.extend(self.bearable(changes, &contents)?),
            Direction::Up if self.verify => unverified("rows were lost or changed", changes.into_values().collect())?,
            Direction::Up => {}
        }
        self.let_alone(db).await?;
        unverified("the schema is not the declared one", self.undeclared(&now, known))?;
        self.migrator.done(&mut done.steps, Phase::Verify, "schema, rows and keys", start);
        Ok(())
    }

    /// Tables in which this transaction can have changed a row, by the locks that it holds until its end: whatever became of
    /// the others is the work of others. None where that cannot be told.
    async fn touched(db: &DatabaseTransaction) -> Result<Option<BTreeSet<String>>, DbErr> {
        if db.get_database_backend() != DbBackend::Postgres {
            return Ok(None);
        }
        let sql = "select c.relname::text as name from pg_locks l join pg_class c on c.oid = l.relation \
                   where l.pid = pg_backend_pid() and c.relkind in ('r', 'p') \
                   and l.mode not in ('AccessShareLock', 'RowShareLock', 'ShareLock')";
        Ok(Some(texts(db, sql, "name").await?.into_iter().collect()))
    }

    /// The losses of a rollback, each of which the named backup holds just as the rows were.
    fn bearable(
        &self,
        changes: BTreeMap<String, String>,
        before: &BTreeMap<String, Content>,
    ) -> Result<Vec<String>, SafeError> {
        let kept = |table: &String| match &self.may_lose {
            MayLose::Nothing => false,
            MayLose::Proved(proof) => before.get(table).is_some_and(|content| proof.holds(table, content)),
            MayLose::Everything => true,
        };
        let lost = changes.iter().filter(|(table, _)| !kept(table));
        let details: Vec<String> = match &self.may_lose {
            MayLose::Proved(_) => lost.map(|(_, line)| format!("{line}, which the backup does not hold so")).collect(),
            _ => lost.map(|(_, line)| line.clone()).collect(),
        };
        if details.is_empty() { Ok(changes.into_values().collect()) } else { Err(SafeError::Lossy { details }) }
    }

    /// Differences from what is declared after the batch that were not there before.
    fn undeclared(&self, now: &SchemaDocument, known: Option<&BTreeSet<String>>) -> Vec<String> {
        let (Some(known), Some((_, declared))) = (known, self.declared.as_ref()) else { return Vec::new() };
        now.differences(declared).difference(known).cloned().collect()
    }

    /// The rows before a migration that refuses a transaction is taken back.
    pub(super) async fn before_alone(
        &self,
        db: &impl ConnectionTrait,
        schema: &SchemaDocument,
    ) -> Result<BTreeMap<String, Content>, SafeError> {
        if self.direction == Direction::Up {
            return Ok(BTreeMap::new());
        }
        content::of_all(db, schema).await.map_err(self.migrator.place.failed("reading what is there before"))
    }

    /// Looks at what a migration left that refused a transaction. Upwards its rows belong to whoever writes meanwhile;
    /// downwards all of them are in the backup, and what became of them is told.
    pub(super) async fn compare_alone(
        &self,
        db: &DatabaseTransaction,
        segment: &[&dyn MigrationTrait],
        before: &BTreeMap<String, Content>,
        known: Option<&BTreeSet<String>>,
        done: &mut Done,
    ) -> Result<(), SafeError> {
        let failed = self.migrator.place.failed("verifying");
        let now = SchemaDocument::read(db, &self.migrator.stock).await.map_err(&failed)?;
        done.after = now.fingerprint();
        let changes = content::conserved(db, before, &now, &BTreeSet::new()).await.map_err(&failed)?;
        done.changes.extend(changes.into_values());
        let mut details = self.undeclared(&now, known);
        if self.verify {
            let broken = broken(db, &now).await.map_err(&failed)?;
            details.extend(broken.into_iter().map(|finding| finding.cause));
        }
        if details.is_empty() {
            return Ok(());
        }
        let migration = segment.iter().map(|migration| migration.name()).collect::<Vec<_>>().join(", ");
        Err(SafeError::Stays { migration, backup: self.backup.clone(), details })
    }

    /// Tables whose rows the migrations may change.
    pub(super) fn may_change(&self) -> BTreeSet<String> {
        if self.direction == Direction::Down {
            return BTreeSet::new();
        }
        let registered = self.migrations.iter().filter_map(|migration| self.migrator.may_change.get(migration.name()));
        registered.flatten().cloned().collect()
    }
}

/// Keeps others from writing until the end of the transaction: a row that came between its reading and its loss would be
/// in no backup. SQLite does so from the start of the transaction.
async fn hold_off(db: &DatabaseTransaction, schema: &SchemaDocument) -> Result<(), DbErr> {
    if db.get_database_backend() == DbBackend::Sqlite || schema.tables.is_empty() {
        return Ok(());
    }
    let tables = schema.tables.keys().map(|table| quoted(table)).collect::<Vec<_>>().join(", ");
    run(db, &format!("lock table {tables} in share mode")).await
}

fn unverified(what: &'static str, details: Vec<String>) -> Result<(), SafeError> {
    if details.is_empty() { Ok(()) } else { Err(SafeError::Unverified { what, details }) }
}
